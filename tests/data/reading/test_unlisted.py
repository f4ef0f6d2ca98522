"""Phrases that no lexicon lists, in the place where items are described and elsewhere."""

from __future__ import annotations

import pytest

from data.reading import Reader


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        ("films about haunted graveyards", "Horror"),
        ("something bloodcurdling", "Horror"),
        ("a gut wrenchingly mournful film", "Drama"),
        ("films full of rollicking jokes", "Comedy"),
        ("有没有阴魂不散的电影", "Horror"),
    ],
)
def test_an_unlisted_phrase_that_describes_an_item_is_read(reader: Reader, text: str, genre: str) -> None:
    assert genre in [wish.constraint.value for wish in reader.read(text).constraints]


@pytest.mark.parametrize(
    "text",
    [
        "the kind of film where my neighbour repairs the lamp while the plumber waits downstairs",
        "我昨天把行李落在机场了，想看个电影",
    ],
)
def test_a_story_beside_the_request_holds_no_wish(reader: Reader, text: str) -> None:
    assert reader.read(text).constraints == ()
