"""Relative wishes become bounds that the reference itself does not meet."""

import pytest

from actions.reading import Relative
from actions.relative import at_position, resolve
from data.catalog import Catalog
from data.need import Constraint

SLATE = ("1", "2", "3")  # harvests 2019, 2021, 2023; prices 12.5, 6, 14


def test_newer_is_the_year_after_the_median_of_the_list(catalog: Catalog):
    assert resolve(Relative("harvest", "more"), SLATE, catalog) == Constraint("harvest", "at_least", 2022)


def test_older_than_a_named_item_is_up_to_the_year_before(catalog: Catalog):
    assert resolve(Relative("harvest", "less", item_id="5"), SLATE, catalog) == Constraint("harvest", "at_most", 2023)


def test_newer_than_the_last_of_the_list(catalog: Catalog):
    assert resolve(Relative("harvest", "more", position=-1), SLATE, catalog) == Constraint("harvest", "at_least", 2024)


def test_cheaper_is_the_next_price_that_the_catalog_has(catalog: Catalog):
    assert resolve(Relative("price", "less", position=1), SLATE, catalog) == Constraint("price", "at_most", 11)


def test_dearer_than_a_fraction_is_the_next_price_above(catalog: Catalog):
    assert resolve(Relative("price", "more", item_id="8"), SLATE, catalog) == Constraint("price", "at_least", 8)


def test_without_a_list_the_catalog_is_the_reference(catalog: Catalog):
    assert resolve(Relative("harvest", "more"), (), catalog) == Constraint("harvest", "at_least", 2022)


def test_a_place_that_the_list_does_not_have_gives_no_bound(catalog: Catalog):
    assert resolve(Relative("price", "less", position=4), SLATE, catalog) is None


def test_an_unordered_facet_gives_no_bound(catalog: Catalog):
    assert resolve(Relative("kind", "more"), SLATE, catalog) is None


@pytest.mark.parametrize("direction", ["more", "less"])
def test_the_reference_item_never_meets_the_bound(catalog: Catalog, direction: str):
    for item in catalog.items:
        for facet in ("harvest", "price"):
            bound = resolve(Relative(facet, direction, item_id=item.item_id), (), catalog)
            assert bound is not None and not item.meets(bound)


@pytest.mark.parametrize(
    ("index", "item_id"), [(1, "1"), (3, "3"), (-1, "3"), (-3, "1"), (0, None), (4, None), (-4, None)]
)
def test_places_are_counted_from_one_and_from_the_end(index: int, item_id: str | None):
    assert at_position(index, SLATE) == item_id
