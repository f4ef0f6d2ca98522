"""The notation in which held-out messages say what they mean."""

from __future__ import annotations

import pytest

from data.errors import DataError
from data.need import Constraint
from data.pack import load_pack
from data.reading.gold import facts, parse_gold
from data.settings import Settings

MOVIES = load_pack("movies", Settings().home)


def test_a_line_becomes_its_facts() -> None:
    assert parse_gold("genre=Comedy genre!=Horror year>=1990 ~rating<=4.5", MOVIES, "x") == {
        ("genre", "is", "Comedy"),
        ("genre", "is_not", "Horror"),
        ("year", "at_least", "1990"),
        ("rating", "at_most", "4.5"),
    }


def test_values_may_hold_blanks_and_alternatives() -> None:
    assert parse_gold("genre=peking duck|Drama", MOVIES, "x") == {
        ("genre", "is", "peking duck"),
        ("genre", "is", "Drama"),
    }


def test_an_empty_line_means_nothing() -> None:
    assert parse_gold("", MOVIES, "x") == frozenset()


def test_whole_numbers_are_equal_however_they_are_written() -> None:
    assert facts([Constraint("year", "is", 1990.0, "must")]) == parse_gold("year=1990", MOVIES, "x")


@pytest.mark.parametrize(
    ("line", "said"), [("colour=red", "no facet 'colour'; movies has genre"), ("funny", "'funny'")]
)
def test_a_line_that_cannot_be_meant_is_refused_with_its_place(line: str, said: str) -> None:
    with pytest.raises(DataError, match=f"held_out.yml\\[3\\]: .*{said}"):
        parse_gold(line, MOVIES, "held_out.yml[3]")
