"""Facets as numbers: one dimension per value or range of a catalog's facets, for items and for constraints alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.catalog import Catalog, Item
from data.need import Constraint

BINS = 8
"""Ranges of equal count that a number is cut into."""
MAX_VALUES = 300
"""Most frequent values of one category that get a dimension; rarer ones still filter exactly and are in the text."""


@dataclass(frozen=True)
class Dimension:
    """One entry of the facet vector: a value of a category or flag, or the range [low, high] of a number."""

    facet: str
    value: str | bool | None = None
    low: float = 0.0
    high: float = 0.0

    @property
    def is_range(self) -> bool:
        """True for a range of numbers."""
        return self.value is None


@dataclass(frozen=True)
class FacetSpace:
    """The dimensions of a catalog; kept in the checkpoint, so that serving reads numbers as training did."""

    dimensions: tuple[Dimension, ...]

    def __len__(self) -> int:
        return len(self.dimensions)

    def as_list(self) -> list[list[Any]]:
        """JSON form."""
        return [[d.facet, d.value, d.low, d.high] for d in self.dimensions]

    @classmethod
    def from_list(cls, rows: Iterable[Sequence[Any]]) -> FacetSpace:
        """Inverse of `as_list`."""
        return cls(tuple(Dimension(facet, value, low, high) for facet, value, low, high in rows))

    def items(self, items: Sequence[Item], hidden: Iterable[str] = ()) -> np.ndarray:
        """(N, F) float32: 1 where the item has the value or lies in the range; facets in `hidden` stay 0."""
        matrix = np.zeros((len(items), len(self)), dtype=np.float32)
        hidden = set(hidden)
        for column, dimension in enumerate(self.dimensions):
            if dimension.facet not in hidden:
                matrix[:, column] = [_holds(dimension, item.facets.get(dimension.facet)) for item in items]
        return matrix

    def constraints(self, constraints: Iterable[Constraint]) -> tuple[np.ndarray, np.ndarray]:
        """(F,) wanted and (F,) unwanted, each entry the share of the dimension that the constraints ask for."""
        wanted = np.zeros(len(self), dtype=np.float32)
        unwanted = np.zeros(len(self), dtype=np.float32)
        for constraint in constraints:
            target = unwanted if constraint.op == "is_not" else wanted
            for column, dimension in enumerate(self.dimensions):
                if dimension.facet == constraint.facet:
                    target[column] = max(target[column], _overlap(dimension, constraint))
        return wanted, unwanted


def facet_space(catalog: Catalog) -> FacetSpace:
    """The dimensions of `catalog`: its frequent category values, flags, and ranges of its numbers."""
    dimensions: list[Dimension] = []
    for facet in catalog.pack.facets.values():
        if facet.type == "category":
            dimensions += [Dimension(facet.name, value) for value in catalog.values[facet.name][:MAX_VALUES]]
        elif facet.type == "flag":
            dimensions += [Dimension(facet.name, True), Dimension(facet.name, False)]
        elif facet.is_numeric:
            dimensions += _ranges(facet.name, [item.facets.get(facet.name) for item in catalog.items])
    return FacetSpace(tuple(dimensions))


def _ranges(facet: str, values: Iterable[Any]) -> list[Dimension]:
    numbers = np.array([float(value) for value in values if value is not None])
    if not len(numbers):
        return []
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, BINS + 1), method="nearest"))
    if len(edges) == 1:
        return [Dimension(facet, None, float(edges[0]), float(edges[0]))]
    return [Dimension(facet, None, float(low), float(high)) for low, high in zip(edges, edges[1:], strict=False)]


def _holds(dimension: Dimension, value: Any) -> bool:
    if value is None:
        return False
    if dimension.is_range:
        return dimension.low <= float(value) <= dimension.high
    if isinstance(value, tuple):
        return any(str(part).casefold() == str(dimension.value).casefold() for part in value)
    if isinstance(dimension.value, bool):
        return value is dimension.value
    return str(value).casefold() == str(dimension.value).casefold()


def _overlap(dimension: Dimension, constraint: Constraint) -> float:
    if not dimension.is_range:
        if isinstance(dimension.value, bool):
            return float(bool(constraint.value) == dimension.value)
        return float(str(constraint.value).casefold() == str(dimension.value).casefold())
    wanted = float(constraint.value)
    if constraint.op in ("is", "is_not"):
        return float(dimension.low <= wanted <= dimension.high)
    width = max(dimension.high - dimension.low, 1e-9)
    inside = dimension.high - wanted if constraint.op == "at_least" else wanted - dimension.low
    if dimension.low == dimension.high:
        return float(inside >= 0)
    return float(np.clip(inside / width, 0.0, 1.0))


def derived_facets(catalog: Catalog, counts: np.ndarray, means: np.ndarray) -> tuple[str, ...]:
    """
    Numeric facets that merely restate the interactions (their count or mean rating per item). The ranker filters by
    them but does not learn from them: they were counted over what the split holds out.
    """
    seen = counts > 0
    derived = []
    for facet in catalog.pack.facets.values():
        if not facet.is_numeric or seen.sum() < 10:
            continue
        values = np.array([float(i.facets.get(facet.name) or np.nan) for i in catalog.items])[seen]  # type: ignore[arg-type]
        known = ~np.isnan(values)
        if known.sum() < 10:
            continue
        for statistic in (counts, means):
            close = np.isclose(values[known], statistic[seen][known], rtol=0.01, atol=0.02)
            if close.mean() > 0.9:
                derived.append(facet.name)
                break
    return tuple(derived)
