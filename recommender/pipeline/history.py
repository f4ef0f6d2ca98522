"""A history as the ranker reads it: items in order of time, with rating levels and buckets of the time between."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

UNKNOWN = 0
MAX_LEVELS = 10
DAY_S = 86_400
GAP_EDGES_S = (1, 10, 60, 300, 1800, 3600, 6 * 3600, *(days * DAY_S for days in (1, 3, 7, 14, 30, 90, 180, 365)))
"""Upper ends of the gap buckets in seconds; bucket 0 means unknown, 1 the same second."""


@dataclass(frozen=True)
class Event:
    """One interaction of a history."""

    item_id: str
    rating: float | None = None
    timestamp: float | None = None


def in_order(events: Sequence[Event]) -> list[Event]:
    """By time where every event has one (equal times keep their order), else as given: the newest last."""
    if any(event.timestamp is None for event in events):
        return list(events)
    return sorted(events, key=lambda event: event.timestamp or 0.0)


@dataclass(frozen=True)
class RatingScale:
    """Cuts ratings into levels 1, 2, …; 0 is unknown. `edges` are the upper ends of all levels but the last."""

    edges: tuple[float, ...]

    @classmethod
    def of(cls, ratings: np.ndarray) -> RatingScale:
        """The levels that occur, or ranges of equal count where more than ten do."""
        levels = np.unique(ratings)
        if len(levels) > MAX_LEVELS:
            levels = np.unique(np.quantile(ratings, np.linspace(0, 1, MAX_LEVELS + 1)[1:]))
        return cls(tuple(float(value) for value in levels[:-1]))

    def level(self, rating: float | None) -> int:
        """The level of a rating."""
        return UNKNOWN if rating is None else 1 + bisect.bisect_left(self.edges, rating)

    def levels(self, ratings: np.ndarray) -> np.ndarray:
        """The same for an array."""
        return 1 + np.searchsorted(np.array(self.edges), ratings, side="left")


def gap_bucket(seconds: float | None) -> int:
    """The bucket of the time since the interaction before."""
    return UNKNOWN if seconds is None else 1 + bisect.bisect_left(GAP_EDGES_S, seconds)


def gap_buckets(timestamps: np.ndarray) -> np.ndarray:
    """Buckets of a whole history; its first interaction has none before it."""
    gaps = 1 + np.searchsorted(np.array(GAP_EDGES_S), np.diff(timestamps), side="left")
    return np.concatenate([np.array([UNKNOWN], dtype=np.int64), gaps])[: len(timestamps)]
