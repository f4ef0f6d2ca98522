"""Which items a need admits: data.catalog.eligible for the whole catalog at once, as masks."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.catalog import Catalog
from data.need import Constraint

CACHE_BYTES = 256 * 1024 * 1024
"""What the masks of single constraints may take; at least 64 are kept."""


def masks_kept(items: int) -> int:
    """How many masks of a catalog of `items` fit into the cache."""
    return max(64, min(4096, CACHE_BYTES // max(items, 1)))


@dataclass(frozen=True)
class Texts:
    """The words of one facet: which item has which, as two columns in the order of the catalog."""

    words: tuple[str, ...]
    """As written, the first spelling of each."""
    codes: Mapping[str, int]
    """Place in `words` of each word, casefolded."""
    item: np.ndarray
    """(M,) positions of the items."""
    word: np.ndarray
    """(M,) places in `words`."""


class Eligibility:
    """Masks over the items of one catalog, built facet by facet when first asked for."""

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self.size = len(catalog.items)
        self._texts: dict[str, Texts] = {}
        self._numbers: dict[str, np.ndarray] = {}
        self._met = functools.lru_cache(maxsize=masks_kept(self.size))(self._compute)

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

    def texts(self, facet: str) -> Texts:
        """The words of a facet; a number or flag has none."""
        if facet not in self._texts:
            words: list[str] = []
            codes: dict[str, int] = {}
            items, found = [], []
            for position, item in enumerate(self.catalog.items):
                value = item.facets.get(facet)
                parts = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
                for part in dict.fromkeys(str(part).casefold() for part in parts):
                    if part not in codes:
                        codes[part] = len(words)
                        words.append(next(str(p) for p in parts if str(p).casefold() == part))
                    items.append(position)
                    found.append(codes[part])
            self._texts[facet] = Texts(tuple(words), codes, np.array(items, np.int64), np.array(found, np.int64))
        return self._texts[facet]

    def numbers(self, facet: str) -> np.ndarray:
        """(N,) float64: the facet as a number, flags as 0 and 1; NaN where it is unknown or words."""
        if facet not in self._numbers:
            values = (item.facets.get(facet) for item in self.catalog.items)
            self._numbers[facet] = np.array(
                [np.nan if value is None or isinstance(value, (str, tuple)) else float(value) for value in values]
            )
        return self._numbers[facet]

    def _compute(self, facet: str, op: str, value: Any, _type: str) -> np.ndarray:
        if op in ("is", "is_not"):
            equal = self._equal(facet, value)
            return equal if op == "is" else ~equal
        numbers = self.numbers(facet)
        bound = float(value)
        with np.errstate(invalid="ignore"):
            return numbers <= bound if op == "at_most" else numbers >= bound

    def _equal(self, facet: str, value: Any) -> np.ndarray:
        texts = self.texts(facet)
        mask = np.zeros(self.size, dtype=bool)
        code = texts.codes.get(str(value).casefold())
        if code is not None:
            mask[texts.item[texts.word == code]] = True
        try:
            number = float(value)
        except (TypeError, ValueError):
            return mask
        return mask | (self.numbers(facet) == number)


def _as_must(constraint: Constraint) -> Constraint:
    return Constraint(constraint.facet, constraint.op, constraint.value, "must", constraint.group)
