"""Skill: going on with the need of an earlier visit, by its button or in words."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import Told
from actions.memory import save
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.sitting import is_blank
from actions.slate import simple_choices
from actions.steps import steps
from actions.wishes import in_one_line
from actions.wording import Said
from data.need import Change
from data.store import NeedVersion


async def answer_resume(scene: Scene) -> list[Said]:
    """The list for the need that was left; when none was, an invitation to say one."""
    versions = await asyncio.to_thread(scene.resources.store.versions, scene.conversation_id, scene.need.pack)
    left = left_behind(versions, scene.turn.payload.get("version"))
    if left is None:
        return [scene.say("utter_resume_nothing", simple_choices(scene.wording, "recommend", "help"))]
    if left.need.version != scene.need.version:
        need = dataclasses.replace(left.need, version=versions[-1].need.version)
        left = await asyncio.to_thread(save, scene, need, left.begin)
    history = tuple(scene.profiles.get(left.need.for_whom, ()))
    scene = dataclasses.replace(scene, need=left.need, begin=left.begin, history=history, is_picked_up=False)
    wishes = in_one_line(scene.need, scene.catalog, scene.wording)
    opening = [scene.say("utter_resumed", wishes=wishes)] if wishes else []
    return await recommend(scene, Told(Change()), opening)


def left_behind(versions: list[NeedVersion], named: Any = None) -> NeedVersion | None:
    """The version that a button names; else the one before an empty need took its place, else the present one."""
    if named is not None:
        return next((version for version in versions if version.need.version == named), None)
    led = steps(versions)
    begins = [place for place, version in enumerate(led) if is_blank(version.need)]
    before = led[: begins[-1]] if begins else led
    return next((version for version in reversed(before) if not is_blank(version.need)), None)


class ActionResume(Action):
    """Goes on."""

    def name(self) -> str:
        return "action_resume"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_resume, dispatcher, tracker, domain)
