"""What a person typed becomes words, and never a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import for_assistant, language_of, storable, visible

TRICKS = st.sampled_from(list("/\N{FULLWIDTH SOLIDUS}\N{FRACTION SLASH} \t\n\u200b\ufeff\u3000\u00ad\u202e\x00a推"))


@given(st.text() | st.text(TRICKS))
def test_the_assistant_never_reads_a_leading_slash_nor_nothing(text: str) -> None:
    read = for_assistant(text)
    assert read.strip() == read != ""
    assert not read.startswith(("/", "\N{FULLWIDTH SOLIDUS}"))


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_letters_and_digits_are_left_as_they_are(text: str) -> None:
    kept = [character for character in text if character not in "\u115f\u1160\u3164\uffa0"]
    assert visible(text) == "".join(kept)


@given(st.text(st.characters()))
def test_what_is_stored_can_be_encoded_and_is_otherwise_unchanged(text: str) -> None:
    kept = storable(text)
    kept.encode("utf-8")
    assert kept == text or any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a funny film", "en"),
        ("Amélie", "en"),
        ("推荐电影", "zh"),
        ("推薦電影", "zh"),
        ("像 Heat 那样的", "zh"),
        ("1999", None),
        ("👍", None),
        ("?!", None),
        ("", None),
        ("مرحبا", None),
    ],
)
def test_the_script_tells_the_language_or_does_not(text: str, language: str | None) -> None:
    assert language_of(text) == language
