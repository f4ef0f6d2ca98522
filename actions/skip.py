"""Skill: not answering what the bot asked: another question, or a list without questions."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import answers, next_question
from actions.change import Told
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.slate import choices_message
from actions.wording import Said, together
from data.need import Change


async def answer_skip(scene: Scene) -> list[Said]:
    """The next best question while there is one; else more of the list."""
    asked = await next_question(scene) if scene.turn.payload.get("facet") else None
    if asked is None:
        return await recommend(
            scene, Told(Change()), [scene.say("utter_no_more_questions")], wants_new=bool(scene.slate)
        )
    said = scene.say("utter_skipped", question=(asked.facet.ask or {})[scene.turn.language])
    custom = choices_message(answers(scene, asked), scene.need, scene.catalog, scene.wording)
    return [together([said], scene.turn.language, custom)]


class ActionSkip(Action):
    """Goes on without an answer."""

    def name(self) -> str:
        return "action_skip"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_skip, dispatcher, tracker, domain)
