"""Skill: what was not understood, what is not for us, and yes or no to what was asked."""

from __future__ import annotations

import dataclasses
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asking import open_question
from actions.change import Told
from actions.chips import answer_remove_chip
from actions.choose import answer_choose
from actions.compare import answer_compare
from actions.contradiction import BOTH, INSTEAD, both
from actions.explain import answer_explain
from actions.feedback import answer_feedback
from actions.forget import answer_forget
from actions.handoff import answer_handoff
from actions.ledger import answer_about_me
from actions.more import answer_more
from actions.recommend import answer_recommend
from actions.recommendation import recommend
from actions.refine import answer_refine
from actions.respond import Answer, respond
from actions.resume import answer_resume
from actions.scene import Scene
from actions.session import answer_greet, answer_start_over, example_wishes
from actions.skip import answer_skip
from actions.slate import Choice, simple_choices
from actions.small_talk import answer_small_talk
from actions.turn import CLARIFY, Asked, read_payload
from actions.undo import answer_undo
from actions.which_title import with_item
from actions.wishes import names_of, payload
from actions.wording import Said
from data.errors import DataError
from data.need import Change, Constraint

MEANINGS: dict[str, Answer] = {
    "recommend": answer_recommend,
    "refine": answer_refine,
    "more": answer_more,
    "undo": answer_undo,
    "like": answer_feedback,
    "dislike": answer_feedback,
    "seen": answer_feedback,
    "explain": answer_explain,
    "compare": answer_compare,
    "choose": answer_choose,
    "rate": answer_feedback,
    "about_me": answer_about_me,
    "forget": answer_forget,
    "human": answer_handoff,
    "start_over": answer_start_over,
    "greet": answer_greet,
    "resume": answer_resume,
}
"""What a clarification can turn out to mean."""
OFFERED = 3
LATER = 3
"""Clarifications in a row after which a human is offered."""


async def answer_clarify(scene: Scene) -> list[Said]:
    """Asks what was meant: first with the likeliest meanings, then with examples, then with a human."""
    buttons = meanings(scene)
    failures = scene.turn.failures
    if failures + 1 >= LATER:
        return [scene.say("utter_clarify_human", simple_choices(scene.wording, "human", "start_over", "help"))]
    if failures:
        return [scene.say("utter_clarify_examples", [*buttons[:1], *example_wishes(scene)])]
    heard = heard_wishes(scene)
    if heard:
        wishes = scene.wording.joined(heard)
        return [scene.say("utter_clarify_wishes", buttons, wishes=wishes)]
    return [scene.say("utter_clarify", buttons)]


def heard_wishes(scene: Scene) -> list[str]:
    """Names of the wishes that the message seems to hold, with or without confidence."""
    reading = scene.turn.reading
    constraints = [c for c in (*reading.constraints, *reading.maybe) if c.facet in scene.pack.facets]
    titles = [item.title for item in reading.items if item.item_id in scene.catalog]
    return [*names_of(dict.fromkeys(constraints), scene.pack, scene.wording), *titles]


def meanings(scene: Scene) -> list[Choice]:
    """A button for each of the likeliest things that the message may mean."""
    ranking = [intent for intent in scene.turn.ranking if intent in MEANINGS]
    if heard_wishes(scene):
        ranking = ["refine" if scene.slate else "recommend", *ranking]
    intents = list(dict.fromkeys(ranking))[:OFFERED] or ["recommend", "human"]
    return [_meaning(scene, intent) for intent in intents]


def _meaning(scene: Scene, intent: str) -> Choice:
    """The button names the message it is about: another one may be asked about before it is pressed."""
    about = {"message": scene.turn.message_id} if scene.turn.message_id else {}
    return {
        "title": scene.label(f"utter_meaning_{intent}"),
        "payload": payload("clarified", meant=intent, **about),
    }


