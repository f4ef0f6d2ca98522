"""How messages are spelt before they are encoded."""

from __future__ import annotations

from bot.assistant.components.spelling import CHARACTERS, normal


def test_case_full_width_forms_and_blanks_make_no_difference() -> None:
    assert normal("  Ｓhow   ME ") == "show me"


def test_zero_width_signs_part_words_at_most() -> None:
    assert normal("co\u200bmedy") == "co medy"


def test_stretched_letters_are_shortened() -> None:
    assert normal("sooooooo good") == "soo good"


def test_of_a_long_text_the_beginning_and_the_end_are_kept() -> None:
    spelt = normal("first " + "x y " * 3000 + "last")
    assert len(spelt) <= CHARACTERS + 1
    assert spelt.startswith("first ")


def test_nothing_visible_is_nothing() -> None:
    assert normal("\u200b\u200e") == ""
