"""Skill: asking for a human: the request is stored with all that a colleague needs to go on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.respond import respond
from actions.scene import Scene
from actions.slate import choices_message, simple_choices
from actions.turn import CLARIFY
from actions.wishes import in_one_line
from actions.wording import Said, together
from data.store import StoredMessage

TRANSCRIPT = 40
"""Messages of the transcript, the last ones."""


BY_RULE = ("anger", "order")
"""Reasons for which the gateway hands over without being asked."""


async def answer_handoff(scene: Scene) -> list[Said]:
    """Stores the request and says so; until a colleague takes over the bot goes on answering."""
    why = str(scene.turn.payload.get("why", ""))
    reason = why if why in BY_RULE else "asked" if not scene.turn.failures else "not_understood"
    await asyncio.to_thread(_request, scene, reason)
    choices = simple_choices(scene.wording, "more", "start_over")
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    opening = [scene.say(f"utter_handoff_{reason}")] if reason in BY_RULE else []
    return [together([*opening, scene.say("utter_handoff")], scene.turn.language, custom)]


def _request(scene: Scene, reason: str) -> None:
    scene.resources.store.request_handoff(scene.conversation_id, reason, packet(scene))


def packet(scene: Scene) -> dict[str, Any]:
    """What a colleague should know: the need in one line, constraints, shown, liked and refused, the talk so far."""
    store = scene.resources.store
    shown = store.shown_items(scene.conversation_id, scene.need.pack, scene.begin)
    refused = [past.item_id for past in scene.history if past.kind == "dislike"]
    liked = [past.item_id for past in scene.history if past.kind == "like"]
    return {
        "language": scene.turn.language,
        "pack": scene.need.pack,
        "need": in_one_line(scene.need, scene.catalog, scene.wording),
        "text": scene.need.text,
        "constraints": [constraint.as_dict() for constraint in scene.need.constraints],
        "shown": _named(scene, shown),
        "liked": _named(scene, [*scene.need.like, *liked]),
        "refused": _named(scene, [*scene.need.unlike, *refused]),
        "clarifications": sum(event.get("name") == CLARIFY for event in scene.events),
        "transcript": transcript(store.messages(scene.conversation_id)) or heard(scene.events),
    }


def _named(scene: Scene, item_ids: Sequence[str]) -> list[dict[str, str]]:
    known = [item_id for item_id in dict.fromkeys(item_ids) if item_id in scene.catalog]
    return [{"item_id": item_id, "title": scene.catalog[item_id].title} for item_id in known]


def transcript(messages: Sequence[StoredMessage]) -> list[dict[str, str]]:
    """Who said what, oldest first."""
    lines = [{"from": message.sender, "text": str(message.content.get("text") or "")} for message in messages]
    return [line for line in lines if line["text"]][-TRANSCRIPT:]


def heard(events: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The same from Rasa's memory, for a conversation that came past the gateway."""
    lines = [
        {"from": str(event["event"]), "text": str(event["text"])}
        for event in events
        if event.get("event") in ("user", "bot") and event.get("text")
    ]
    return lines[-TRANSCRIPT:]


class ActionHandoff(Action):
    """Asks for a human."""

    def name(self) -> str:
        return "action_handoff"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_handoff, dispatcher, tracker, domain)
