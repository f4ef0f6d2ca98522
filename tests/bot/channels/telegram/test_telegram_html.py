"""Telegram's messages: nothing lost, nothing too long, nothing that a person or a catalog says is markup."""

from __future__ import annotations

import html

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.html import LIMIT, cut, length, lines_of, packed, utf16


def test_a_text_is_split_at_line_ends() -> None:
    line = "x" * 3000
    assert packed(lines_of(f"{line}\n{line}\nend")) == [line, f"{line}\nend"]


def test_a_line_is_split_between_words() -> None:
    assert packed(lines_of("a" * 4000 + " " + "b" * 200)) == ["a" * 4000, "b" * 200]


def test_the_limit_counts_what_is_shown_in_utf_16() -> None:
    assert length("<b>a &amp; \U0001f600</b>") == 6
    assert list(map(len, packed(lines_of("\U0001f600" * 2049)))) == [2048, 1]


def test_a_text_is_cut_with_an_ellipsis() -> None:
    assert (cut("abcdef", 6), cut("abcdef", 5), cut("\U0001f600\U0001f600", 3)) == ("abcdef", "abcd…", "\U0001f600…")


@settings(deadline=None)
@given(st.text(st.sampled_from("ab <&>\n\U0001f600推"), max_size=60).map(lambda text: text * 150))
def test_no_message_is_too_long_and_no_word_is_lost(text: str) -> None:
    messages = packed(lines_of(text))
    assert all(0 < utf16(html.unescape(message)) <= LIMIT for message in messages)
    assert "".join(html.unescape("".join(messages)).split()) == "".join(text.split())
