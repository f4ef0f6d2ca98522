"""Interactions as one sequence per user, and the leave-one-out split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.catalog import Catalog, Interaction
from recommender.pipeline.history import RatingScale, gap_buckets


@dataclass(frozen=True)
class History:
    """All interactions of one user, oldest first: positions in the catalog, ratings, times in seconds."""

    user_id: str
    items: np.ndarray
    ratings: np.ndarray
    timestamps: np.ndarray

    def __len__(self) -> int:
        return len(self.items)

    def until(self, length: int) -> History:
        """The first `length` interactions."""
        return History(self.user_id, self.items[:length], self.ratings[:length], self.timestamps[:length])


@dataclass(frozen=True)
class Split:
    """
    Leave-one-out: the last interaction of a user is for the test, the one before for validation, the rest for
    training. Users with fewer than three interactions only train.
    """

    histories: tuple[History, ...]

    @property
    def train(self) -> list[History]:
        """What the network and the linear scorers learn from while choices are made."""
        return [h.until(len(h) - 2) if len(h) >= 3 else h for h in self.histories]

    @property
    def train_and_validation(self) -> list[History]:
        """What the linear scorers learn from once the choices are made: everything but the test items."""
        return [h.until(len(h) - 1) if len(h) >= 3 else h for h in self.histories]

    @property
    def validation(self) -> list[tuple[History, int]]:
        """Past and next item, one per user, that all choices are made on."""
        return [(h.until(len(h) - 2), int(h.items[-2])) for h in self.histories if len(h) >= 3 and _is_new(h, -2)]

    @property
    def test(self) -> list[tuple[History, int]]:
        """Past and next item, one per user, scored once. An item that stands in the past already is no test."""
        return [(h.until(len(h) - 1), int(h.items[-1])) for h in self.histories if len(h) >= 3 and _is_new(h, -1)]

    def shifted(self) -> Split:
        """The split of development: everybody's last item is gone, so that nothing of the test can be looked at."""
        return Split(tuple(h.until(len(h) - 1) for h in self.histories if len(h) >= 2))


def _is_new(history: History, index: int) -> bool:
    return history.items[index] not in history.items[:index]


def sequences(interactions: Sequence[Interaction], catalog: Catalog) -> Split:
    """
    One history per user in order of (time, place in the file). The sort is stable: half of MovieLens' neighbours share
    a second, and an unstable sort moves every figure. Interactions with items outside the catalog are left out.
    """
    by_user: dict[str, list[tuple[int, int, float]]] = {}
    for entry in interactions:
        position = catalog.index.get(entry.item_id)
        if position is not None:
            by_user.setdefault(entry.user_id, []).append((entry.timestamp, position, entry.rating))
    histories = []
    for user_id, rows in by_user.items():
        rows.sort(key=lambda row: row[0])
        times, items, ratings = zip(*rows, strict=True)
        histories.append(
            History(user_id, np.array(items), np.array(ratings, dtype=float), np.array(times, dtype=np.int64))
        )
    return Split(tuple(histories))


LENGTHS = 8
"""Padded lengths are multiples of this: a new shape costs a compiled kernel, 30 of 85 ms a step where each is new."""


@dataclass(frozen=True)
class Window:
    """A stretch of one history from `start`: inputs, and at each position the item that came next."""

    history: History
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start - 1

    @property
    def targets(self) -> np.ndarray:
        """(T,) the item after each position."""
        return self.history.items[self.start + 1 : self.stop]


def windows(histories: Sequence[History], size: int, rng: np.random.Generator) -> list[Window]:
    """Stretches of at most `size` inputs that cover every history, cut at a random offset: borders move by epoch."""
    found = []
    for history in histories:
        last = len(history) - 1  # inputs are positions 0 … last - 1
        start = 0
        stop = min(last, int(rng.integers(1, size + 1))) if last > size else last
        while start < last:
            found.append(Window(history, start, stop + 1))
            start, stop = stop, min(last, stop + size)
    return found


def batches(stretches: Sequence[Window], tokens: int, rng: np.random.Generator) -> list[list[Window]]:
    """Windows of like length together, at most `tokens` positions a batch with its padding, in random order."""
    order = sorted(rng.permutation(len(stretches)), key=lambda i: len(stretches[i]))
    found: list[list[Window]] = []
    for index in order:
        window = stretches[index]
        if found and padded_length(len(window)) * (len(found[-1]) + 1) <= tokens:
            found[-1].append(window)
        else:
            found.append([window])
    return [found[i] for i in rng.permutation(len(found))]


def padded_length(length: int) -> int:
    """The next multiple of LENGTHS."""
    return length + -length % LENGTHS


@dataclass(frozen=True)
class Padded:
    """A batch as arrays; padding stands to the right."""

    items: np.ndarray  # (B, T)
    ratings: np.ndarray  # (B, T) levels
    gaps: np.ndarray  # (B, T) buckets
    targets: np.ndarray  # (B, T), -1 where there is none to learn
    seen_at: np.ndarray  # (B, N) position in the window from which on an item counts as seen


def pad(batch: Sequence[Window], scale: RatingScale, items: int) -> Padded:
    """The arrays of a batch. A target that was seen before is not learnt: it would never be recommended."""
    size, length = len(batch), padded_length(max(len(window) for window in batch))
    arrays = [np.zeros((size, length), dtype=np.int64) for _ in range(3)]
    targets = np.full((size, length), -1, dtype=np.int64)
    seen_at = np.full((size, items), np.iinfo(np.int16).max, dtype=np.int16)
    for row, window in enumerate(batch):
        span, n = slice(window.start, window.stop - 1), len(window)
        history = window.history
        arrays[0][row, :n] = history.items[span]
        arrays[1][row, :n] = scale.levels(history.ratings[span])
        arrays[2][row, :n] = gap_buckets(history.timestamps[max(0, window.start - 1) : window.stop - 1])[-n:]
        seen_at[row, history.items[window.start : window.stop - 1][::-1]] = np.arange(n)[::-1]
        seen_at[row, history.items[: window.start]] = -1
        targets[row, :n] = np.where(seen_at[row, window.targets] <= np.arange(n), -1, window.targets)
    return Padded(arrays[0], arrays[1], arrays[2], targets, seen_at)
