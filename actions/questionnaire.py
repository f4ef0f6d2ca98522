"""Skill: a short questionnaire for newcomers, led by a Rasa form: items that tell most, each rated or passed over."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import Told
from actions.memory import keep
from actions.ranker import RankerDown, RankerRefused
from actions.ranking import RATING_OF_KIND, RankRequest
from actions.rating import rating_in
from actions.recommendation import recommend
from actions.respond import respond
from actions.scene import Scene
from actions.slate import Choice
from actions.wishes import payload
from actions.wording import Said
from data.need import Change, Need
from data.store import Feedback

LOG = logging.getLogger(__name__)
ANSWERS = 5
"""Answers after which the questionnaire ends."""
QUESTIONS = 10
"""Items asked about at most; who knows few of them is not asked for ever."""
STATE, ANSWER = "questionnaire", "taste_answer"
BUTTONS = (("utter_button_loved", 5), ("utter_button_fine", 3), ("utter_button_poor", 1))


@dataclass(frozen=True)
class Progress:
    """The item_ids asked about, the last one open, and how many of them were answered."""

    asked: tuple[str, ...] = ()
    answers: int = 0
    pack: str = ""

    @classmethod
    def of(cls, scene: Scene) -> Progress:
        """As the slot holds it; nothing was asked when it is empty."""
        state = scene.turn.slots.get(STATE) or {}
        return cls(tuple(map(str, state.get("asked", ()))), int(state.get("answers", 0)), scene.pack.name)

    def slot(self, is_open: bool) -> dict[str, Any]:
        """The slots to set; the form goes on asking while the answer's slot is empty."""
        return {STATE: dataclasses.asdict(self) | {"asked": list(self.asked)}, ANSWER: None if is_open else "enough"}


async def ask_taste(scene: Scene) -> list[Said]:
    """The next question, with an answer on each button."""
    progress = Progress.of(scene)
    item_id = await next_item(scene, progress.asked)
    if item_id is None:
        return []
    buttons = _answers(scene, item_id)
    said = scene.say(
        f"utter_taste_{'next' if progress.asked else 'first'}", buttons, title=scene.catalog[item_id].title
    )
    asked = dataclasses.replace(progress, asked=(*progress.asked, item_id))
    return [dataclasses.replace(said, slots={STATE: asked.slot(True)[STATE]})]


def _answers(scene: Scene, item_id: str) -> list[Choice]:
    rated = [
        {"title": scene.label(name), "payload": payload("feedback", kind="rating", item_id=item_id, value=value)}
        for name, value in BUTTONS
    ]
    passed = {"title": scene.label("utter_button_unknown"), "payload": payload("skip")}
    enough = {"title": scene.label("utter_button_enough"), "payload": payload("skip", all=True)}
    return [*rated, passed, enough]


async def next_item(scene: Scene, asked: Sequence[str]) -> str | None:
    """The item that tells most, as the ranker has it, else the best known one; None when nothing is left to ask."""
    known = [*asked, *(past.item_id for past in scene.history)]
    request = RankRequest(Need(scene.pack.name), scene.history, tuple(asked), 1)
    try:
        answer = await scene.resources.ranker.post("/v1/elicit", request.as_dict())
        found = [str(item["item_id"]) for item in answer["items"]]
    except (RankerDown, RankerRefused, AttributeError, KeyError, TypeError, ValueError) as error:
        LOG.warning("elicit: %s; asking about what is popular", error)
        popularity = await asyncio.to_thread(scene.resources.popularity, scene.pack.name)
        found = sorted((item.item_id for item in scene.catalog.items), key=lambda item_id: -popularity.get(item_id, 0))
    return next((item_id for item_id in found if item_id in scene.catalog and item_id not in known), None)


async def take_answer(scene: Scene) -> list[Said]:
    """Keeps an answer; empties its slot while there is more to ask. Nothing when the message was no answer."""
    answer, progress = scene.turn.slots.get(ANSWER), Progress.of(scene)
    if answer is None or not progress.asked:
        return []
    feedback = _feedback(scene, str(answer), progress.asked[-1])
    if feedback is not None:
        await asyncio.to_thread(keep, scene, Told(Change(), (feedback,)))
        progress = dataclasses.replace(progress, answers=progress.answers + 1)
    is_over = scene.turn.payload.get("all") is True or progress.answers >= ANSWERS or len(progress.asked) >= QUESTIONS
    return [Said(slots=progress.slot(not is_over))]


def _feedback(scene: Scene, answer: str, item_id: str) -> Feedback | None:
    """What the message says of the item; None when the person does not know it."""
    if answer == "skip":
        return None
    value = scene.turn.payload.get("value", rating_in(scene.turn.text, [scene.catalog[item_id].title], is_bare=True))
    if isinstance(value, (int, float)) and answer == "rate":
        return Feedback("rating", item_id, float(value))
    return Feedback(answer, item_id) if answer in (*RATING_OF_KIND, "seen") else None


async def taste_known(scene: Scene) -> list[Said]:
    """The list that the answers lead to; the questionnaire begins anew the next time."""
    name = "utter_taste_known" if Progress.of(scene).answers else "utter_taste_unknown"
    said = await recommend(scene, Told(Change()), [scene.say(name)])
    return [*said, Said(slots={STATE: None, ANSWER: None})]


class ActionAskTaste(Action):
    """Asks about the next item."""

    def name(self) -> str:
        return "action_ask_questionnaire_form_taste_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(ask_taste, dispatcher, tracker, domain)


class ValidateQuestionnaire(Action):
    """Takes the answer."""

    def name(self) -> str:
        return "validate_questionnaire_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(take_answer, dispatcher, tracker, domain)


class ActionTasteKnown(Action):
    """Recommends by the answers."""

    def name(self) -> str:
        return "action_taste_known"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(taste_known, dispatcher, tracker, domain)
