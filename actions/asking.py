"""When the bot asks back, and what: at most three questions in a row, never one that was left unanswered before."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from actions.narrowing import MANY, Question, question, read_split
from actions.ranker import RankerDown, RankerRefused
from actions.ranking import RankRequest
from actions.scene import Scene
from actions.slate import Choice, wish_choice
from actions.turn import read_payload
from actions.wishes import payload

LOG = logging.getLogger(__name__)
ASKING = frozenset({"utter_ask_back", "utter_skipped"})
IN_A_ROW = 3
MANY_IF_FLAT = 12
"""More than two lists: with fewer left, looking through them is quicker than answering."""
NO_QUESTIONS = "no_questions"
"""The slot that holds that the person wants to be asked nothing."""
FEW_WISHES = 1
"""With at most so many wishes the bot asks back of itself; with more only when a button answered its last question."""
Event = Mapping[str, Any]


async def next_question(scene: Scene, is_degraded: bool = False, is_flat: bool = False) -> Question | None:
    """What to ask now; None when enough was asked, the person wants no questions, or no answer would help.

    `is_degraded`: the ranker does not answer, so that it need not be asked again. `is_flat`: the list that was found
    is hardly better than what comes after it, so that less has to be left for a question to help.
    """
    if not may_ask(scene, is_flat):
        return None
    least, unwanted = (MANY_IF_FLAT if is_flat else MANY), skipped(scene.events) | asked_before(scene.events)
    counted = functools.partial(question, scene.need, scene.catalog, unwanted, least)
    found = counted() if is_degraded else await _best(scene, unwanted, least)
    return found if found and scene.turn.language in (found.facet.ask or {}) else None


def may_ask(scene: Scene, is_flat: bool) -> bool:
    """Whether a question is welcome: never after one that was passed by, never more than three in a row."""
    asked = questions_in_a_row(scene.events)
    if asked >= IN_A_ROW or scene.turn.slots.get(NO_QUESTIONS) or wants_none(scene.events):
        return False
    if asked:
        return is_answer(scene)
    return not scene.turn.is_button and (is_flat or len(scene.need.constraints) <= FEW_WISHES)


def is_answer(scene: Scene) -> bool:
    """Whether the turn answers the question that the bot just asked, by a button of it or in words."""
    reading, text = scene.turn.reading, scene.turn.text
    if scene.turn.is_button:
        return text.startswith(("/skip", "/clarified"))
    told = {*(c.facet for c in reading.constraints), *reading.dropped_facets, *(r.facet for r in reading.relative)}
    return open_question(scene.events) in told


async def _best(scene: Scene, unwanted: frozenset[str], least: int) -> Question | None:
    """The ranker's best question, else one counted here."""
    try:
        answer = await scene.resources.ranker.post("/v1/split", RankRequest(scene.need).as_dict())
        if answer["facet"] is None:
            return None
        asked = read_split(answer, scene.catalog, unwanted, least)
        if asked is not None:
            return asked
    except (RankerDown, RankerRefused, AttributeError, KeyError, TypeError, ValueError) as error:
        LOG.warning("split: %s; counting here", error)
    return await asyncio.to_thread(question, scene.need, scene.catalog, unwanted, least)


def answers(scene: Scene, asked: Question) -> list[Choice]:
    """A button for each answer with what it leaves, then the two ways not to answer."""
    choices = [wish_choice(wishes, scene.catalog, scene.wording, count) for wishes, count in asked.answers]
    skip = {"title": scene.label("utter_button_skip"), "payload": payload("skip", facet=asked.facet.name)}
    return [*choices, skip, {"title": scene.label("utter_button_just_show"), "payload": payload("skip")}]


def questions_in_a_row(events: Sequence[Event]) -> int:
    """How many of the bot's turns just before this one asked back, without one between that did not."""
    count = 0
    is_asking = False
    for event in reversed(_before_this_turn(events)):
        if event.get("event") == "bot":
            is_asking = is_asking or bool(ASKING & set((event.get("metadata") or {}).get("variants") or {}))
        elif event.get("event") == "user":
            if not is_asking:
                break
            count, is_asking = count + 1, False
    return count


def open_question(events: Sequence[Event]) -> str | None:
    """The facet that the bot's last message asked for; None when it asked for none."""
    last = next((event for event in reversed(events) if event.get("event") == "bot"), None)
    return _facet_asked(last) if last else None


def asked_before(events: Sequence[Event]) -> frozenset[str]:
    """Facets asked for in the last turns: asking for the same again would be nagging."""
    return frozenset(facet for event in events if event.get("event") == "bot" and (facet := _facet_asked(event)))


def _facet_asked(event: Event) -> str | None:
    """The facet that the skip button of a question names."""
    choices = ((event.get("data") or {}).get("custom") or {}).get("choices") or ()
    skips = [read_payload(str(choice["payload"])) for choice in choices if str(choice["payload"]).startswith("/skip")]
    return next((str(pressed["facet"]) for pressed in skips if pressed.get("facet")), None)


def _before_this_turn(events: Sequence[Event]) -> Sequence[Event]:
    last = max((place for place, event in enumerate(events) if event.get("event") == "user"), default=0)
    return events[:last]


def skipped(events: Sequence[Event]) -> frozenset[str]:
    """Facets whose questions the person left unanswered."""
    return frozenset(str(facet) for pressed in _skips(events) if (facet := pressed.get("facet")))


def wants_none(events: Sequence[Event]) -> bool:
    """Whether the person asked to be shown things without further questions."""
    return any(not pressed.get("facet") for pressed in _skips(events))


def _skips(events: Sequence[Event]) -> list[dict[str, Any]]:
    texts = [event.get("text") or "" for event in events if event.get("event") == "user"]
    return [read_payload(text) for text in texts if text.startswith("/skip")]
