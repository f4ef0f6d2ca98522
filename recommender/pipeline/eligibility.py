"""Which items a need admits: data.catalog.eligible for the whole catalog at once, as masks."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from data.catalog import Catalog
from data.need import Constraint


class Eligibility:
    """Masks over the items of one catalog, built facet by facet when first asked for."""

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self.size = len(catalog.items)
        self._postings: dict[str, dict[str, np.ndarray]] = {}
        self._numbers: dict[str, np.ndarray] = {}
        self._met = functools.lru_cache(maxsize=4096)(self._compute)

    def met(self, constraint: Constraint) -> np.ndarray:
        """(N,) bool: which items satisfy one constraint; the same as Item.meets. Not to be written to."""
        return self._met(constraint.facet, constraint.op, constraint.value, type(constraint.value).__name__)

    def units(self, constraints: Sequence[Constraint]) -> list[tuple[tuple[int, ...], np.ndarray]]:
        """
        The `must` constraints as units that are met or not: the indices that belong together (alternatives of one
        group, else one constraint) and the (N,) mask of items that satisfy the unit.
        """
        groups: dict[str, list[int]] = {}
        for index, constraint in enumerate(constraints):
            if constraint.strength == "must":
                key = f"one {index}" if constraint.group is None else f"group {constraint.group}"
                groups.setdefault(key, []).append(index)
        return [
            (tuple(indices), np.logical_or.reduce([self.met(constraints[index]) for index in indices]))
            for indices in groups.values()
        ]

    def mask(self, constraints: Iterable[Constraint]) -> np.ndarray:
        """(N,) bool: which items meet every `must` constraint, of alternatives at least one."""
        mask = np.ones(self.size, dtype=bool)
        for _, met in self.units(list(constraints)):
            mask &= met
        return mask

    def preferred(self, constraints: Sequence[Constraint]) -> np.ndarray:
        """(N,) float32: how many `prefer` wishes an item meets; alternatives of one group count once."""
        must = [_as_must(constraint) for constraint in constraints if constraint.strength == "prefer"]
        met = np.zeros(self.size, dtype=np.float32)
        for _, mask in self.units(must):
            met += mask
        return met

    def _compute(self, facet: str, op: str, value: Any, _type: str) -> np.ndarray:
        if op in ("is", "is_not"):
            equal = self._equal(facet, value)
            return equal if op == "is" else ~equal
        numbers = self._column(facet)
        bound = float(value)
        with np.errstate(invalid="ignore"):
            return numbers <= bound if op == "at_most" else numbers >= bound

    def _equal(self, facet: str, value: Any) -> np.ndarray:
        by_text = self._texts(facet).get(str(value).casefold(), np.zeros(self.size, dtype=bool))
        try:
            number = float(value)
        except (TypeError, ValueError):
            return by_text
        return by_text | (self._column(facet) == number)

    def _texts(self, facet: str) -> dict[str, np.ndarray]:
        if facet not in self._postings:
            places: dict[str, list[int]] = {}
            for position, item in enumerate(self.catalog.items):
                value = item.facets.get(facet)
                for part in value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ():
                    places.setdefault(str(part).casefold(), []).append(position)
            self._postings[facet] = {}
            for text, positions in places.items():
                mask = np.zeros(self.size, dtype=bool)
                mask[positions] = True
                self._postings[facet][text] = mask
        return self._postings[facet]

    def _column(self, facet: str) -> np.ndarray:
        if facet not in self._numbers:
            values = (item.facets.get(facet) for item in self.catalog.items)
            self._numbers[facet] = np.array(
                [np.nan if value is None or isinstance(value, (str, tuple)) else float(value) for value in values]
            )
        return self._numbers[facet]


def _as_must(constraint: Constraint) -> Constraint:
    return Constraint(constraint.facet, constraint.op, constraint.value, "must", constraint.group)
