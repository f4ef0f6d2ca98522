"""Requests for films as very different people say them: the share that is read exactly, and of refusals alone."""

from __future__ import annotations

import pytest

from data.catalog import Catalog
from data.pack import Pack
from data.reading import Reader
from tests.data.reading.messages import messages, misread


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nine_of_ten_messages_are_read_exactly(reader: Reader, movies: tuple[Pack, Catalog], language: str) -> None:
    lines = messages(movies[0], language)
    wrong = misread(reader, lines)
    assert len(wrong) <= 0.1 * len(lines), wrong


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nine_of_ten_refusals_are_read_exactly(reader: Reader, movies: tuple[Pack, Catalog], language: str) -> None:
    lines = [(text, wanted) for text, wanted in messages(movies[0], language) if any(f[1] == "is_not" for f in wanted)]
    wrong = misread(reader, lines, "is_not")
    assert len(wrong) <= 0.1 * len(lines), wrong


def test_what_the_pack_does_not_know_is_kept_as_unheard(reader: Reader) -> None:
    assert reader.read("a thriller with no umbrellas").unheard == ("umbrellas",)
    assert reader.read("a thriller with no romance").unheard == ()


@pytest.mark.parametrize(("text", "genre"), [("孔怖片", "Horror"), ("洗剧片", "Comedy"), ("科换电影", "Sci-Fi")])
def test_a_character_that_only_sounds_right_is_put_right(reader: Reader, text: str, genre: str) -> None:
    assert [wish.constraint.value for wish in reader.read(text).constraints] == [genre]


@pytest.mark.parametrize("text", ["有没有喜欢的", "请问", "我想请客"])
def test_words_that_sound_like_a_value_stay_themselves(reader: Reader, text: str) -> None:
    assert reader.read(text).constraints == ()
