"""How an item stands for the present need, as the ranker explains it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.memory import Memory
from actions.ranker import RankerDown, RankerRefused
from actions.ranking import RankRequest, truthful
from actions.scene import Scene
from data.catalog import Item

LOG = logging.getLogger(__name__)
SIGNALS = ("taste", "text", "similar", "constraints", "popular")
"""Sources of a score that can be named; DESIGN.md 5.4."""
TELLING = 0.05
"""A smaller gap between two contributions is no reason."""


@dataclass(frozen=True)
class Standing:
    """What speaks for an item, and its place among all that could be shown (None when that is not known)."""

    reasons: tuple[Mapping[str, Any], ...]
    rank: int | None = None
    of: int = 0
    contributions: Mapping[str, float] = field(default_factory=dict)

    def behind(self, other: Standing) -> str | None:
        """The signal that most puts this item behind `other`; None when none does."""
        gaps = {name: other.contributions.get(name, 0.0) - self.contributions.get(name, 0.0) for name in SIGNALS}
        widest = max(gaps, key=lambda name: gaps[name])
        return widest if gaps[widest] > TELLING else None


async def standing(scene: Scene, item: Item, memory: Memory) -> Standing:
    """The ranker's explanation; without it, the constraints that the item meets."""
    others = tuple(known for known in memory.known if known != item.item_id)
    request = RankRequest(scene.need, memory.history, others)
    try:
        answer = await scene.resources.ranker.post("/v1/explain", {**request.as_dict(), "item_id": item.item_id})
        reasons = truthful(answer["reasons"], memory.history)
        contributions = {str(name): float(value) for name, value in (answer.get("contributions") or {}).items()}
        return Standing(reasons, int(answer["rank"]), int(answer["of"]), contributions)
    except (RankerDown, RankerRefused, AttributeError, KeyError, TypeError, ValueError) as error:
        LOG.warning("explain: %s; explaining by the constraints alone", error)
    met = tuple({"kind": "constraint", **c.as_dict()} for c in scene.need.constraints if item.meets(c))
    return Standing(met)


async def memory_of(scene: Scene) -> Memory:
    """What is kept of the conversation, read anew."""
    return await asyncio.to_thread(_read, scene)


def _read(scene: Scene) -> Memory:
    shown = scene.resources.store.shown_items(scene.conversation_id, scene.need.pack, scene.begin, scene.need.for_whom)
    return Memory(scene.need, scene.history, tuple(shown))
