"""A ranking as the actions use it: items with reasons, how many are eligible, and the counted ways out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.need import Need
from data.store import StoredInteraction

RATING_OF_KIND = {"like": 5.0, "chosen": 5.0, "dislike": 1.0}
"""What a like or dislike counts as, on the scale of five; seen tells nothing of the taste."""


FLAT = 1.5
"""A list is flat when its first item is less than so many times as likely to be wanted as its last."""
MIDDLE = 3.0
"""The rating that is neither."""
Reason = Mapping[str, Any]


@dataclass(frozen=True)
class RankedItem:
    """One item of a slate with the facts that put it there."""

    item_id: str
    reasons: tuple[Reason, ...] = ()
    score: float | None = None


@dataclass(frozen=True)
class Relaxation:
    """Constraints (by position in the need) to drop, and how many items are eligible then."""

    drop: tuple[int, ...]
    eligible: int


@dataclass(frozen=True)
class Ranking:
    """The best items for a need. `is_degraded` when the ranker could not be asked."""

    items: tuple[RankedItem, ...]
    eligible: int
    relaxations: tuple[Relaxation, ...] = ()
    is_degraded: bool = False

    @property
    def is_flat(self) -> bool:
        """Whether the ranker hardly prefers the first item of the list to the last: scores are logarithms of odds."""
        scores = [item.score for item in self.items if item.score is not None]
        return len(scores) > 1 and max(scores) - min(scores) < math.log(FLAT)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The item_ids, the best first."""
        return tuple(item.item_id for item in self.items)


@dataclass(frozen=True)
class RankRequest:
    """What is asked of the ranker (DESIGN.md 5.4)."""

    need: Need
    history: tuple[StoredInteraction, ...] = ()
    exclude: tuple[str, ...] = ()
    k: int = 5

    def as_dict(self) -> dict[str, Any]:
        """The JSON form of the request."""
        return {
            "pack": self.need.pack,
            "need": self.need.as_dict(),
            "history": [_past(interaction) for interaction in self.history],
            "exclude": list(self.exclude),
            "k": self.k,
        }


def _past(interaction: StoredInteraction) -> dict[str, Any]:
    past: dict[str, Any] = {"item_id": interaction.item_id, "timestamp": int(interaction.at.timestamp())}
    rating = interaction.rating if interaction.rating is not None else RATING_OF_KIND.get(interaction.kind)
    return past if rating is None else {**past, "rating": rating}


def truthful(reasons: Sequence[Reason], history: Sequence[StoredInteraction]) -> tuple[Reason, ...]:
    """The reasons with what the person really said of the items named: who only knows an item has not liked it.

    A reason that rests on an item the person rejected is left out.
    """
    opinions = {past.item_id: _opinion(past) for past in history}
    told: list[Reason] = []
    for reason in reasons:
        opinion = opinions.get(str(reason.get("item_id"))) if reason.get("kind") == "taste" else None
        if opinion is None:
            told.append(reason)
        elif opinion >= 0:
            told.append({**reason, "is_liked": opinion > 0})
    return tuple(told)


def _opinion(past: StoredInteraction) -> int:
    """1 for liked, -1 for not liked, 0 when nothing is known."""
    rating = past.rating if past.rating is not None else RATING_OF_KIND.get(past.kind, MIDDLE)
    return (rating > MIDDLE) - (rating < MIDDLE)


def read_ranking(answer: Mapping[str, Any]) -> Ranking:
    """The ranking in a RankResponse. Raises KeyError, TypeError or ValueError when it is not one."""
    items: Sequence[Mapping[str, Any]] = answer["items"]
    return Ranking(
        tuple(RankedItem(str(item["item_id"]), tuple(item.get("reasons") or ()), item.get("score")) for item in items),
        int(answer["eligible"]),
        tuple(Relaxation(tuple(map(int, r["drop"])), int(r["eligible"])) for r in answer.get("relaxations") or ()),
    )
