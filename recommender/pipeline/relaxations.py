"""Ways out when little is left: the smallest sets of constraints to drop, each with its count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEW = 10
"""Below this many items that can be shown, ways out are offered."""
MOST = 8
MAX_UNITS = 63
"""Constraints or groups that fit into one number per item; a request has at most 50 constraints."""
LOOKED_AT = 64
"""Sets of one size that are counted exactly; of more, those that alone bring back the most items."""


@dataclass(frozen=True)
class Relaxation:
    """Indices of constraints to drop, and how many items are eligible then."""

    drop: tuple[int, ...]
    eligible: int


def relaxations(units: Sequence[tuple[tuple[int, ...], np.ndarray]], showable: np.ndarray) -> list[Relaxation]:
    """
    The sets of `must` units (see Eligibility.units; alternatives are one unit) of which no smaller one would add an
    item that is `showable` ((N,) bool: not seen, not excluded), fewest units first, then most items.

    An item that fails exactly the units S comes back when S is dropped, so only the sets that some item fails need to
    be looked at: one bit per unit and item, one number per item, however many subsets the constraints have.
    """
    assert len(units) <= MAX_UNITS, f"{len(units)} units, at most {MAX_UNITS}"
    failed = _failed(units, len(showable))
    sets, counts = np.unique(failed, return_counts=True)
    left = np.unique(failed[showable])
    left = left[left > 0]
    sizes = np.bitwise_count(left)
    found: list[Relaxation] = []
    for size in np.unique(sizes):
        smallest = left[sizes == size]
        ways = [_dropping(units, one, sets, counts) for one in _largest(smallest, sets, counts)]
        found += sorted(ways, key=lambda way: (-way.eligible, way.drop))
        if len(found) >= MOST:
            break
        is_open = ~np.any([(left & one) == one for one in smallest], axis=0) & (sizes > size)
        left, sizes = left[is_open], sizes[is_open]
    return found[:MOST]


def _failed(units: Sequence[tuple[tuple[int, ...], np.ndarray]], items: int) -> np.ndarray:
    """(N,) uint64: bit u is set where the item fails unit u."""
    failed = np.zeros(items, dtype=np.uint64)
    for bit, (_, met) in enumerate(units):
        failed |= (~met).astype(np.uint64) << np.uint64(bit)
    return failed


def _largest(smallest: np.ndarray, sets: np.ndarray, counts: np.ndarray) -> np.ndarray:
    own = counts[np.searchsorted(sets, smallest)]
    return smallest[np.argsort(-own, kind="stable")[:LOOKED_AT]]


def _dropping(
    units: Sequence[tuple[tuple[int, ...], np.ndarray]], one: np.uint64, sets: np.ndarray, counts: np.ndarray
) -> Relaxation:
    dropped = [unit for unit in range(len(units)) if int(one) >> unit & 1]
    indices = tuple(sorted(index for unit in dropped for index in units[unit][0]))
    return Relaxation(indices, int(counts[(sets & ~one) == 0].sum()))
