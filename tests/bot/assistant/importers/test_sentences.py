"""Expanding HassIL templates."""

from __future__ import annotations

import pytest

from bot.assistant.importers.sentences import examples_of
from data.errors import DataError


def test_every_choice_is_found_when_there_are_few() -> None:
    assert sorted(examples_of("[please] show (more|others)", {}, {}, 20, "here")) == [
        "please show more", "please show others", "show more", "show others",
    ]  # fmt: skip


def test_slots_and_rules_are_filled() -> None:
    lists, rules = {"kind": ["green"]}, {"want": "(give me)"}
    assert examples_of("<want> {kind:other} tea", lists, rules, 5, "here") == ["give me green tea"]


def test_there_are_never_more_than_asked_for() -> None:
    assert len(examples_of("{n} {n}", {"n": [str(n) for n in range(100)]}, {}, 6, "here")) == 6


def test_the_same_template_gives_the_same_sentences() -> None:
    lists = {"n": [str(n) for n in range(100)]}
    assert examples_of("{n} {n}", lists, {}, 6, "here") == examples_of("{n} {n}", lists, {}, 6, "there")


def test_plain_text_is_left_alone() -> None:
    assert examples_of("what's up?", {}, {}, 6, "here") == ["what's up?"]


def test_an_unknown_slot_is_an_error_that_says_where_and_what_exists() -> None:
    with pytest.raises(DataError, match=r"teas/phrases.en.yml.*no list 'colour'; there are kind"):
        examples_of("{colour} tea", {"kind": ["green"]}, {}, 6, "teas/phrases.en.yml")


def test_a_broken_template_is_an_error_that_says_where() -> None:
    with pytest.raises(DataError, match="teas/phrases.en.yml"):
        examples_of("(green tea", {}, {}, 6, "teas/phrases.en.yml")
