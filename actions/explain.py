"""Skill: why this one, and why not that one, from filter and score only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import answer_question
from actions.change import told
from actions.facts import fact
from actions.memory import Memory
from actions.questions import question_of
from actions.reasons import worded
from actions.recommendation import beyond
from actions.respond import respond
from actions.scene import Scene
from actions.slate import Choice, choices_message, simple_choices
from actions.standing import Standing, memory_of, standing
from actions.wishes import bundled, key_of, names_of, payload, sentence_case, ways_round
from actions.wording import Said, together
from data.catalog import Item, eligible
from data.need import SELF, Constraint

EXPLAINED = 3
"""Items explained when the whole list is asked about."""


async def answer_explain(scene: Scene) -> list[Said]:
    """The facts about the items asked about, else about the first of the list."""
    said = told(scene.turn, scene.need, scene.slate, scene.catalog)
    pressed = str(scene.turn.payload.get("item_id", ""))
    asked = [pressed] if pressed in scene.catalog else [*said.about, *said.change.like, *said.change.unlike]
    if not asked and said.beyond:
        return [beyond(scene)]
    question = question_of(scene)
    if question is not None and (asked or scene.slate or not question.is_general):
        return answer_question(scene, question, asked)
    if not asked and not scene.slate:
        return [scene.say("utter_explain_what", simple_choices(scene.wording, "recommend"))]
    shown = [item_id for item_id in scene.slate if item_id in scene.catalog]
    items = [scene.catalog[item_id] for item_id in (asked or shown)[:EXPLAINED]]
    return [await _explained(scene, items)]


async def _explained(scene: Scene, items: Sequence[Item]) -> Said:
    texts: list[Said] = []
    choices: list[Choice] = []
    for item in items:
        failed = failing(item, scene.need.constraints)
        if failed:
            texts.append(_why_not(scene, item, failed))
            choices += [_way_out(scene, failed)]
        else:
            texts.append(await _why(scene, item))
    choices += simple_choices(scene.wording, "more")
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    return together(texts, scene.turn.language, custom)


def failing(item: Item, constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """The `must` constraints that keep `item` out; of alternatives all, when none of them is met."""
    failed: list[Constraint] = []
    for bundle in bundled(constraints):
        if eligible(item, bundle):
            continue
        failed += [c for c in bundle if c.strength == "must" and not item.meets(c)]
    return tuple(failed)


def _why_not(scene: Scene, item: Item, failed: Sequence[Constraint]) -> Said:
    """What the item is, as against what was asked for."""
    facts = [fact(scene, item, name) for name in dict.fromkeys(c.facet for c in failed)]
    wishes = scene.wording.joined(names_of(failed, scene.pack, scene.wording))
    return scene.say("utter_why_not", title=item.title, facts=scene.wording.joined(facts), wishes=wishes)


def _way_out(scene: Scene, failed: Sequence[Constraint]) -> Choice:
    way = ways_round(failed, scene.pack, scene.wording)
    drop = [key_of(constraint) for constraint in failed]
    return {"title": sentence_case(way), "payload": payload("remove_chip", drop=drop)}


async def _why(scene: Scene, item: Item) -> Said:
    """Why an item that fits stands in the list, or is not in it."""
    memory = await memory_of(scene)
    past = _past(scene, item, memory)
    if past and item.item_id not in scene.slate:
        return scene.say(past, title=item.title)
    own = await standing(scene, item, memory)
    texts = [reason["text"] for reason in worded(own.reasons, scene.catalog, scene.wording)]
    if item.item_id not in scene.slate:
        lower = _why_lower(scene, item, own, texts)
        return together([lower, *await _behind(scene, own, memory)], scene.turn.language)
    if not texts:
        return scene.say("utter_why_plain", title=item.title)
    return scene.say("utter_why", title=item.title, reasons=scene.label("utter_reason_joint").join(texts))


def _why_lower(scene: Scene, item: Item, own: Standing, texts: Sequence[str]) -> Said:
    """Why an item that fits was not in the list: its place, else what speaks for it."""
    if own.rank is not None:
        return scene.say("utter_why_lower_ranked", title=item.title, rank=own.rank, of=own.of)
    if not texts:
        return scene.say("utter_why_lower_plain", title=item.title)
    return scene.say("utter_why_lower", title=item.title, reasons=scene.label("utter_reason_joint").join(texts))


async def _behind(scene: Scene, own: Standing, memory: Memory) -> list[Said]:
    """The signal that puts the item behind the first of the list, when the ranker tells."""
    first = next((item_id for item_id in scene.slate if item_id in scene.catalog), None)
    if first is None or not own.contributions:
        return []
    signal = own.behind(await standing(scene, scene.catalog[first], memory))
    return [] if signal is None else [scene.say(f"utter_why_behind_{signal}", other=scene.catalog[first].title)]


def _past(scene: Scene, item: Item, memory: Memory) -> str | None:
    """The response for what is already between the person and the item."""
    if scene.need.for_whom == SELF:
        kind = next((past.kind for past in scene.history if past.item_id == item.item_id), None)
        if kind is not None:
            return f"utter_why_not_{kind}"
    if item.item_id in scene.need.unlike:
        return "utter_why_not_dislike"
    if item.item_id in scene.need.like:
        return "utter_why_not_like"
    return "utter_why_not_shown" if item.item_id in memory.shown else None


class ActionExplain(Action):
    """Explains."""

    def name(self) -> str:
        return "action_explain"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_explain, dispatcher, tracker, domain)
