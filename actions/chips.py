"""Skill: taking one wish back by its chip, or several by a way out of an empty list."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import Told
from actions.memory import save
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.wishes import names_of
from actions.wording import Said
from data.need import SELF, Change, Constraint, Need


async def answer_remove_chip(scene: Scene) -> list[Said]:
    """The list without the wish; says which wish went."""
    item_id = scene.turn.payload.get("item_id")
    if item_id is not None:
        return await _forget_item(scene, str(item_id))
    if "for_whom" in scene.turn.payload and scene.need.for_whom != SELF:
        return await recommend(scene, Told(Change(for_whom=SELF)), [scene.say("utter_back_to_me")])
    dropped = named(scene.turn.payload, scene.need)
    if not dropped:
        return await recommend(scene, Told(Change()), [scene.say("utter_chip_gone")])
    wishes = scene.wording.joined(names_of(dropped, scene.pack, scene.wording))
    return await recommend(scene, Told(Change(dropped=dropped)), [scene.say("utter_dropped", wishes=wishes)])


def named(payload: Mapping[str, Any], need: Need) -> tuple[Constraint, ...]:
    """The constraints of `need` that a button names, as {"facet", "op", "value"} or several under "drop"."""
    entries = payload.get("drop") or [payload]
    keys = {(e.get("facet"), e.get("op"), str(e.get("value"))) for e in entries if isinstance(e, Mapping)}
    return tuple(c for c in need.constraints if (c.facet, c.op, str(c.value)) in keys)


async def _forget_item(scene: Scene, item_id: str) -> list[Said]:
    """Takes an item out of the need; what the person's history says of it stays."""
    need = scene.need
    if item_id not in (*need.like, *need.unlike):
        return await recommend(scene, Told(Change()), [scene.say("utter_chip_gone")])
    changed = dataclasses.replace(
        need,
        like=tuple(liked for liked in need.like if liked != item_id),
        unlike=tuple(unliked for unliked in need.unlike if unliked != item_id),
    )
    kept = await asyncio.to_thread(save, scene, changed, scene.begin)
    opening = [scene.say("utter_dropped_item", title=scene.catalog[item_id].title)]
    return await recommend(dataclasses.replace(scene, need=kept.need, begin=kept.begin), Told(Change()), opening)


class ActionRemoveChip(Action):
    """Removes a chip."""

    def name(self) -> str:
        return "action_remove_chip"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_remove_chip, dispatcher, tracker, domain)
