"""What one message says: the values that reading a text yields, and their JSON form (docs/architecture.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.need import Constraint

ROLES = ("like", "unlike", "seen", "about")
Span = tuple[int, int]
"""Start and end in characters of the text as it was written."""


@dataclass(frozen=True)
class Wish:
    """A constraint and where it was said. `source` is lexicon, rule or classifier."""

    constraint: Constraint
    span: Span
    source: str

    def as_dict(self) -> dict[str, Any]:
        """The constraint's JSON form with `span` and `source`."""
        return {**self.constraint.as_dict(), "span": list(self.span), "source": self.source}


@dataclass(frozen=True)
class Relative:
    """More or less of a facet than an item, than a position of the list, or than what is on the table."""

    facet: str
    direction: str
    span: Span
    item_id: str | None = None
    position: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """`to` names the item or the position it is compared with, or is None."""
        to: dict[str, Any] | None = None
        if self.item_id is not None:
            to = {"item_id": self.item_id}
        elif self.position is not None:
            to = {"position": self.position}
        return {"facet": self.facet, "direction": self.direction, "to": to, "span": list(self.span)}


@dataclass(frozen=True)
class Named:
    """An item that the text names; `candidates` are all its readings when there are several."""

    item_id: str
    title: str
    role: str
    span: Span
    candidates: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """`candidates` stands there only when the title has several readings."""
        values: dict[str, Any] = {
            "item_id": self.item_id,
            "title": self.title,
            "role": self.role,
            "span": list(self.span),
        }
        if self.candidates:
            values["candidates"] = [{"item_id": item_id, "title": title} for item_id, title in self.candidates]
        return values


@dataclass(frozen=True)
class Position:
    """A place in the list that was shown: 1 for the first, -1 for the last."""

    index: int
    role: str
    span: Span

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"index": self.index, "role": self.role, "span": list(self.span)}


@dataclass(frozen=True)
class Reading:
    """All that one message says about what is wanted."""

    language: str
    pack: str | None = None
    constraints: tuple[Wish, ...] = ()
    relative: tuple[Relative, ...] = ()
    dropped_facets: tuple[str, ...] = ()
    items: tuple[Named, ...] = ()
    positions: tuple[Position, ...] = ()
    count: int | None = None
    unmet: tuple[str, ...] = ()
    maybe: tuple[Wish, ...] = ()
    for_whom: str | None = None
    replaces: bool = False
    unheard: tuple[str, ...] = ()
    """What was refused or asked for in words that no part of the pack knows: said back, never dropped in silence."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that travels with the message."""
        return {
            "language": self.language,
            "pack": self.pack,
            "constraints": [wish.as_dict() for wish in self.constraints],
            "relative": [entry.as_dict() for entry in self.relative],
            "dropped_facets": list(self.dropped_facets),
            "items": [item.as_dict() for item in self.items],
            "positions": [position.as_dict() for position in self.positions],
            "count": self.count,
            "unmet": list(self.unmet),
            "maybe": [wish.as_dict() for wish in self.maybe],
            "for_whom": self.for_whom,
            "replaces": self.replaces,
            "unheard": list(self.unheard),
        }
