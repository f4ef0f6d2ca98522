"""Words, stems, scripts and languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reading.text import language_of, simplified, stem_of, words_of
from data.reading.view import number_of, view_of


def test_traditional_characters_become_simplified() -> None:
    assert simplified("推薦一部恐怖電影") == "推荐一部恐怖电影"


@pytest.mark.parametrize(
    ("form", "stem"),
    [("comedies", "comedy"), ("movies", "movy"), ("movie", "movy"), ("thrillers", "thriller"), ("class", "class")],
)
def test_plurals_and_singulars_share_a_stem(form: str, stem: str) -> None:
    assert stem_of(form) == stem


@pytest.mark.parametrize(("text", "language"), [("a comedy", "en"), ("想看comedy", "zh"), ("喜剧", "zh"), ("", "en")])
def test_the_language_is_that_of_most_of_the_text(text: str, language: str) -> None:
    assert language_of(words_of(text)) == language


@pytest.mark.parametrize(
    ("text", "value"), [("二十", 20), ("一百五", 150), ("九零", 90), ("1,000", 1000), ("4.5", 4.5), ("x", None)]
)
def test_numerals_have_their_value(text: str, value: float | None) -> None:
    assert number_of(text) == value


@given(st.text(max_size=200))
def test_every_word_stands_where_it_says(text: str) -> None:
    words = words_of(text)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert all(a.start <= b.start for a, b in zip(words, words[1:], strict=False))
    view = view_of(words)
    assert len(view.starts) == len(words)
