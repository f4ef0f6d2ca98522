"""Somebody new to a pack but known in another: what they liked there, as words that the ranker reads here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.memory import Memory
from actions.ranking import RATING_OF_KIND
from actions.scene import Scene
from actions.sitting import is_blank
from actions.wishes import value_name
from data.catalog import Catalog, Item
from data.store import StoredInteraction

LENT = 3
"""Liked items that speak for a taste, the latest."""
LIKED = 4.0


@dataclass(frozen=True)
class Lent:
    """What another pack lends: titles for the person, words for the ranker."""

    titles: tuple[str, ...] = ()
    text: str = ""


def lent(scene: Scene, memory: Memory) -> Lent:
    """The taste shown in other packs; nothing as soon as anything is known or wanted in this one."""
    if memory.history or not is_blank(memory.need):
        return Lent()
    store, served = scene.resources.store, scene.resources.settings.packs
    found: list[tuple[Catalog, Item]] = []
    for name in served:
        if name != memory.need.pack:
            catalog = scene.resources.catalog(name)
            past = store.interactions(scene.user_id, name, memory.need.for_whom)
            found += [(catalog, catalog[item_id]) for item_id in _liked(past) if item_id in catalog]
    found = found[-LENT:]
    return Lent(tuple(item.title for _, item in found), ", ".join(described(item, catalog) for catalog, item in found))


def _liked(past: Sequence[StoredInteraction]) -> list[str]:
    return [one.item_id for one in past if (one.rating or RATING_OF_KIND.get(one.kind, 0.0)) >= LIKED]


def described(item: Item, catalog: Catalog) -> str:
    """An item in words that stand for themselves: its title and what the pack calls its categories."""
    words = [item.title]
    for facet in catalog.pack.facets.values():
        value = item.facets.get(facet.name)
        if facet.type == "category" and value is not None:
            values = value if isinstance(value, tuple) else (value,)
            words += [value_name(one, facet, "en") for one in values]
    return " ".join(words)
