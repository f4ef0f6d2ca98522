"""The masks of the ranker admit exactly the items that data.catalog.eligible admits."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.catalog import Catalog, Item
from data.catalog import eligible as is_eligible
from data.need import Constraint
from data.pack import Facet, Pack
from recommender.pipeline.eligibility import Eligibility

FACETS = {
    "tags": Facet("tags", "category", "tags", multi=True),
    "brand": Facet("brand", "category", "brand"),
    "price": Facet("price", "number", "price"),
    "open": Facet("open", "flag", "open"),
}
WORDS = st.sampled_from(["Red", "blue", "GREEN", "3"])
ITEMS = st.fixed_dictionaries(
    {
        "tags": st.none() | st.lists(WORDS, min_size=1, max_size=3).map(tuple),
        "brand": st.none() | WORDS,
        "price": st.none() | st.integers(0, 5) | st.floats(0, 5, allow_nan=False),
        "open": st.none() | st.booleans(),
    }
)
STRENGTHS, GROUPS = st.sampled_from(["must", "prefer"]), st.sampled_from([None, None, "a", "b"])
EQUALITIES = st.builds(
    Constraint, st.sampled_from(list(FACETS)), st.sampled_from(["is", "is_not"]),
    st.sampled_from(["red", "Blue", "3", "purple", 3, 2.0, True, False]), STRENGTHS, GROUPS,
)  # fmt: skip
BOUNDS = st.builds(
    Constraint, st.just("price"), st.sampled_from(["at_least", "at_most"]), st.integers(0, 5), STRENGTHS, GROUPS
)


def catalog_of(rows: list[dict]) -> Catalog:
    pack = Pack("made", None, {}, FACETS)  # type: ignore[arg-type]
    return Catalog(pack, tuple(Item(str(n), f"item {n}", row) for n, row in enumerate(rows)), "digest")


@given(st.lists(ITEMS, min_size=1, max_size=12), st.lists(EQUALITIES | BOUNDS, max_size=5))
def test_mask_agrees_with_the_catalog_item_by_item(rows: list[dict], constraints: list[Constraint]) -> None:
    catalog = catalog_of(rows)
    mask = Eligibility(catalog).mask(constraints)
    assert mask.tolist() == [is_eligible(item, constraints) for item in catalog.items]


@given(st.lists(ITEMS, min_size=1, max_size=12), EQUALITIES | BOUNDS)
def test_met_agrees_with_the_item(rows: list[dict], constraint: Constraint) -> None:
    catalog = catalog_of(rows)
    assert Eligibility(catalog).met(constraint).tolist() == [item.meets(constraint) for item in catalog.items]


def test_one_of_a_group_suffices() -> None:
    catalog = catalog_of([{"brand": "red"}, {"brand": "blue"}, {"brand": "green"}])
    wanted = [Constraint("brand", "is", "Red", group="g"), Constraint("brand", "is", "blue", group="g")]
    assert Eligibility(catalog).mask(wanted).tolist() == [True, True, False]


def test_a_preference_filters_nothing_and_counts_once_per_group() -> None:
    catalog = catalog_of([{"brand": "red", "price": 1}, {"brand": "blue", "price": 9}])
    wishes = [
        Constraint("brand", "is", "red", "prefer", "g"),
        Constraint("brand", "is", "blue", "prefer", "g"),
        Constraint("price", "at_least", 5, "prefer"),
    ]
    eligibility = Eligibility(catalog)
    assert eligibility.mask(wishes).all()
    np.testing.assert_array_equal(eligibility.preferred(wishes), [1, 2])
