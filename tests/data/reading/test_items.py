"""Titles and positions, and what is said of them."""

from __future__ import annotations

import pytest

from data.reading import Reader


def items(reader: Reader, text: str) -> list[tuple[str, str]]:
    return [(item.title, item.role) for item in reader.read(text).items]


@pytest.mark.parametrize(
    ("text", "title", "role"),
    [
        ("movies like Star Wars", "Star Wars", "like"),
        ("something like the godfather", "The Godfather", "like"),
        ("like godfather 2", "The Godfather: Part II", "like"),
        ("usual suspects", "The Usual Suspects", "about"),
        ("I hated Titanic", "Titanic", "unlike"),
        ("titanic was boring", "Titanic", "unlike"),
        ("I've already seen 12 monkeys", "Twelve Monkeys", "seen"),
        ("haven't seen alien yet", "Alien", "about"),
        ("why not Heat?", "Heat", "about"),
        ('what about "Heat"?', "Heat", "about"),
        ("toy stroy", "Toy Story", "about"),
        ("i loved shawshenk redemption", "The Shawshank Redemption", "like"),
        ("star wars: the empire strikes back", "The Empire Strikes Back", "about"),
        ("类似泰坦尼克号的电影", "Titanic", "like"),
        ("看过教父了", "The Godfather", "seen"),
        ("像《辛德勒的名单》那样的", "Schindler's List", "like"),
        ("我喜歡刺激的,但討厭泰坦尼克號", "Titanic", "unlike"),
    ],
)
def test_a_title_is_found_with_what_is_said_of_it(reader: Reader, text: str, title: str, role: str) -> None:
    assert (title, role) in items(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "a big adventure",
        "a true romance",
        "speed it up please",
        "heat up my soup",
        "movies about aliens",
        "this is big",
    ],
)
def test_everyday_words_are_no_titles(reader: Reader, text: str) -> None:
    assert items(reader, text) == []


def test_several_titles_keep_their_own_roles(reader: Reader) -> None:
    assert items(reader, "I loved Heat, hated Casino, now something funnier") == [
        ("Heat", "like"),
        ("Casino", "unlike"),
    ]


def test_a_list_of_titles_shares_its_role(reader: Reader) -> None:
    assert items(reader, "i loved pulp fiction and fargo") == [("Pulp Fiction", "like"), ("Fargo", "like")]


def test_a_title_of_two_films_has_both_as_candidates(reader: Reader) -> None:
    assert [c[0] for c in reader.read("sabrina").items[0].candidates] == ["13", "14"]


def test_a_year_after_the_title_decides(reader: Reader) -> None:
    reading = reader.read("Sabrina (1954)")
    assert [(item.item_id, item.candidates) for item in reading.items] == [("14", ())]
    assert reading.constraints == ()


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("the second one", [(2, "about")]),
        ("I like the first two, not the last", [(1, "like"), (2, "like"), (-1, "unlike")]),
        ("number three please", [(3, "about")]),
        ("#2", [(2, "about")]),
        ("more like the 3rd", [(3, "like")]),
        ("第二个不错，第三个我看过了", [(2, "like"), (3, "seen")]),
        ("最后两个", [(-2, "about"), (-1, "about")]),
        ("倒数第二部", [(-2, "about")]),
    ],
)
def test_a_position_is_found_with_what_is_said_of_it(
    reader: Reader, text: str, positions: list[tuple[int, str]]
) -> None:
    assert [(p.index, p.role) for p in reader.read(text).positions] == positions


@pytest.mark.parametrize("text", ["first of all hello", "second world war", "the last ten years", "last night"])
def test_ordinals_of_other_things_are_no_positions(reader: Reader, text: str) -> None:
    assert reader.read(text).positions == ()


@pytest.mark.parametrize(
    ("text", "facet", "direction", "item_id", "position"),
    [
        ("something newer", "year", "more", None, None),
        ("something newer than Heat", "year", "more", "2", None),
        ("more popular than the second one", "popularity", "more", None, 2),
        ("nothing older please", "year", "more", None, None),
        ("比第二部新一点的", "year", "more", None, 2),
        ("比《异形》更热门的", "popularity", "more", "18", None),
        ("老一点的", "year", "less", None, None),
    ],
)
def test_a_comparison_has_facet_direction_and_what_it_compares_to(
    reader: Reader, text: str, facet: str, direction: str, item_id: str | None, position: int | None
) -> None:
    found = [(r.facet, r.direction, r.item_id, r.position) for r in reader.read(text).relative]
    assert found == [(facet, direction, item_id, position)]


def test_a_comparison_that_no_facet_makes_is_unmet(reader: Reader) -> None:
    assert reader.read("something shorter").unmet == ("shorter",)
