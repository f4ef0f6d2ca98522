"""Simulated people: what they say is true of what they have in mind, and what is measured of their dialogues."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bot.simulation.cost import cpu_ms
from bot.simulation.judge import figures
from bot.simulation.people import PERSONAS, Person, Persona, Seen, Turn, phrases, with_typo
from bot.simulation.run import cast
from bot.simulation.search_box import SearchBox
from bot.simulation.talk import Dialogue, Exchange, search, seen_in
from bot.simulation.wishes import wishes_of
from data.catalog import Catalog, Interaction, load_catalog
from data.need import Constraint
from data.pack import load_pack

PACK = """
name: wines
item: {en: {one: wine, other: wines}, zh: {one: 酒, measure: 支}}
facets:
  colour: {type: category, label: {en: colour, zh: 颜色}, values: {red: {en: red, zh: 红}, white: {en: white, zh: 白}}}
  year: {type: year, compare: {more: {en: [younger]}, less: {en: [older]}}}
  price: {type: number, unit: €, label: {en: price, zh: 价格}}
"""
ITEMS = """item_id,title,colour,year,price
1,Alto,red,1994,10
2,Bello,red,1987,20
3,Corto,white,1994,30
4,Dolce,white,2001,40
"""


@pytest.fixture
def wines(tmp_path: Path) -> Catalog:
    folder = tmp_path / "wines"
    folder.mkdir()
    (folder / "pack.yml").write_text(PACK, encoding="utf-8")
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    return load_catalog(load_pack(folder, tmp_path), tmp_path)


def person(wines: Catalog, target: str, persona: Persona = PERSONAS[0], language: str = "en", seed: int = 0) -> Person:
    return Person(wines, wines[target], (), persona, language, seed)


def test_every_wish_holds_for_the_item_in_mind_and_rules_something_out(wines: Catalog) -> None:
    for item in wines.items:
        for wish in wishes_of(item, wines, Random(0)):
            assert wish.admits(item)
            assert not all(wish.admits(other) for other in wines.items)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_that_stands_at_the_end_is_true_of_the_item_in_mind(
    wines: Catalog, persona: Persona, language: str
) -> None:
    one = person(wines, "1", persona, language, seed=5)
    one.begin()
    for _ in range(6):
        one.go_on(Seen((wines["3"], wines["4"])))
    one.persona = PERSONAS[0]  # a mistake that is still open is taken back
    one.go_on(Seen())
    assert all(wines["1"].meets(constraint) for constraint in one.said)


def test_the_same_seed_is_the_same_person(wines: Catalog) -> None:
    first, second = (person(wines, "2", PERSONAS[3], seed=9) for _ in range(2))
    assert [first.begin(), first.go_on(Seen((wines["1"],)))] == [second.begin(), second.go_on(Seen((wines["1"],)))]


def test_what_is_shown_and_unlike_the_item_in_mind_is_refused(wines: Catalog) -> None:
    one = person(wines, "1", Persona("negating", negating=1.0))
    one.begin()
    turn = one.go_on(Seen((wines["3"], wines["4"])))
    assert turn.constraints == (Constraint("colour", "is_not", "white"),)
    assert "white" in turn.text


def test_a_button_with_a_true_value_is_pressed(wines: Catalog) -> None:
    one = person(wines, "1", Persona("clicker", button=1.0, undecided=1.0))
    one.begin()
    turn = one.go_on(Seen((), (("White (2)", "w"), ("Red (2)", "r"))))
    assert (turn.payload, turn.constraints) == ("r", (Constraint("colour", "is", "red"),))


def test_where_nothing_is_left_the_way_out_that_keeps_what_was_said_is_taken(wines: Catalog) -> None:
    one = person(wines, "1")
    one.begin()
    assert one.go_on(Seen((), (("Without red (4)", "a"), ("Without 1980s (2)", "b")))).payload == "b"


def test_asked_what_kind_of_thing_the_person_presses_their_own(wines: Catalog) -> None:
    one = person(wines, "1")
    one.begin()
    assert one.go_on(Seen((), (("Films", "a"), ("Wines", "b")))).payload == "b"


def test_the_search_box_filters_exactly_and_shows_the_popular_first(wines: Catalog) -> None:
    box = SearchBox(wines, {"1": 3, "2": 7}, known=())
    shown = box.answer(Turn("red", None, (Constraint("colour", "is", "red"),)))
    assert [item.title for item in shown] == ["Bello", "Alto"]
    assert box.answer(Turn("more")) == []


def test_a_person_with_the_search_box_finds_a_red_wine(wines: Catalog) -> None:
    assert search(person(wines, "2"), SearchBox(wines, {})).found_at == 1


def test_the_figures_count_what_went_wrong(wines: Catalog) -> None:
    one = person(wines, "1")
    slate = {"text": "Here", "slate": {"items": [{"item_id": "3"}]}}
    stated = (Constraint("colour", "is", "red"),)
    turns = [Exchange(Turn("red"), [slate], seen_in([slate], wines).items, stated) for _ in range(2)]
    last = Exchange(Turn("more"), [{"text": "No."}], (), stated)
    found = figures([Dialogue(one, "plain", "en", [*turns, last])])
    assert found == {
        "people": 1, "success@3": 0, "success@5": 0, "success@8": 0, "turns": 3, "violated": 1.0, "violated_need": 0,
        "shown_twice": 1, "repeats": 1, "dead_ends": 1,
    }  # fmt: skip


def test_an_item_against_the_need_that_the_bot_tells_is_counted(wines: Catalog) -> None:
    need = {"version": 1, "pack": "wines", "constraints": [{"facet": "colour", "op": "is", "value": "red"}]}
    slate = {"text": "Here", "slate": {"items": [{"item_id": "3"}]}, "need": need}
    exchange = Exchange(Turn("red"), [slate], seen_in([slate], wines).items, ())
    assert figures([Dialogue(person(wines, "1"), "plain", "en", [exchange])])["violated_need"] == 1


def test_people_have_the_last_item_of_a_history_in_mind_and_only_what_came_before_is_told(wines: Catalog) -> None:
    history = [Interaction("u", "1", 4.0, 10), Interaction("u", "2", 5.0, 20), Interaction("v", "3", 1.0, 5)]
    (one,) = cast(wines, history, users=5, seed=0)
    assert (one.target.item_id, [i.item_id for i in one.history]) == ("2", ["1"])


def test_a_typo_changes_over_two_letters_and_nothing_else() -> None:
    assert sorted(with_typo("comedy", Random(1))) == sorted("comedy")
    assert with_typo("comedy", Random(1)) != "comedy"
    assert with_typo("喜剧片", Random(1)) == "喜剧片"


def test_cpu_time_is_read_from_the_system_s_own_record(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    fields = ["S", *map(str, range(1, 11)), "30", "20", "0"]
    (tmp_path / "7" / "stat").write_text(f"7 (a (b) c) {' '.join(fields)}\n", encoding="utf-8")
    assert cpu_ms([7], tmp_path) == pytest.approx(1000 * 50 / __import__("os").sysconf("SC_CLK_TCK"))


def test_both_languages_can_say_the_same_things() -> None:
    assert phrases()["en"].keys() == phrases()["zh"].keys()
