"""What the assistant read in one message: the reading of docs/architecture.md as values, taken with tolerance."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.errors import DataError
from data.need import Constraint

LONGEST_WHOM = 64
ROLES = ("like", "unlike", "seen", "about")


@dataclass(frozen=True)
class Relative:
    """A wish measured against something shown: "newer", "shorter than the second"."""

    facet: str
    direction: str
    """more or less."""
    item_id: str | None = None
    position: int | None = None


@dataclass(frozen=True)
class NamedItem:
    """An item that the text names, and what the person says of it (one of ROLES)."""

    item_id: str
    title: str
    role: str
    candidates: tuple[str, ...] = ()
    """item_ids of other items that the same words may name."""


@dataclass(frozen=True)
class Position:
    """An item pointed at by its place in the last slate, counted from 1; -1 is the last."""

    index: int
    role: str


@dataclass(frozen=True)
class Reading:
    """All that one message says."""

    language: str | None = None
    pack: str | None = None
    constraints: tuple[Constraint, ...] = ()
    spans: tuple[tuple[int, int] | None, ...] = ()
    """Where each constraint stands in the text."""
    relative: tuple[Relative, ...] = ()
    dropped_facets: tuple[str, ...] = ()
    items: tuple[NamedItem, ...] = ()
    positions: tuple[Position, ...] = ()
    count: int | None = None
    unmet: tuple[str, ...] = ()
    maybe: tuple[Constraint, ...] = ()
    for_whom: str | None = None
    replaces: bool = False
    unheard: tuple[str, ...] = ()
    """Asked for or refused in words that the catalog's pack does not know at all."""

    @property
    def is_empty(self) -> bool:
        """True when the message says nothing about a need."""
        return not (
            self.constraints or self.relative or self.dropped_facets or self.items or self.positions or self.for_whom
        )

    def confirmed(self) -> Reading:
        """The reading after the person said that it was heard right: what was doubtful is a wish now."""
        doubtful = tuple(c for c in self.maybe if c not in self.constraints)
        return dataclasses.replace(
            self, constraints=(*self.constraints, *doubtful), spans=(*self.spans, *(None for _ in doubtful)), maybe=()
        )

    def with_wishes(self, earlier: Reading) -> Reading:
        """The reading with what an earlier message about the same wanted, besides."""
        added = tuple(c for c in earlier.constraints if c not in self.constraints)
        return dataclasses.replace(
            self,
            constraints=(*self.constraints, *added),
            spans=(*self.spans, *(None for _ in added)),
            items=tuple(dict.fromkeys((*self.items, *earlier.items))),
            count=self.count or earlier.count,
            for_whom=self.for_whom or earlier.for_whom,
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Reading:
        """The reading in `values`; what is missing or of an unknown form is left out, never an error."""
        values = values or {}
        wishes = [(c, _span(entry)) for entry in _list(values, "constraints") if (c := _constraint(entry))]
        return cls(
            language=values.get("language"),
            pack=values.get("pack"),
            constraints=tuple(c for c, _ in wishes),
            spans=tuple(span for _, span in wishes),
            relative=tuple(_relative(entry) for entry in _list(values, "relative")),
            dropped_facets=tuple(map(str, _list(values, "dropped_facets"))),
            items=tuple(_item(entry) for entry in _list(values, "items")),
            positions=tuple(_position(entry) for entry in _list(values, "positions")),
            count=values["count"] if isinstance(values.get("count"), int) else None,
            unmet=tuple(_phrase(entry) for entry in _list(values, "unmet")),
            maybe=tuple(c for entry in _list(values, "maybe") if (c := _constraint(entry))),
            for_whom=_whom(values.get("for_whom")),
            replaces=bool(values.get("replaces")),
            unheard=tuple(map(str, _list(values, "unheard"))),
        )


def _list(values: Mapping[str, Any], key: str) -> Sequence[Any]:
    entry = values.get(key)
    return entry if isinstance(entry, (list, tuple)) else ()


def _constraint(entry: Any) -> Constraint | None:
    try:
        return Constraint.from_dict(entry)
    except (DataError, TypeError, AttributeError):
        return None


def _whom(label: Any) -> str | None:
    """A label for somebody, always written the same, so that two messages mean the same person."""
    return " ".join(label.casefold().split())[:LONGEST_WHOM] or None if isinstance(label, str) else None


def _span(entry: Mapping[str, Any]) -> tuple[int, int] | None:
    span = entry.get("span")
    return (int(span[0]), int(span[1])) if isinstance(span, (list, tuple)) and len(span) == 2 else None


def _relative(entry: Mapping[str, Any]) -> Relative:
    to = entry.get("to") or {}
    item_id = to.get("item_id")
    return Relative(entry["facet"], entry["direction"], None if item_id is None else str(item_id), to.get("position"))


def _item(entry: Mapping[str, Any]) -> NamedItem:
    others = tuple(str(candidate["item_id"]) for candidate in _list(entry, "candidates"))
    return NamedItem(str(entry["item_id"]), str(entry.get("title", "")), _role(entry), others)


def _position(entry: Mapping[str, Any]) -> Position:
    return Position(int(entry["index"]), _role(entry))


def _role(entry: Mapping[str, Any]) -> str:
    role = entry.get("role")
    return role if role in ROLES else "about"


def _phrase(entry: Any) -> str:
    return str(entry.get("text", entry.get("phrase", ""))) if isinstance(entry, Mapping) else str(entry)
