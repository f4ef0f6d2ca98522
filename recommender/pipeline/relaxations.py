"""Ways out when little is left: the smallest sets of constraints to drop, each with its count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEW = 10
"""Below this many items that can be shown, ways out are offered."""
MOST = 8


@dataclass(frozen=True)
class Relaxation:
    """Indices of constraints to drop, and how many items are eligible then."""

    drop: tuple[int, ...]
    eligible: int


def relaxations(units: Sequence[tuple[tuple[int, ...], np.ndarray]], showable: np.ndarray) -> list[Relaxation]:
    """
    The sets of `must` units (see Eligibility.units) of which no smaller one would add an item that is `showable`
    ((N,) bool: not seen, not excluded), fewest units first, then most items. An item that fails exactly the units S
    comes back when S is dropped: so the sets of failed units that occur are all that need to be looked at.
    """
    if not units:
        return []
    failed = np.stack([~met for _, met in units])  # (units, N)
    patterns, counts = np.unique(failed.T, axis=0, return_counts=True)  # (patterns, units)
    gaining = np.unique(failed[:, showable].T, axis=0) if showable.any() else np.zeros((0, len(units)), dtype=bool)
    chosen: list[np.ndarray] = []
    for pattern in sorted(gaining, key=lambda p: (int(p.sum()), p.tolist())):
        if pattern.any() and not any((smaller <= pattern).all() for smaller in chosen):
            chosen.append(pattern)
    found = [
        Relaxation(
            tuple(sorted(index for unit in np.flatnonzero(pattern) for index in units[int(unit)][0])),
            int(counts[(patterns <= pattern).all(axis=1)].sum()),
        )
        for pattern in chosen
    ]
    return sorted(found, key=lambda r: (len(r.drop), -r.eligible, r.drop))[:MOST]
