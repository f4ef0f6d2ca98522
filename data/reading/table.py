"""Phrases looked up in a row of words, the longest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Match(Generic[T]):
    """A phrase found at words[start:end]."""

    start: int
    end: int
    value: T


@dataclass
class PhraseTable(Generic[T]):
    """Values by phrase; `longest` holds, by first word, how long its phrases can be."""

    entries: dict[Key, list[T]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)

    def add(self, key: Key, value: T) -> None:
        """Files `value` under `key`; an empty key is left out."""
        if not key:
            return
        values = self.entries.setdefault(key, [])
        if value not in values:
            values.append(value)
        self.longest[key[0]] = max(len(key), self.longest.get(key[0], 0))

    def at(self, keys: Sequence[str], start: int, limit: int) -> Match[list[T]] | None:
        """The longest phrase that begins at `start` and ends by `limit`."""
        for length in range(min(self.longest.get(keys[start], 0), limit - start), 0, -1):
            values = self.entries.get(tuple(keys[start : start + length]))
            if values:
                return Match(start, start + length, values)
        return None

    def every(self, keys: Sequence[str]) -> Iterator[Match[list[T]]]:
        """Every phrase at every place, overlapping ones too."""
        for start, first in enumerate(keys):
            for length in range(min(self.longest.get(first, 0), len(keys) - start), 0, -1):
                values = self.entries.get(tuple(keys[start : start + length]))
                if values:
                    yield Match(start, start + length, values)

    def words(self) -> Iterable[str]:
        """Every word of every phrase."""
        return {word for key in self.entries for word in key}


def best_cover(matches: Iterable[Match[T]], taken: Sequence[bool] = ()) -> list[Match[T]]:
    """The longest matches in order, but two that reach further together instead of a long one: 爱情|剧情片."""
    every = list(matches)
    kept = without_overlap(every, taken)
    limits = [match.start for match in kept[1:]] + [len(taken)]
    return [
        part
        for match, limit in zip(kept, limits, strict=False)
        for part in _further(match, every, limit, taken) or [match]
    ]


def _further(
    match: Match[T], every: Sequence[Match[T]], limit: int, taken: Sequence[bool]
) -> tuple[Match[T], Match[T]] | None:
    firsts = {m.end: m for m in every if m.start == match.start and m.end < match.end}
    lasts = [m for m in every if m.start in firsts and match.end < m.end <= limit and not any(taken[m.start : m.end])]
    last = max(lasts, key=lambda m: m.end, default=None)
    return (firsts[last.start], last) if last else None


def without_overlap(matches: Iterable[Match[T]], taken: Sequence[bool] = ()) -> list[Match[T]]:
    """The longest matches that share no word with each other nor with `taken`, in order of place."""
    kept: list[Match[T]] = []
    used = {place for place, is_taken in enumerate(taken) if is_taken}
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start)):
        places = range(match.start, match.end)
        if used.isdisjoint(places):
            used.update(places)
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)
