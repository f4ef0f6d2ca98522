"""Skill: a list on behalf of a human, who sends what they choose from it; nothing counts as shown before that."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.hearing import listen
from actions.memory import Memory
from actions.ranking import RankRequest
from actions.recommendation import rank
from actions.respond import respond
from actions.scene import Scene
from actions.slate import slate_message
from actions.wording import Said, together

COUNT = 6


async def answer_suggest(scene: Scene) -> list[Said]:
    """The best items for the need, as it is after what was said to the human; those shown only when nothing is left."""
    scene, _ = await listen(scene)
    store = scene.resources.store
    shown = await asyncio.to_thread(
        store.shown_items, scene.conversation_id, scene.need.pack, scene.begin, scene.need.for_whom
    )
    memory = Memory(scene.need, scene.history, tuple(shown))
    new = RankRequest(memory.need, memory.history, (*memory.known, *memory.shown), COUNT)
    ranking = await rank(scene, new)
    if not ranking.items:
        ranking = await rank(scene, RankRequest(memory.need, memory.history, memory.known, COUNT))
    custom = slate_message(ranking, scene.need, scene.catalog, scene.wording)
    return [together([scene.say("utter_suggest")], scene.turn.language, custom)]


class ActionSuggest(Action):
    """Recommends on behalf of a human."""

    def name(self) -> str:
        return "action_suggest"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_suggest, dispatcher, tracker, domain)
