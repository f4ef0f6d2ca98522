"""Skill: changing what is wanted: more of this, less of that, newer, never mind the year."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import told
from actions.contradiction import contradiction, instead, question
from actions.packs import must_ask_which, which_pack
from actions.recommendation import beyond, recommend
from actions.respond import respond
from actions.scene import Scene
from actions.slate import simple_choices
from actions.wording import Said


async def answer_refine(scene: Scene) -> list[Said]:
    """A list for the changed need; when nothing of the change was understood, says so instead of repeating."""
    if must_ask_which(scene):
        return which_pack(scene)
    said = told(scene.turn, scene.need, scene.slate, scene.catalog)
    if said.beyond and said.is_empty:
        return [beyond(scene)]
    if said.is_empty and not said.change.text and not scene.turn.reading.maybe and not said.unmet:
        return [scene.say("utter_refine_what", simple_choices(scene.wording, "more", "start_over"))]
    found = contradiction(said, scene.need, scene.catalog)
    if found is None:
        return await recommend(scene, said)
    return await recommend(scene, instead(said, found), question=question(scene, found))


class ActionRefine(Action):
    """Refines the need."""

    def name(self) -> str:
        return "action_refine"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_refine, dispatcher, tracker, domain)
