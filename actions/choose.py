"""Skill: "I'll take the second": recorded as chosen, a polite close, and the way to it when the catalog knows one."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import spoken_of
from actions.change import Told, told
from actions.compare import numbered, scene_items
from actions.memory import keep
from actions.recommendation import beyond
from actions.respond import respond
from actions.scene import Scene
from actions.slate import choices_message, simple_choices
from actions.wishes import payload
from actions.wording import Said, together
from data.need import Change
from data.store import Feedback


async def answer_choose(scene: Scene) -> list[Said]:
    """Notes the choice and closes; asks which one when that is open."""
    pressed = str(scene.turn.payload.get("item_id", ""))
    named = [pressed] if pressed in scene.catalog else [*scene_items(scene), *numbered(scene)]
    if not named and told(scene.turn, scene.need, scene.slate, scene.catalog).beyond:
        return [beyond(scene)]
    chosen = list(dict.fromkeys(named)) or _meant(scene)
    if not chosen:
        return [_which(scene)]
    feedback = tuple(Feedback("chosen", item_id) for item_id in chosen)
    memory = await asyncio.to_thread(keep, scene, Told(Change(), feedback))
    scene = dataclasses.replace(scene, need=memory.need)
    titles = [scene.label("utter_title", title=scene.catalog[item_id].title) for item_id in chosen]
    said = [scene.say("utter_chosen", titles=scene.wording.joined(titles))]
    urls = [url for item_id in chosen if (url := scene.catalog[item_id].url).startswith(("https://", "http://"))]
    said += [scene.say("utter_chosen_link", url=" ".join(urls))] if urls else []
    choices = simple_choices(scene.wording, "undo", "more", "start_over")
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    return [together(said, scene.turn.language, custom)]


def _meant(scene: Scene) -> list[str]:
    """What "it" means: the only item of the list, or the one asked about just before."""
    if len(scene.slate) == 1:
        return [item_id for item_id in scene.slate if item_id in scene.catalog]
    spoken = spoken_of(scene)
    return [] if spoken == list(scene.slate[:1]) else spoken


def _which(scene: Scene) -> Said:
    """Asks which item of the list; offers to recommend when there is none."""
    shown = [scene.catalog[item_id] for item_id in scene.slate if item_id in scene.catalog]
    if not shown:
        return scene.say("utter_choose_nothing", simple_choices(scene.wording, "recommend"))
    buttons = [{"title": item.title, "payload": payload("choose", item_id=item.item_id)} for item in shown]
    return scene.say("utter_choose_which", buttons)


class ActionChoose(Action):
    """Notes a choice."""

    def name(self) -> str:
        return "action_choose"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_choose, dispatcher, tracker, domain)
