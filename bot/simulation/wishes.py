"""What a person who has an item in mind could truly wish, and how such a wish is put into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from statistics import quantiles
from typing import Any

from data.catalog import Catalog, Item
from data.need import Constraint
from data.pack import Facet, Pack

Phrases = Mapping[str, Any]


@dataclass(frozen=True)
class Wish:
    """One or two constraints said in one breath ("from the 1990s"); the item in mind meets them all."""

    constraints: tuple[Constraint, ...]

    def admits(self, item: Item) -> bool:
        """Whether the item meets every constraint."""
        return all(item.meets(constraint) for constraint in self.constraints)


def wishes_of(item: Item, catalog: Catalog, rng: Random) -> list[Wish]:
    """Every wish the item meets that also rules something out, in the order in which a person would say them."""
    found = [*_categories(item, catalog, rng), *_numbers(item, catalog)]
    return [wish for wish in found if not all(wish.admits(other) for other in catalog.items)]


def _categories(item: Item, catalog: Catalog, rng: Random) -> Iterator[Wish]:
    for facet in catalog.pack.facets.values():
        value = item.facets.get(facet.name)
        if facet.type == "category" and value:
            values = list(value) if isinstance(value, tuple) else [value]
            rng.shuffle(values)
            yield from (Wish((Constraint(facet.name, "is", str(part)),)) for part in values)
        elif facet.type == "flag" and value is True:
            yield Wish((Constraint(facet.name, "is", True),))


def _numbers(item: Item, catalog: Catalog) -> Iterator[Wish]:
    for facet in catalog.pack.facets.values():
        value = item.facets.get(facet.name)
        if not facet.is_numeric or not facet.ask_back or not isinstance(value, (int, float)):
            continue
        if facet.type == "year":
            decade = int(value) // 10 * 10
            yield Wish((Constraint(facet.name, "at_least", decade), Constraint(facet.name, "at_most", decade + 9)))
            continue
        low, middle, high = quantiles(_known(catalog, facet.name), n=4)
        if value >= middle:
            yield Wish((Constraint(facet.name, "at_least", _round(low if value < high else middle)),))
        else:
            yield Wish((Constraint(facet.name, "at_most", _round(middle if value > low else low)),))


def _known(catalog: Catalog, facet: str) -> list[float]:
    values = (item.facets.get(facet) for item in catalog.items)
    return [float(value) for value in values if isinstance(value, (int, float))] or [0.0, 0.0]


def _round(value: float) -> float:
    """A number as a person would say it: at most two digits that matter."""
    return float(f"{value:.2g}")


def said(wish: Wish, pack: Pack, language: str, phrases: Phrases, rng: Random) -> str:
    """The wish in words, without a sentence around it."""
    first = wish.constraints[0]
    facet = pack.facets[first.facet]
    if facet.type == "flag":
        return (facet.label or {}).get(language, facet.name)
    if facet.type == "year":
        return str(rng.choice(phrases["decades"])).format(decade=first.value, short=f"{int(first.value) % 100:02d}")
    if not facet.is_numeric:
        return facet.value_label(first.value, language)
    return _bound(facet, first, language, phrases, rng)


def _bound(facet: Facet, bound: Constraint, language: str, phrases: Phrases, rng: Random) -> str:
    number = f"{float(bound.value):g}"
    label = (facet.label or {}).get(language, facet.name)
    own = facet.bound_label(bound.op, number, language)
    return own or str(rng.choice(phrases[bound.op])).format(value=number, unit=facet.unit or "", facet=label)
