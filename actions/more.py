"""Skill: the next items of the list, never one that was shown."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import told
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.wording import Said


async def answer_more(scene: Scene) -> list[Said]:
    """More of the same need, or of the need as this turn changes it."""
    said = told(scene.turn, scene.need, scene.slate, scene.catalog)
    return await recommend(scene, said, wants_new=bool(scene.slate))


class ActionMore(Action):
    """Shows more."""

    def name(self) -> str:
        return "action_more"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_more, dispatcher, tracker, domain)
