"""Skill: one-line answers (help, thanks, goodbye): the response named after the intent, its variants in turn."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.respond import respond
from actions.scene import Scene
from actions.slate import simple_choices
from actions.wording import Said

WITH_CHOICES = ("help", "ask_bot")


async def answer_small_talk(scene: Scene) -> list[Said]:
    """The response `utter_<intent>`."""
    choices = simple_choices(scene.wording, "recommend", "human") if scene.turn.intent in WITH_CHOICES else []
    return [scene.say(f"utter_{scene.turn.intent}", choices)]


class ActionSmallTalk(Action):
    """Answers in one line."""

    def name(self) -> str:
        return "action_small_talk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_small_talk, dispatcher, tracker, domain)
