from __future__ import annotations

import csv
from collections import Counter

import pytest

from data.catalog import Catalog
from data.pack import load_pack
from data.settings import PROJECT

LANGUAGES = ("zh", "zh-HK", "zh-TW", "en")
SHARED = {
    "费城故事": {"Philadelphia", "The Philadelphia Story"},
    "殺戮戰場": {"Platoon", "The Killing Fields"},
}
"""Different films that really bear the same name."""


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    path = load_pack("movies", PROJECT / "var").file("aliases.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_line_names_a_film_a_language_and_an_alias(rows: list[dict[str, str]]) -> None:
    assert [row for row in rows if not all(row.values()) or row["language"] not in LANGUAGES] == []
    assert [row for row in rows if any(value != value.strip() for value in row.values())] == []


def test_no_line_stands_there_twice(rows: list[dict[str, str]]) -> None:
    lines = Counter((row["item_id"], row["alias"].casefold()) for row in rows)
    assert [line for line, count in lines.items() if count > 1] == []


def test_hundreds_of_films_have_their_mainland_title(rows: list[dict[str, str]]) -> None:
    assert len({row["item_id"] for row in rows if row["language"] == "zh"}) >= 300


def test_every_film_is_in_the_catalog(rows: list[dict[str, str]], movies: Catalog) -> None:
    assert {row["item_id"] for row in rows} - set(movies.index) == set()


def test_the_best_known_films_have_a_chinese_title(rows: list[dict[str, str]], movies: Catalog) -> None:
    known = {row["item_id"] for row in rows if row["language"] == "zh"}
    best = sorted(movies.items, key=lambda item: -float(str(item.facets["popularity"])))[:350]
    assert len([item for item in best if item.item_id in known]) >= 300


def test_an_alias_belongs_to_one_film_unless_several_really_bear_it(
    rows: list[dict[str, str]], movies: Catalog
) -> None:
    titles: dict[str, set[str]] = {}
    for row in rows:
        titles.setdefault(row["alias"], set()).add(movies[row["item_id"]].title)
    assert {alias: found for alias, found in titles.items() if len(found) > 1} == SHARED


@pytest.mark.parametrize(
    ("title", "year", "alias"),
    [
        ("The Shawshank Redemption", 1994, "肖申克的救赎"),
        ("The Shawshank Redemption", 1994, "刺激1995"),
        ("The Shawshank Redemption", 1994, "月黑高飛"),
        ("The Godfather: Part II", 1974, "Godfather 2"),
        ("Aliens", 1986, "Alien 2"),
        ("Terminator 2: Judgment Day", 1991, "T2"),
        ("Star Wars", 1977, "Star Wars: A New Hope"),
    ],
)
def test_the_alias_leads_to_the_film_meant(movies: Catalog, title: str, year: int, alias: str) -> None:
    assert [(i.title, i.facets["year"]) for i in movies.items if alias in i.aliases] == [(title, year)]
