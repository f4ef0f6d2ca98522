"""Skill: a request for recommendations."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import told
from actions.packs import must_ask_which, which_pack
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.wording import Said


async def answer_recommend(scene: Scene) -> list[Said]:
    """A list for what was asked, on top of what is known."""
    if must_ask_which(scene):
        return which_pack(scene)
    return await recommend(scene, told(scene.turn, scene.need, scene.slate, scene.catalog))


class ActionRecommend(Action):
    """Recommends."""

    def name(self) -> str:
        return "action_recommend"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_recommend, dispatcher, tracker, domain)
