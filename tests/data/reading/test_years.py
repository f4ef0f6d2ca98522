"""Years, decades and ages, read strictly."""

from __future__ import annotations

import pytest

from data.reading.text import words_of
from data.reading.view import view_of
from data.reading.years import YearReader

READER = YearReader(1922, 1998, lambda: 2026)


def years(text: str) -> list[tuple[float | None, float | None]]:
    return [(found.low, found.high) for found in READER.read(view_of(words_of(text)))]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("a film from the nineties", 1990, 1999),
        ("90s movies", 1990, 1999),
        ("films of the 1990 s", 1990, 1999),
        ("1990's action", 1990, 1999),
        ("'80s horror", 1980, 1989),
        ("before 2000", None, 1999),
        ("before the 90s", None, 1989),
        ("after 1995", 1996, None),
        ("since 1995", 1995, None),
        ("1995 or later", 1995, None),
        ("from 1990 to 1995", 1990, 1995),
        ("between 1980 and 1990", 1980, 1990),
        ("1980-1989", 1980, 1989),
        ("no older than 1990", 1990, None),
        ("nothing older than the 80s", 1980, None),
        ("no later than 1985", None, 1985),
        ("early 90s", 1990, 1993),
        ("mid-70s", 1974, 1976),
        ("late eighties", 1987, 1989),
        ("in 1994", 1994, 1994),
        ("from '94", 1994, 1994),
        ("nineteen ninety four", 1994, 1994),
        ("two thousand and sixteen", 2016, 2016),
        ("nineteen eighties", 1980, 1989),
        ("70s or 80s", 1970, 1989),
        ("the 90s on", 1990, None),
        ("around 1985", 1983, 1987),
        ("older than 20 years", None, 2005),
        ("no more than ten years old", 2016, None),
        ("the last ten years", 2016, None),
        ("the 20s", 1920, 1929),
        ("the roaring twenties", 1920, 1929),
        ("90年代", 1990, 1999),
        ("八十年代的电影", 1980, 1989),
        ("八九十年代", 1980, 1999),
        ("上世纪80年代", 1980, 1989),
        ("2000年以前", None, 1999),
        ("1995年之后", 1996, None),
        ("1995年以来", 1995, None),
        ("1994年的", 1994, 1994),
        ("一九九四年", 1994, 1994),
        ("千禧年", 2000, 2000),
        ("90年代初", 1990, 1993),
        ("近十年", 2016, None),
        ("从1990年到1995年", 1990, 1995),
    ],
)
def test_a_stretch_of_years_has_these_bounds(text: str, low: int | None, high: int | None) -> None:
    assert years(text) == [(low, high)]


@pytest.mark.parametrize(
    "text", ["in my twenties", "60 minutes", "1,000 ratings", "80后", "on march 4th 2019", "under $1995", "the 90 best"]
)
def test_what_is_no_year_is_left_alone(text: str) -> None:
    assert years(text) == []


def test_decades_that_are_apart_stay_apart() -> None:
    assert years("60s and 80s") == [(1960, 1969), (1980, 1989)]


def test_a_decade_without_century_is_one_the_catalog_has() -> None:
    modern = YearReader(1990, 2025, lambda: 2026)
    assert [(f.low, f.high) for f in modern.read(view_of(words_of("the 20s")))] == [(2020, 2029)]
