"""Relative wishes ("newer", "cheaper than the second") turned into bounds on a facet."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from actions.reading import Relative
from data.catalog import Catalog, Item
from data.need import Constraint


def resolve(relative: Relative, slate: Sequence[str], catalog: Catalog) -> Constraint | None:
    """The bound that `relative` means: strictly beyond the item it names, else the median of the slate or the catalog.

    None when the facet has no order or the thing compared with is not known.
    """
    facet = catalog.pack.facets.get(relative.facet)
    if facet is None or not facet.is_numeric:
        return None
    reference = _reference(relative, slate, catalog)
    if reference is None:
        return None
    value = _beyond(reference, relative, catalog)
    return Constraint(facet.name, "at_least" if relative.direction == "more" else "at_most", value)


def at_position(index: int, slate: Sequence[str]) -> str | None:
    """The item_id at a place of the slate, counted from 1, or from the end when negative; None beyond it."""
    if index == 0 or abs(index) > len(slate):
        return None
    return slate[index - 1] if index > 0 else slate[index]


def _reference(relative: Relative, slate: Sequence[str], catalog: Catalog) -> float | None:
    item_id = relative.item_id
    if item_id is None and relative.position is not None:
        item_id = at_position(relative.position, slate)
        if item_id is None:
            return None
    if item_id is not None:
        return _number(catalog[item_id], relative.facet) if item_id in catalog else None
    shown = _numbers([catalog[shown] for shown in slate if shown in catalog], relative.facet)
    numbers = shown or _numbers(catalog.items, relative.facet)
    return statistics.median_low(numbers) if numbers else None


def _numbers(items: Sequence[Item], facet: str) -> list[float]:
    return [number for item in items if (number := _number(item, facet)) is not None]


def _number(item: Item, facet: str) -> float | None:
    value = item.facets.get(facet)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _beyond(reference: float, relative: Relative, catalog: Catalog) -> float:
    """The nearest value on the wanted side: a whole number away, or the next value that the catalog has."""
    numbers = _numbers(catalog.items, relative.facet)
    if all(float(number).is_integer() for number in numbers):
        return int(reference) + (1 if relative.direction == "more" else -1)
    if relative.direction == "more":
        return min((number for number in numbers if number > reference), default=reference + 1)
    return max((number for number in numbers if number < reference), default=reference - 1)
