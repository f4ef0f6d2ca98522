from __future__ import annotations

from pathlib import Path

import pytest

from data.catalog import Catalog, load_interactions
from data.need import Constraint
from data.reading.reading import Relative
from recommender.evaluation.cases import cases_of, cases_of_items
from recommender.evaluation.instructed import Instructor, bound_of
from recommender.training.sequences import sequences


@pytest.fixture(scope="module")
def instructor(catalog: Catalog, home: Path) -> Instructor:
    return Instructor(catalog, home)


def test_an_instruction_is_heard_as_the_assistant_reads_it(instructor: Instructor) -> None:
    heard = instructor.hear(["something modern but not Lumo"])[0]
    assert heard.text == "something modern but not Lumo"
    assert {(c.facet, c.op, c.value) for c in heard.constraints} == {
        ("style", "is", "modern"),
        ("maker", "is_not", "Lumo"),
    }


def test_an_item_named_without_a_wish_is_the_example(instructor: Instructor) -> None:
    heard = instructor.hear(["something like Lamp 12"])[0]
    assert (heard.constraints, heard.like) == ((), ("L12",))


def test_what_is_newer_than_an_item_lies_beyond_it(catalog: Catalog) -> None:
    relative = Relative("year", "more", (0, 5), "L12")
    assert bound_of(relative, catalog) == Constraint("year", "at_least", 1993)


def test_what_is_cheaper_than_an_item_without_a_price_cannot_be_said(catalog: Catalog) -> None:
    assert bound_of(Relative("price", "less", (0, 7), "L7"), catalog) is None


def test_everything_said_is_true_of_the_item_asked_for(instructor: Instructor, catalog: Catalog) -> None:
    for case in instructor.instruct(cases_of_items(len(catalog.items), 40), "held", 0):
        assert all(catalog.items[case.target].meets(constraint) for constraint in case.said), case.heard.text


def test_twins_mean_the_same_in_two_languages(instructor: Instructor, catalog: Catalog, home: Path) -> None:
    cases = cases_of(sequences(load_interactions(catalog.pack, home), catalog))
    pairs = instructor.twins(cases, "held", 0)
    assert len(pairs["en"]) == len(pairs["zh"]) > 20
    for english, chinese in zip(pairs["en"], pairs["zh"], strict=True):
        assert (english.user, english.said, english.level) == (chinese.user, chinese.said, chinese.level)


def test_the_same_seed_asks_the_same(instructor: Instructor, catalog: Catalog) -> None:
    cases = cases_of_items(len(catalog.items), 10)
    assert instructor.instruct(cases, "seen", 1) == instructor.instruct(cases, "seen", 1)
