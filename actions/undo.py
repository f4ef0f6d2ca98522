"""Skill: taking back the last turn that changed something: its wishes, and what it said of items."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import Told
from actions.memory import kept_before
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.session import example_wishes
from actions.sitting import is_blank
from actions.slate import choices_message, simple_choices
from actions.steps import steps
from actions.wording import Said
from data.need import Change, Need
from data.store import NeedVersion, StoredInteraction


@dataclass(frozen=True)
class Undone:
    """What holds after a step was taken back."""

    version: NeedVersion
    history: tuple[StoredInteraction, ...]
    shown: tuple[str, ...]
    """The list that was last shown for the need that is back."""


async def answer_undo(scene: Scene) -> list[Said]:
    """The need of one step before, with its list; an invitation when there was nothing yet."""
    undone = await asyncio.to_thread(take_back, scene)
    if undone is None:
        return [scene.say("utter_undo_nothing", simple_choices(scene.wording, "recommend", "help"))]
    opening = _opening(scene, undone)
    scene = dataclasses.replace(
        scene, need=undone.version.need, begin=undone.version.begin, history=undone.history, slate=undone.shown,
        is_picked_up=False,
    )  # fmt: skip
    if is_blank(scene.need) and not undone.shown:
        choices = [*example_wishes(scene), *simple_choices(scene.wording, "recommend")]
        custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
        return [dataclasses.replace(scene.say("utter_undone_blank"), custom=custom)]
    return await recommend(scene, Told(Change()), [opening], again=undone.shown)


def take_back(scene: Scene) -> Undone | None:
    """Keeps the need of one step before as the newest version, without the feedback of the step; None at the first."""
    store, pack, conversation_id = scene.resources.store, scene.need.pack, scene.conversation_id
    version = kept_before(scene)
    if version is None:
        led = steps(store.versions(conversation_id, pack))
        if not led:
            return None
        before = led[-2] if len(led) > 1 else NeedVersion(Need(pack))
        need = dataclasses.replace(before.need, version=scene.need.version + 1)
        version = NeedVersion(need, before.begin, before.need.version, scene.turn.message_id)
        store.keep_turn(conversation_id, scene.user_id, version, undone=led[-1].message_id)
    shown = store.slate_of(conversation_id, pack, version.restores or 0)
    history = store.interactions(scene.user_id, pack, version.need.for_whom)
    return Undone(version, tuple(history), shown.item_ids if shown else ())


def _opening(scene: Scene, undone: Undone) -> Said:
    """Says that it was taken back, naming the items that it was about."""
    if undone.version.need.for_whom != scene.need.for_whom:
        return scene.say("utter_undone")
    before, after = ({(past.item_id, past.kind) for past in history} for history in (scene.history, undone.history))
    changed = dict.fromkeys(past.item_id for past in scene.history if (past.item_id, past.kind) in before - after)
    titles = [scene.label("utter_title", title=scene.catalog[i].title) for i in changed if i in scene.catalog]
    if titles:
        return scene.say("utter_undone_items", titles=scene.wording.joined(titles))
    return scene.say("utter_undone")


class ActionUndo(Action):
    """Takes back."""

    def name(self) -> str:
        return "action_undo"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_undo, dispatcher, tracker, domain)
