"""Titles that the reading let pass, taken only where the turn surely speaks of items: a question or a comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator

from actions.scene import Scene
from data.catalog import Item

JOINTS = re.compile(
    r"[,?!.;:，。？！、；：]|\b(?:or|and|vs|versus|with|to|against)\b|和|跟|与|還是|还是|同|对比|比较|哪"
)
"""What stands between the titles of a comparison."""
SHORTEST = 2
"""Characters of a Chinese title that may stand anywhere in a sentence, for no space marks where it ends."""


def between_joints(scene: Scene) -> list[str]:
    """Items whose title is all that stands between two joints of the text: "Heat or Alien?" names both."""
    parts = {part.strip() for part in JOINTS.split(scene.turn.text.casefold())} - {""}
    if scene.turn.is_button or not parts:
        return []
    return [item.item_id for item in scene.catalog.items if any(name.casefold() in parts for name in names_of(item))]


def chinese_titles(scene: Scene) -> list[str]:
    """The item with the longest Chinese title that stands in the text."""
    text = "" if scene.turn.is_button else scene.turn.text
    found = [
        (len(name), item.item_id)
        for item in scene.catalog.items
        for name in names_of(item)
        if len(name) >= SHORTEST and not name.isascii() and name in text
    ]
    return [max(found, key=lambda pair: pair[0])[1]] if found else []


def names_of(item: Item) -> Iterator[str]:
    """Everything that the item is called."""
    yield from (item.title, *item.aliases, *item.names.values())
