"""Refusals in words that are easily misread: what is refused, what stays wanted, what is neither."""

from __future__ import annotations

import pytest

from data.catalog import Catalog
from data.pack import Pack
from data.reading import Reader
from data.reading.gold import parse_gold
from tests.data.reading.notation import facts


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("horror, but not a comedy horror", "genre=Horror genre!=Comedy"),
        ("instead of another crime film could we get a western", "genre!=Crime genre=Western"),
        ("I would rather walk home than sit through a musical", "genre!=Musical"),
        ("it doesn't have to be a comedy", ""),
        ("we've gone off westerns", "genre!=Western"),
        ("no war films, too sad", "genre!=War"),
        ("avoid thrillers, my heart is not what it was", "genre!=Thriller"),
        ("I've had enough of westerns", "genre!=Western"),
        ("不想看战争片，太沉重", "genre!=War"),
        ("不是动画的那种喜剧", "genre!=Animation genre=Comedy"),
        ("恐怖片看过了不要再推", "genre!=Horror"),
        ("唔好恐怖片", "genre!=Horror"),
        ("评分3分以下的别给我看", "rating>=3"),
    ],
)
def test_what_is_refused_is_told_from_what_is_wanted(
    reader: Reader, movies: tuple[Pack, Catalog], text: str, meaning: str
) -> None:
    assert facts(reader.read(text).constraints) == parse_gold(meaning, movies[0], "test")


@pytest.mark.parametrize(
    "text", ["I rated Heat five stars", "4 stars for Heat", "《教父》我打五星", "I'd give it 4 stars"]
)
def test_a_mark_that_somebody_gives_an_item_is_no_wish(reader: Reader, text: str) -> None:
    assert reader.read(text).constraints == ()


def test_two_phrases_that_cover_more_count_instead_of_a_long_one(reader: Reader) -> None:
    assert [wish.constraint.value for wish in reader.read("爱情剧情片").constraints] == ["Romance", "Drama"]
