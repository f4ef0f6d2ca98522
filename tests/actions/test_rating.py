"""Ratings in words."""

from __future__ import annotations

import pytest

from actions.rating import rating_in


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("4 stars for Heat", 4.0),
        ("Heat 7/10", 3.5),
        ("Heat gets seven out of ten", 3.5),
        ("three and a half stars", 3.5),
        ("给Heat打四分", 4.0),
        ("三星半", 3.5),
        ("Heat我给8分，满分10分", 4.0),
        ("zero stars", 1.0),
    ],
)
def test_a_rating_is_read_on_the_scale_of_five(text: str, rating: float) -> None:
    assert rating_in(text, ["Heat"]) == rating


@pytest.mark.parametrize(
    ("text", "rating"), [("rate the first one 4", 4.0), ("i rate it three", 3.0), ("rate the second one", None)]
)
def test_a_bare_number_is_a_rating_where_one_is_expected(text: str, rating: float | None) -> None:
    assert rating_in(text, is_bare=True) == rating


def test_a_number_in_a_title_is_no_rating() -> None:
    assert rating_in("rate 12 Monkeys", ["12 Monkeys"], is_bare=True) is None
