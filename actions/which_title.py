"""A title that several items have: which is meant is asked, unless the list or the talk so far tells."""

from __future__ import annotations

import dataclasses
import os
import re

from actions.reading import NamedItem, Reading
from actions.scene import Scene
from actions.slate import Choice, subtitle
from actions.turn import WHICH_TITLE
from actions.wishes import payload
from actions.wording import Said
from data.catalog import Item

WISHES = ("recommend", "refine", "more")
ASKED_ABOUT = 5
"""Readings of a title that are offered."""


def is_title_open(scene: Scene) -> bool:
    """True when the turn names a title and it is open which item that is."""
    return _open_title(scene) is not None


def _open_title(scene: Scene) -> NamedItem | None:
    return next((item for item in scene.turn.reading.items if _matters(scene, readings_of(scene, item))), None)


def _matters(scene: Scene, items: list[Item]) -> bool:
    """Whether it makes a difference which is meant: as models for a wish, items of one kind are alike."""
    if len(items) < 2 or scene.turn.intent not in WISHES:
        return len(items) > 1
    facets = [facet.name for facet in scene.pack.facets.values() if facet.type == "category" and facet.ask_back]
    return len({tuple(str(item.facets.get(name)) for name in facets[:1]) for item in items}) > 1


def readings_of(scene: Scene, named: NamedItem) -> list[Item]:
    """The items that the words may name; only those of the last list or, failing that, those liked before, if any."""
    item_ids = dict.fromkeys((named.item_id, *named.candidates))
    items = [scene.catalog[item_id] for item_id in item_ids if item_id in scene.catalog]
    for known in (scene.slate, scene.need.like):
        pointed = [item for item in items if item.item_id in known]
        if pointed:
            return pointed
    return items[:ASKED_ABOUT]


def settled(scene: Scene) -> Scene:
    """The scene with every title that the list or the talk so far tells apart taken for that item."""
    items = tuple(_settled(scene, named) for named in scene.turn.reading.items)
    reading = dataclasses.replace(scene.turn.reading, items=items)
    return dataclasses.replace(scene, turn=dataclasses.replace(scene.turn, reading=reading))


def _settled(scene: Scene, named: NamedItem) -> NamedItem:
    items = readings_of(scene, named)
    return NamedItem(items[0].item_id, items[0].title, named.role) if len(items) == 1 else named


async def answer_which_title(scene: Scene) -> list[Said]:
    """Asks which item is meant, with a button for each that does with it what was said."""
    named = _open_title(scene)
    items = readings_of(scene, named) if named else []
    title = _common_part([item.title for item in items])
    return [scene.say(WHICH_TITLE, [_choice(scene, item, items) for item in items], title=title)]


def _common_part(titles: list[str]) -> str:
    """What titles begin with alike, without signs at its end: 全聚德 of its branches; else the first title."""
    shared = re.sub(r"\W+$", "", os.path.commonprefix(titles))
    return shared if len(shared) > 1 else next(iter(titles), "")


def _choice(scene: Scene, item: Item, items: list[Item]) -> Choice:
    same = [other for other in items if other.title == item.title]
    told_apart = subtitle(item, scene.catalog, scene.turn.language) if len(same) > 1 else ""
    about = {"message": scene.turn.message_id} if scene.turn.message_id else {}
    return {
        "title": " · ".join(part for part in (item.title, told_apart) if part),
        "payload": payload("clarified", meant=scene.turn.intent, item_id=item.item_id, pack=scene.pack.name, **about),
    }


def with_item(reading: Reading, item: Item) -> Reading:
    """The reading with `item` for the title that may name it; other open titles take their likeliest reading."""
    named = [
        NamedItem(item.item_id, item.title, one.role)
        if item.item_id in (one.item_id, *one.candidates)
        else dataclasses.replace(one, candidates=())
        for one in reading.items
    ]
    return dataclasses.replace(reading, items=tuple(named) or (NamedItem(item.item_id, item.title, "about"),))
