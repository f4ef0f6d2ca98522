"""The edge of every action: opens the scene, asks the skill for its answer, dispatches it, and never stays silent."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.resources import Resources
from actions.scene import Scene
from actions.turn import read_turn
from actions.wording import Said, Wording, last_variants
from data.settings import Settings

LEAVING = frozenset({"recommend", "refine", "more", "undo", "start_over", "resume", "choose", "compare", "human"})
"""Intents that end a form."""
_END_OF_FORM = (ActiveLoop(None), SlotSet("requested_slot", None))
APOLOGY = "utter_broken"
LOG = logging.getLogger(__name__)
Answer = Callable[[Scene], Awaitable[list[Said]]]
"""A skill: what the bot says in a scene."""


@functools.cache
def resources() -> Resources:
    """The resources of this process, by the settings of its environment."""
    return Resources(Settings.from_environment())


async def respond(
    answer: Answer, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Dispatches what `answer` says; whatever fails becomes an apology, for no message may stay without answer."""
    from actions.heard import heard  # it knows the skills, which know this module

    responses = (domain or {}).get("responses") or {}
    try:
        scene, skill = await heard(tracker, answer, responses, resources())
        said = await skill(scene)
    except Exception:
        LOG.exception("conversation %s: no answer, so an apology", tracker.sender_id)
        if not responses.get(APOLOGY):
            dispatcher.utter_message(response=APOLOGY)
            return []
        said = [Wording(responses, read_turn(tracker).language, last_variants(tracker.events)).say(APOLOGY)]
    for one in said:
        if one.text or one.custom:
            dispatch(one, dispatcher)
    slots = [SlotSet(name, value) for one in said for name, value in one.slots.items()]
    return [*slots, *(_END_OF_FORM if is_form_left(tracker) else ())]


def is_form_left(tracker: Tracker) -> bool:
    """Whether the person turned from a form to something else; small talk and questions are only digressions."""
    intent = (tracker.latest_message.get("intent") or {}).get("name")
    slot = tracker.slots.get("requested_slot")
    is_answered = slot is None or tracker.slots.get(slot) is not None
    return bool((tracker.active_loop or {}).get("name")) and not is_answered and intent in LEAVING


def dispatch(said: Said, dispatcher: CollectingDispatcher) -> None:
    """Hands one message to Rasa, with the names of the responses it was worded from."""
    dispatcher.utter_message(
        text=said.text or None,
        json_message=dict(said.custom) or None,
        buttons=[dict(button) for button in said.buttons],
        utter_action=said.utter,
        variants=dict(said.variants),
    )
