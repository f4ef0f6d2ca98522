"""One reading of a message that may be about any of several packs: each takes from it what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from data.reading.reading import Reading

T = TypeVar("T")


def common_reading(readings: Sequence[Reading]) -> Reading:
    """
    What `readings` of one message say together, without a pack. Of a facet that several packs have, the wishes of the
    first that read it count. Items stay out: whose they are is open.
    """
    first = readings[0]
    return replace(
        first,
        pack=None,
        constraints=_by_facet([r.constraints for r in readings], lambda wish: wish.constraint.facet),
        relative=_by_facet([r.relative for r in readings], lambda entry: entry.facet),
        dropped_facets=tuple(dict.fromkeys(name for r in readings for name in r.dropped_facets)),
        items=(),
        unmet=tuple(words for words in first.unmet if all(words in r.unmet for r in readings)),
        maybe=_by_facet([r.maybe for r in readings], lambda wish: wish.constraint.facet),
    )


def _by_facet(parts: Iterable[tuple[T, ...]], facet_of: Callable[[T], str]) -> tuple[T, ...]:
    kept: list[T] = []
    known: set[str] = set()
    for part in parts:
        new = [entry for entry in part if facet_of(entry) not in known]
        known |= {facet_of(entry) for entry in new}
        kept += new
    return tuple(kept)
