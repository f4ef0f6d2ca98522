"""Skill: not answering what the bot asked: another question, or a list without questions."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import NO_QUESTIONS, answers, next_question, open_question
from actions.change import Told
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.slate import choices_message
from actions.wording import Said, together
from data.need import Change


async def answer_skip(scene: Scene) -> list[Said]:
    """The next best question while there is one; else more of the list. "Just show me" ends all questions."""
    facet = scene.turn.payload.get("facet") if scene.turn.is_button else open_question(scene.events)
    asked = await next_question(scene) if facet and scene.turn.is_button else None
    if asked is None:
        opening = [scene.say("utter_no_more_questions")]
        shown = await recommend(scene, Told(Change()), opening, wants_new=bool(scene.slate))
        return shown if facet else [*shown, Said(slots={NO_QUESTIONS: True})]
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
