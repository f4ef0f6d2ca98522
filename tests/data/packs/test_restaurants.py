from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from data.catalog import Catalog
from data.need import Constraint
from data.pack import LANGUAGES

HAN = re.compile(r"[\u4e00-\u9fff]")
FREQUENT = 15
"""A value that so many places have is one that people ask for in many ways."""
Phrases = dict[str, dict[str, Any]]


def values(catalog: Catalog) -> list[tuple[str, str]]:
    return [(facet, value) for facet, known in catalog.values.items() for value in known]


def strong(phrases: Phrases, language: str, facet: str, value: str) -> list[str]:
    return phrases[language]["values"].get(facet, {}).get(value, {}).get("strong", [])


def test_there_are_many_places(restaurants: Catalog) -> None:
    assert len(restaurants.items) >= 140


def test_every_place_has_a_name_in_both_languages_and_no_two_share_it(restaurants: Catalog) -> None:
    assert [item.item_id for item in restaurants.items if not item.names.get("en")] == []
    for names in ([i.title for i in restaurants.items], [i.names["en"] for i in restaurants.items]):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_ids_are_stable_and_in_order(restaurants: Catalog) -> None:
    assert [item.item_id for item in restaurants.items] == [f"bj-{n:03d}" for n in range(1, len(restaurants.items) + 1)]


def test_the_facts_that_everybody_asks_for_are_never_missing(restaurants: Catalog) -> None:
    asked = ("cuisine", "district", "price", "rating", "noise", "good_for")
    assert [(i.title, name) for i in restaurants.items for name in asked if i.facets[name] is None] == []


def test_prices_and_ratings_are_plausible(restaurants: Catalog) -> None:
    assert [i.title for i in restaurants.items if not 10 <= float(str(i.facets["price"])) <= 3000] == []
    assert [i.title for i in restaurants.items if not 3 <= float(str(i.facets["rating"])) <= 5] == []


def test_every_place_is_described_in_both_languages(restaurants: Catalog) -> None:
    described = [bool(HAN.search(i.text)) and bool(re.search(r"[a-z]{3}", i.text)) for i in restaurants.items]
    assert all(described)


def test_values_and_their_labels_are_the_same_set(restaurants: Catalog) -> None:
    for facet, known in restaurants.values.items():
        assert set(restaurants.pack.facets[facet].values or {}) == set(known), facet


def test_every_value_is_named_in_both_languages(restaurants: Catalog) -> None:
    for facet, value in values(restaurants):
        label = (restaurants.pack.facets[facet].values or {})[value]
        assert set(label) == set(LANGUAGES), (facet, value)
        assert HAN.search(label["zh"]) and not HAN.search(label["en"]), (facet, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_has_phrases_and_the_frequent_ones_many(
    restaurants: Catalog, phrases: Phrases, language: str
) -> None:
    counts = Counter(
        (constraint.facet, constraint.value)
        for facet, value in values(restaurants)
        if facet in ("cuisine", "noise", "good_for", "spicy")
        for constraint in [Constraint(facet, "is", value)]
        for item in restaurants.eligible([constraint])
    )
    assert [key for key in values(restaurants) if not strong(phrases, language, *key)] == []
    for (facet, value), count in counts.items():
        # "moderate" is what a place is when nothing stands out: nobody asks for it in twenty ways.
        if count >= FREQUENT and value != "moderate":
            assert len(strong(phrases, language, facet, str(value))) >= 10, (facet, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_flags_have_phrases(restaurants: Catalog, phrases: Phrases, language: str) -> None:
    flags = [name for name, facet in restaurants.pack.facets.items() if facet.type == "flag"]
    assert [name for name in flags if len(strong(phrases, language, name, "true")) < 10] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_speak_of_values_that_exist(restaurants: Catalog, phrases: Phrases, language: str) -> None:
    known = {*values(restaurants), *((n, "true") for n, f in restaurants.pack.facets.items() if f.type == "flag")}
    said = {(facet, value) for facet, content in phrases[language]["values"].items() for value in content}
    assert said - known == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_means_two_things(phrases: Phrases, language: str) -> None:
    content = phrases[language]
    meanings: dict[str, set[str]] = {}
    for facet, by_value in content["values"].items():
        for value, kinds in by_value.items():
            for kind in ("strong", "weak", "block"):
                for phrase in kinds.get(kind, ()):
                    meanings.setdefault(phrase, set()).add("block" if kind == "block" else f"{facet}={value}")
    for facet, levels in content["levels"].items():
        for level, entry in levels.items():
            for phrase in entry["phrases"]:
                meanings.setdefault(phrase, set()).add(f"{facet}:{level}")
    for kind in ("unmet", "block"):
        for phrase in content[kind]:
            meanings.setdefault(phrase, set()).add(kind)
    assert {phrase: found for phrase, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_out_sentences_are_not_trained_on(phrases: Phrases, language: str) -> None:
    content = phrases[language]
    assert set(content["held_out"]) == set(content["sentences"])
    for intent, sentences in content["held_out"].items():
        assert sentences and not set(sentences) & set(content["sentences"][intent])


def test_what_people_ask_of_beijing_is_there(restaurants: Catalog) -> None:
    def titles(*constraints: Constraint) -> list[str]:
        return [item.title for item in restaurants.eligible(constraints)]

    assert "四季民福(故宫店)" in titles(
        Constraint("cuisine", "is", "peking duck"), Constraint("area", "is", "forbidden city")
    )
    assert "聚宝源(牛街总店)" in titles(Constraint("cuisine", "is", "halal"), Constraint("area", "is", "niujie"))
    assert "胡大饭馆(簋街总店)" in titles(Constraint("dish", "is", "crayfish"), Constraint("open_late", "is", True))
    assert "京兆尹" in titles(Constraint("cuisine", "is", "vegetarian"), Constraint("noise", "is", "quiet"))
