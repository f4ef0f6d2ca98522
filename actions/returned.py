"""Skill: back after a human: what was said to them is kept, what they showed counts as shown, and the talk goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.hearing import listen
from actions.respond import respond
from actions.scene import Scene
from actions.slate import choices_message, simple_choices
from actions.wishes import in_one_line
from actions.wording import Said, together
from data.store import StoredMessage

NAMED = 3
"""Titles named in a sentence."""


async def answer_returned(scene: Scene) -> list[Said]:
    """Says once that the bot is back, with what happened meanwhile; asks how to go on unless more was said already."""
    scene, about = await listen(scene)
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
