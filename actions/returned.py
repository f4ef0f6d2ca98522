"""Skill: back after a human: what was said to them is kept, what they showed counts as shown, and the talk goes on."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import WISHING, told
from actions.choose import answer_choose
from actions.memory import keep
from actions.reading import Reading
from actions.respond import respond
from actions.scene import Scene
from actions.slate import choices_message, simple_choices
from actions.turn import readings_of
from actions.wishes import in_one_line
from actions.wording import Said, together
from data.store import StoredMessage

NAMED = 3
"""Titles named in a sentence."""


async def answer_returned(scene: Scene) -> list[Said]:
    """Says once that the bot is back, with what happened meanwhile; asks how to go on unless more was said already."""
    about = _about(scene)
    for message in about.get("heard") or ():
        scene = await _listen(scene, message)
    meanwhile = await asyncio.to_thread(
        scene.resources.store.messages, scene.conversation_id, int(about.get("heard_after", 0))
    )
    said = [scene.say("utter_returned"), *_happened(scene, meanwhile)]
    if about.get("has_more"):
        return [together(said, scene.turn.language)]
    wishes = in_one_line(scene.need, scene.catalog, scene.wording)
    said.append(scene.say("utter_returned_need", wishes=wishes) if wishes else scene.say("utter_returned_open"))
    choices = simple_choices(scene.wording, *(("more", "start_over") if wishes else ("recommend", "help")))
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    return [together(said, scene.turn.language, custom)]


def _about(scene: Scene) -> Mapping[str, Any]:
    """What the gateway says of the human's time, with the message that gives the conversation back."""
    latest = next((event for event in reversed(scene.events) if event.get("event") == "user"), None)
    return (latest or {}).get("metadata") or {}


async def _listen(scene: Scene, message: Mapping[str, Any]) -> Scene:
    """The scene after what was said to the human: wishes, likes and choices count, all else was between them."""
    reading = Reading.from_dict(message.get("reading"))
    turn = dataclasses.replace(
        scene.turn,
        text=str(message.get("text") or ""),
        intent=str((message.get("intent") or {}).get("name") or ""),
        reading=reading,
        readings=readings_of(message),
        payload={},
        message_id=message.get("message_id"),
    ).within(scene.need.pack)
    heard = dataclasses.replace(scene, turn=turn)
    if turn.intent == "choose":
        await answer_choose(heard)
    elif turn.intent in WISHING:
        await asyncio.to_thread(keep, heard, told(turn, scene.need, scene.slate, scene.catalog))
    return await asyncio.to_thread(_afresh, scene)


def _afresh(scene: Scene) -> Scene:
    store, pack = scene.resources.store, scene.need.pack
    version = store.current_version(scene.conversation_id, pack)
    if version is not None:
        scene = dataclasses.replace(scene, need=version.need, begin=version.begin)
    return dataclasses.replace(scene, history=tuple(store.interactions(scene.user_id, pack)))


def _happened(scene: Scene, meanwhile: Sequence[StoredMessage]) -> list[Said]:
    """What was chosen while the human was there, else what they showed."""
    since = meanwhile[0].at if meanwhile else None
    chosen = [past.item_id for past in scene.history if past.kind == "chosen" and since and past.at >= since]
    slates = [message.content.get("slate") or {} for message in meanwhile if message.sender == "agent"]
    shown = [str(item["item_id"]) for slate in slates for item in slate.get("items") or ()]
    name, item_ids = ("utter_returned_chosen", chosen) if chosen else ("utter_returned_shown", shown)
    titles = [
        scene.label("utter_title", title=scene.catalog[item_id].title)
        for item_id in dict.fromkeys(item_ids)
        if item_id in scene.catalog
    ]
    return [scene.say(name, titles=scene.wording.joined(titles[:NAMED]))] if titles else []


class ActionReturned(Action):
    """Goes on after a human."""

    def name(self) -> str:
        return "action_returned"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_returned, dispatcher, tracker, domain)
