"""When the bot asks back, and what: at most three questions in a row, never one that was left unanswered before."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from actions.narrowing import Question, question, read_split
from actions.ranker import RankerDown, RankerRefused
from actions.ranking import RankRequest
from actions.scene import Scene
from actions.slate import Choice, wish_choice
from actions.turn import read_payload
from actions.wishes import payload

LOG = logging.getLogger(__name__)
ASKING = frozenset({"utter_ask_back", "utter_skipped"})
IN_A_ROW = 3
FEW_WISHES = 1
"""With at most so many wishes the bot asks back of itself; with more only when a button answered its last question."""
Event = Mapping[str, Any]


async def next_question(scene: Scene, is_degraded: bool = False) -> Question | None:
    """What to ask now; None when enough was asked, the person wants no questions, or no answer would help.

    `is_degraded`: the ranker does not answer, so that it need not be asked again.
    """
    asked = questions_in_a_row(scene.events)
    if asked >= IN_A_ROW or wants_none(scene.events):
        return None
    is_answered = asked > 0 and scene.turn.is_button
    if not is_answered and (len(scene.need.constraints) > FEW_WISHES or scene.turn.is_button):
        return None
    unwanted = skipped(scene.events)
    found = question(scene.need, scene.catalog, unwanted) if is_degraded else await _best(scene, unwanted)
    return found if found and scene.turn.language in (found.facet.ask or {}) else None


async def _best(scene: Scene, unwanted: frozenset[str]) -> Question | None:
    """The ranker's best question, else one counted here."""
    try:
        answer = await scene.resources.ranker.post("/v1/split", RankRequest(scene.need).as_dict())
        if answer["facet"] is None:
            return None
        asked = read_split(answer, scene.catalog, unwanted)
        if asked is not None:
            return asked
    except (RankerDown, RankerRefused, AttributeError, KeyError, TypeError, ValueError) as error:
        LOG.warning("split: %s; counting here", error)
    return await asyncio.to_thread(question, scene.need, scene.catalog, unwanted)


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
