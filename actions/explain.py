"""Skill: why this one, and why not that one, from filter and score only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import told
from actions.memory import Memory
from actions.ranker import RankerDown, RankerRefused
from actions.ranking import RankRequest, truthful
from actions.reasons import worded
from actions.recommendation import beyond
from actions.respond import respond
from actions.scene import Scene
from actions.slate import Choice, choices_message, simple_choices
from actions.wishes import bundled, facet_name, key_of, names_of, payload, sentence_case, value_name, ways_round
from actions.wording import Said, together
from data.catalog import Item, eligible
from data.need import SELF, Constraint

LOG = logging.getLogger(__name__)
EXPLAINED = 3
"""Items explained when the whole list is asked about."""


async def answer_explain(scene: Scene) -> list[Said]:
    """The facts about the items asked about, else about the first of the list."""
    said = told(scene.turn, scene.need, scene.slate, scene.catalog)
    pressed = str(scene.turn.payload.get("item_id", ""))
    asked = [pressed] if pressed in scene.catalog else [*said.about, *said.change.like, *said.change.unlike]
    if not asked and said.beyond:
        return [beyond(scene)]
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
    facts = [_fact(scene, item, name) for name in dict.fromkeys(c.facet for c in failed)]
    wishes = scene.wording.joined(names_of(failed, scene.pack, scene.wording))
    return scene.say("utter_why_not", title=item.title, facts=scene.wording.joined(facts), wishes=wishes)


def _fact(scene: Scene, item: Item, name: str) -> str:
    """One facet of the item in words, or that it is not known."""
    facet, language = scene.pack.facets[name], scene.turn.language
    value = item.facets.get(name)
    label = facet_name(facet, language)
    if value is None:
        return scene.label("utter_fact_unknown", label=label)
    values = value if isinstance(value, tuple) else (value,)
    return scene.label(
        "utter_fact", label=label, value=scene.wording.joined([value_name(v, facet, language) for v in values])
    )


def _way_out(scene: Scene, failed: Sequence[Constraint]) -> Choice:
    way = ways_round(failed, scene.pack, scene.wording)
    drop = [key_of(constraint) for constraint in failed]
    return {"title": sentence_case(way), "payload": payload("remove_chip", drop=drop)}


async def _why(scene: Scene, item: Item) -> Said:
    """Why an item that fits stands in the list, or is not in it."""
    memory = await asyncio.to_thread(_memory, scene)
    past = _past(scene, item, memory)
    if past and item.item_id not in scene.slate:
        return scene.say(past, title=item.title)
    explained = await _explanation(scene, item, memory)
    texts = [reason["text"] for reason in worded(explained.reasons, scene.catalog, scene.wording)]
    if item.item_id not in scene.slate:
        return _why_lower(scene, item, explained, texts)
    if not texts:
        return scene.say("utter_why_plain", title=item.title)
    return scene.say("utter_why", title=item.title, reasons=scene.label("utter_reason_joint").join(texts))


def _why_lower(scene: Scene, item: Item, explained: Explanation, texts: Sequence[str]) -> Said:
    """Why an item that fits was not in the list: its place, else what speaks for it."""
    if explained.rank is not None:
        return scene.say("utter_why_lower_ranked", title=item.title, rank=explained.rank, of=explained.of)
    if not texts:
        return scene.say("utter_why_lower_plain", title=item.title)
    return scene.say("utter_why_lower", title=item.title, reasons=scene.label("utter_reason_joint").join(texts))


def _memory(scene: Scene) -> Memory:
    shown = scene.resources.store.shown_items(scene.conversation_id, scene.need.pack, scene.begin)
    return Memory(scene.need, scene.history, tuple(shown))


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


@dataclass(frozen=True)
class Explanation:
    """What speaks for an item, and its place among all that could be shown (None when that is not known)."""

    reasons: tuple[Mapping[str, Any], ...]
    rank: int | None = None
    of: int = 0


async def _explanation(scene: Scene, item: Item, memory: Memory) -> Explanation:
    """The ranker's explanation; without it, the constraints that the item meets."""
    others = tuple(known for known in memory.known if known != item.item_id)
    request = RankRequest(scene.need, memory.taste, others)
    try:
        answer = await scene.resources.ranker.post("/v1/explain", {**request.as_dict(), "item_id": item.item_id})
        return Explanation(truthful(answer["reasons"], memory.taste), int(answer["rank"]), int(answer["of"]))
    except (RankerDown, RankerRefused, KeyError, TypeError, ValueError) as error:
        LOG.warning("explain: %s; explaining by the constraints alone", error)
    met = tuple({"kind": "constraint", **c.as_dict()} for c in scene.need.constraints if item.meets(c))
    return Explanation(met)


class ActionExplain(Action):
    """Explains."""

    def name(self) -> str:
        return "action_explain"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_explain, dispatcher, tracker, domain)