async def answer_clarified(scene: Scene) -> list[Said]:
    """Does what a button says was meant, with the message that was asked about, or adds the wish it names."""
    button = scene.turn.payload
    meant = str(button.get("meant", ""))
    if meant == INSTEAD:
        return [scene.say("utter_instead_kept")]
    if "facet" in button or "wishes" in button:
        return await _add_wishes(scene, button.get("wishes") or [button])
    if meant not in MEANINGS:
        return [scene.say("utter_clarify", meanings(scene))]
    about = scene.meaning(meant, _asked(scene, button.get("message")))
    item_id = str(button.get("item_id", ""))
    if item_id in scene.catalog:
        reading = with_item(about.turn.reading, scene.catalog[item_id])
        about = dataclasses.replace(about, turn=dataclasses.replace(about.turn, reading=reading, payload={}))
    return await MEANINGS[meant](about)


def _asked(scene: Scene, message_id: Any) -> Asked | None:
    asked = scene.turn.asked
    named = [one for one in asked if message_id is not None and one.message_id == message_id]
    return next(iter(named or asked), None)


async def _add_wishes(scene: Scene, entries: Any) -> list[Said]:
    try:
        wishes = tuple(
            Constraint.from_dict({key: e[key] for key in ("facet", "op", "value") if key in e}) for e in entries
        )
        for wish in wishes:
            scene.catalog.check(wish)
    except (DataError, TypeError):
        return [scene.say("utter_chip_gone")]
    meant_both = scene.turn.payload.get("meant") == BOTH and len(wishes) > 1
    return await recommend(scene, both(scene, wishes) if meant_both else Told(Change(constraints=wishes)))


PRESSED: dict[str, Answer] = {
    **MEANINGS,
    "clarified": answer_clarified,
    "remove_chip": answer_remove_chip,
    "feedback": answer_feedback,
    "skip": answer_skip,
    "help": answer_small_talk,
}
"""What the button that a yes stands for, or one chosen in words, can do."""


async def answer_affirm(scene: Scene) -> list[Said]:
    """Yes to a question presses its first button; yes to a list asks what next, yes to nothing recommends."""
    if scene.turn.offer is not None:
        intent = scene.turn.offer[1:].split("{")[0]
        if intent in PRESSED:
            return await PRESSED[intent](scene.pressing(scene.turn.offer))
    if scene.slate:
        return [scene.say("utter_affirm_list", simple_choices(scene.wording, "more", "start_over"))]
    return await answer_recommend(scene)


async def answer_deny(scene: Scene) -> list[Said]:
    """No: a short apology and a way to say it otherwise; no to a list asks what is wrong with it.

    A no that says what is wanted instead ("no, not horror") is a wish.
    """
    if read_payload(scene.turn.offer or "").get("meant") == BOTH:
        return [scene.say("utter_instead_kept")]
    if scene.turn.reading.constraints or scene.turn.reading.relative:
        return await answer_refine(scene.meaning("refine"))
    if open_question(scene.events) and not scene.turn.is_button:
        return await answer_skip(scene)
    if scene.turn.failures >= LATER - 1:
        return [scene.say("utter_clarify_human", simple_choices(scene.wording, "human", "start_over", "help"))]
    if scene.turn.failures or not scene.slate:
        return [scene.say("utter_deny", example_wishes(scene))]
    return [scene.say("utter_deny_list", simple_choices(scene.wording, "more", "start_over"))]


async def answer_out_of_scope(scene: Scene) -> list[Said]:
    """Says kindly what the bot does do."""
    return [scene.say("utter_out_of_scope", [*example_wishes(scene), *simple_choices(scene.wording, "human")])]


class ActionClarify(Action):
    """Asks what was meant."""

    def name(self) -> str:
        return CLARIFY

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_clarify, dispatcher, tracker, domain)


class ActionClarified(Action):
    """Does what was meant."""

    def name(self) -> str:
        return "action_clarified"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_clarified, dispatcher, tracker, domain)


class ActionAffirm(Action):
    """Takes a yes."""

    def name(self) -> str:
        return "action_affirm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_affirm, dispatcher, tracker, domain)


class ActionDeny(Action):
    """Takes a no."""

    def name(self) -> str:
        return "action_deny"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_deny, dispatcher, tracker, domain)


class ActionOutOfScope(Action):
    """Declines."""

    def name(self) -> str:
        return "action_out_of_scope"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_out_of_scope, dispatcher, tracker, domain)
