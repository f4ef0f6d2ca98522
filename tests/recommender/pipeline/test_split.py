"""The question to ask is the one whose answer divides what is left."""

from __future__ import annotations

from data.catalog import Catalog, Item
from data.need import Constraint
from data.pack import Facet, Pack
from recommender.pipeline.eligibility import Eligibility
from recommender.pipeline.split import best_split

FACETS = {
    "tags": Facet("tags", "category", "tags", multi=True),
    "price": Facet("price", "number", "price"),
    "open": Facet("open", "flag", "open"),
}


def split(*rows: dict, wishes: tuple[Constraint, ...] = ()) -> dict:
    pack = Pack("made", None, {}, FACETS)  # type: ignore[arg-type]
    catalog = Catalog(pack, tuple(Item(str(n), f"item {n}", row) for n, row in enumerate(rows)), "digest")
    return best_split(catalog, Eligibility(catalog), wishes)


def test_values_are_counted_over_the_eligible_items_only() -> None:
    rows = [{"tags": ("red", "round"), "price": 1}, {"tags": ("blue",), "price": 1}, {"tags": ("red",), "price": 9}]
    found = split(*rows, wishes=(Constraint("price", "at_most", 5),))
    assert (found["eligible"], found["facet"]) == (2, "tags")
    assert found["values"] == [
        {"op": "is", "value": "blue", "eligible": 1},
        {"op": "is", "value": "red", "eligible": 1},
        {"op": "is", "value": "round", "eligible": 1},
    ]


def test_two_equal_halves_are_one_bit() -> None:
    found = split({"open": True}, {"open": False}, {"open": True}, {"open": False})
    assert (found["facet"], found["gain_bits"]) == ("open", 1.0)
    assert found["values"] == [
        {"op": "is", "value": False, "eligible": 2},
        {"op": "is", "value": True, "eligible": 2},
    ]


def test_a_facet_that_was_answered_is_not_asked_again() -> None:
    rows = [{"open": True, "price": price} for price in (1, 2, 3, 4)]
    found = split(*rows, {"open": False, "price": 5}, wishes=(Constraint("open", "is", True),))
    assert found["facet"] == "price"
    assert sum(answer["eligible"] for answer in found["values"]) == 4


def test_nothing_is_asked_when_nothing_is_eligible() -> None:
    found = split({"price": 1}, wishes=(Constraint("price", "at_least", 5),))
    assert (found["eligible"], found["facet"], found["values"]) == (0, None, [])
