"""Numbers with a unit or a facet's name."""

from __future__ import annotations

import pytest

from data.pack import Facet
from data.reading.quantities import QuantityReader, Scale
from data.reading.text import words_of
from data.reading.view import view_of

SCALES = (
    Scale(Facet("rating", "number", "rating", unit="stars"), ("rating", "rated", "score", "评分"), 1, 5),
    Scale(Facet("price", "number", "price", unit="¥"), ("price", "人均"), 20, 800),
    Scale(Facet("length", "number", "length", unit="minutes"), ("length", "片长"), 60, 200),
)


@pytest.mark.parametrize(
    ("text", "facet", "low", "high"),
    [
        ("at least 4 stars", "rating", 4, None),
        ("4 stars or more", "rating", 4, None),
        ("rated above 8 out of 10", "rating", 4, None),
        ("评分4以上", "rating", 4, None),
        ("4分以上", "rating", 4, None),
        ("评分8分以上的", "rating", 4, None),
        ("four and a half stars", "rating", 4.5, None),
        ("between 3 and 4 stars", "rating", 3, 4),
        ("under $20", "price", None, 20),
        ("¥100以内", "price", None, 100),
        ("人均200以下", "price", None, 200),
        ("人均100左右", "price", 90, 110),
        ("50-100元", "price", 50, 100),
        ("under two hours", "length", None, 120),
        ("less than an hour and a half", "length", None, 90),
        ("两小时以内", "length", None, 120),
        ("不超过120分钟", "length", None, 120),
        ("4 and up", "rating", 4, None),
        ("4+ stars", "rating", 4, None),
        ("at least a 4", "rating", 4, None),
        ("4.5 or better", "rating", 4.5, None),
        ("2 stars or worse", "rating", None, 2),
        ("四星半以上", "rating", 4.5, None),
        ("80块钱一位", "price", None, 80),
        ("200元/人", "price", None, 200),
        ("人均不要超过一百块", "price", None, 100),
        ("人均两三百", "price", 200, 300),
        ("三四百", "price", 300, 400),
        ("between 100 and 200", "price", 100, 200),
        ("price from 100", "price", 100, None),
        ("1h30 max", "length", None, 90),
    ],
)
def test_a_quantity_belongs_to_the_facet_of_its_unit(
    text: str, facet: str, low: float | None, high: float | None
) -> None:
    found = QuantityReader(SCALES).read(view_of(words_of(text)))
    assert [(f.facet, f.low, f.high) for f in found] == [(facet, low, high)]


def test_a_quantity_of_a_kind_that_no_facet_has_is_found_without_facet() -> None:
    found = QuantityReader(SCALES[:1]).read(view_of(words_of("under two hours")))
    assert [f.facet for f in found] == [None]


def test_a_rating_beyond_the_scale_is_none() -> None:
    assert QuantityReader(SCALES).read(view_of(words_of("rated 13"))) == []
