"""JSON that two readers could read differently, or that only serves to break things, is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.pipeline.strict_json import NotJson, read_json


def problems_of(raw: bytes | str) -> tuple[str, ...]:
    with pytest.raises(NotJson) as refused:
        read_json(raw)
    return refused.value.problems


def test_a_key_that_stands_twice_is_named() -> None:
    assert problems_of('{"need": {"text": "a", "text": "b"}}') == ("need.text: this key stands there twice",)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_finite_number_is_named(number: str) -> None:
    (problem,) = problems_of(f'{{"history": [{{"rating": {number}}}]}}')
    assert problem.startswith("history[0].rating: expected a finite number, got ")


def test_half_a_character_is_refused() -> None:
    assert problems_of('{"text": "\\ud800"}') == ("text: a string with half a character (a lone surrogate)",)


def test_whole_characters_outside_the_basic_plane_are_not_refused() -> None:
    assert read_json('{"text": "\\ud83d\\ude00"}') == {"text": "😀"}


@pytest.mark.parametrize("depth", [33, 500, 100_000])
def test_depth_that_no_request_has_is_refused(depth: int) -> None:
    (problem,) = problems_of("[" * depth + "]" * depth)
    assert "nested too deeply; at most 32 levels" in problem


def test_every_problem_comes_at_once() -> None:
    assert problems_of('{"a": NaN, "b": {"c": 1, "c": 2}}') == (
        "a: expected a finite number, got nan",
        "b.c: this key stands there twice",
    )


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    assert problems_of(b'"\xff"') == ("request: not UTF-8 at byte 1",)


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert problems_of("1" * 5000)[0].startswith("request: not JSON: Exceeds the limit")


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_anything_is_read_or_refused(raw: bytes | str) -> None:
    try:
        read_json(raw)
    except NotJson as error:
        assert all(": " in problem for problem in error.problems)
