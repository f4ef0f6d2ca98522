"""Skill: the beginning of a conversation, and beginning again."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import Told
from actions.memory import save
from actions.packs import each_pack
from actions.ranking import RATING_OF_KIND
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.slate import Choice, choices_message, resume_choice, simple_choices, wish_choice
from actions.wishes import in_one_line
from actions.wording import Said
from data.need import Change, Constraint, Need

EXAMPLES = 3
"""Wishes offered to somebody who has not said one."""


async def answer_greet(scene: Scene) -> list[Said]:
    """A greeting that knows whether the person is new, was here before, or is in the middle of something."""
    wishes = in_one_line(scene.need, scene.catalog, scene.wording)
    if wishes and scene.is_picked_up:
        said = scene.say("utter_greet_earlier", wishes=wishes)
        resume = resume_choice(scene.need.version, wishes, scene.wording)
        choices = [resume, *simple_choices(scene.wording, "start_over")]
    elif wishes:
        said = scene.say("utter_greet_again", wishes=wishes)
        choices = simple_choices(scene.wording, "more", "start_over")
    elif (liked := _liked(scene)) is not None:
        opening = scene.say("utter_greet_known", title=scene.catalog[liked].title)
        return await recommend(scene, Told(Change()), [opening])
    else:
        said = scene.say("utter_greet_new")
        choices = [*example_wishes(scene), *simple_choices(scene.wording, "get_to_know", "recommend", "help")]
    return [_with_choices(scene, said, choices)]


def _liked(scene: Scene) -> str | None:
    """The item that the person liked last."""
    liked = [
        past.item_id
        for past in scene.history
        if past.item_id in scene.catalog and (past.rating or RATING_OF_KIND.get(past.kind, 0.0)) >= 4
    ]
    return liked[-1] if liked else None


def example_wishes(scene: Scene) -> list[Choice]:
    """The commonest values of the first category that may be asked for, as wishes; of each pack while that is open."""
    scenes = each_pack(scene)
    return [choice for one in scenes for choice in _examples(one, -(-EXAMPLES // len(scenes)))]


def _examples(scene: Scene, count: int) -> list[Choice]:
    for facet in scene.pack.facets.values():
        if facet.type == "category" and facet.ask_back:
            values = scene.catalog.values.get(facet.name, ())[:count]
            return [wish_choice(Constraint(facet.name, "is", v), scene.catalog, scene.wording) for v in values]
    return []


async def answer_start_over(scene: Scene) -> list[Said]:
    """An empty need; what the person liked and saw stays in their history."""
    blank = await asyncio.to_thread(save, scene, Need(scene.need.pack, scene.need.version))
    scene = dataclasses.replace(scene, need=blank.need)
    choices = [*example_wishes(scene), *simple_choices(scene.wording, "recommend")]
    return [_with_choices(scene, scene.say("utter_start_over"), choices)]


def _with_choices(scene: Scene, said: Said, choices: list[Choice]) -> Said:
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    return dataclasses.replace(said, custom=custom)


class ActionGreet(Action):
    """Greets."""

    def name(self) -> str:
        return "action_greet"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_greet, dispatcher, tracker, domain)


class ActionStartOver(Action):
    """Starts over."""

    def name(self) -> str:
        return "action_start_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_start_over, dispatcher, tracker, domain)
