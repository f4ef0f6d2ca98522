"""Skill: two or three items side by side, with a verdict against the present need."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import told
from actions.facts import fact, value_words
from actions.recommendation import beyond
from actions.relative import at_position
from actions.respond import respond
from actions.scene import Scene
from actions.slate import need_with_chips, simple_choices
from actions.standing import Standing, memory_of, standing
from actions.wishes import facet_name, in_one_line, names_of, payload
from actions.wording import Said, together
from data.catalog import Item
from data.need import Constraint

MOST = 3
PAIR = 2


async def answer_compare(scene: Scene) -> list[Said]:
    """A table of the items named, else of the first two of the list; asks when it cannot tell which are meant."""
    said = told(scene.turn, scene.need, scene.slate, scene.catalog)
    named = [*scene_items(scene), *numbered(scene)]
    item_ids = list(dict.fromkeys(named))
    if said.beyond and len(item_ids) < PAIR:
        return [beyond(scene)]
    if len(item_ids) < PAIR and (foreign := named_elsewhere(scene)):
        title = scene.catalog[item_ids[0]].title if item_ids else foreign[-1]
        if foreign[0] != title:
            return [scene.say("utter_compare_foreign", title=title, other=foreign[0])]
    if len(item_ids) == 1:
        return [scene.say("utter_compare_one", _partners(scene, item_ids), title=scene.catalog[item_ids[0]].title)]
    if not item_ids:
        item_ids = [item_id for item_id in scene.slate if item_id in scene.catalog][:PAIR]
    if len(item_ids) < PAIR:
        return [scene.say("utter_compare_which")]
    return [await compared(scene, [scene.catalog[item_id] for item_id in item_ids])]


def scene_items(scene: Scene) -> list[str]:
    """The items that the turn names by title or place, in the order of a button's or the reading's."""
    pressed = [str(item_id) for item_id in scene.turn.payload.get("item_ids") or ()]
    named = [item.item_id for item in scene.turn.reading.items]
    places = [at_position(position.index, scene.slate) for position in scene.turn.reading.positions]
    found = [*pressed, *named, *(place for place in places if place is not None)]
    return [item_id for item_id in found if item_id in scene.catalog]


def numbered(scene: Scene) -> list[str]:
    """The items of the list that bare numbers point at: "compare 1 and 3"."""
    if scene.turn.is_button or scene.turn.reading.items or scene.turn.reading.positions:
        return []
    places = [at_position(int(digits), scene.slate) for digits in re.findall(r"(?<!\d)\d{1,2}(?!\d)", scene.turn.text)]
    return [place for place in places if place is not None and place in scene.catalog]


def named_elsewhere(scene: Scene) -> list[str]:
    """Titles of other packs that stand in the text."""
    text = scene.turn.text.casefold()
    found = []
    for name in scene.resources.settings.packs:
        if name == scene.pack.name:
            continue
        for item in scene.resources.catalog(name).items:
            if any(_stands_in(title, text) for title in (item.title, *item.aliases)):
                found.append(item.title)
    return found


def _stands_in(title: str, text: str) -> bool:
    folded = title.casefold()
    edge = r"\b" if folded.isascii() else ""
    return folded in text and re.search(f"{edge}{re.escape(folded)}{edge}", text) is not None


def _partners(scene: Scene, item_ids: Sequence[str]) -> list[dict[str, str]]:
    """A button for each item of the list that the one named can be compared with."""
    others = [i for i in scene.slate if i in scene.catalog and i not in item_ids]
    return [
        {"title": scene.catalog[other].title, "payload": payload("compare", item_ids=[*item_ids, other])}
        for other in others
    ]


async def compared(scene: Scene, items: Sequence[Item]) -> Said:
    """The table with what it says for the present need."""
    opening = [scene.say("utter_compare_too_many")] if len(items) > MOST else []
    items = items[:MOST]
    texts = [*opening, scene.say("utter_compare"), *await verdict(scene, items)]
    custom = {
        "type": "compare",
        "compare": {
            "items": [{"item_id": item.item_id, "title": item.title} for item in items],
            "rows": rows(scene, items),
        },
        "choices": _takes(scene, items) + (simple_choices(scene.wording, "more") if scene.slate else []),
        "need": need_with_chips(scene.need, scene.catalog, scene.wording),
    }
    return together(texts, scene.turn.language, custom)


def _takes(scene: Scene, items: Sequence[Item]) -> list[dict[str, str]]:
    """Buttons that choose one of the items."""
    return [
        {
            "title": scene.label("utter_button_choose_title", title=item.title),
            "payload": payload("choose", item_id=item.item_id, pack=scene.pack.name),
        }
        for item in items
    ]


def rows(scene: Scene, items: Sequence[Item]) -> list[dict[str, Any]]:
    """A row for each facet that a card shows and that one of the items has; `differs` where they are not alike."""
    found = []
    for facet in scene.pack.facets.values():
        values = [item.facets.get(facet.name) for item in items]
        if not facet.display or all(value is None for value in values):
            continue
        alike = [frozenset(value) if isinstance(value, tuple) else value for value in values]
        words = [value_words(scene, item, facet) or None for item in items]
        label = facet_name(facet, scene.turn.language)
        found.append({"facet": facet.name, "label": label, "values": words, "differs": len(set(alike)) > 1})
    return found


async def verdict(scene: Scene, items: Sequence[Item]) -> list[Said]:
    """Which of the items serves the need best: by the wishes that they meet, else by where they rank."""
    missed = [tuple(c for c in scene.need.constraints if not met(item, c, scene)) for item in items]
    fewest = min(map(len, missed))
    best = [number for number, misses in enumerate(missed) if len(misses) == fewest]
    if len(best) == len(items):
        return await _by_rank(scene, items) if fewest == 0 else [await _closest(scene, items)]
    title = items[best[0]].title
    if fewest == 0 and len(best) == 1:
        wishes = in_one_line(scene.need, scene.catalog, scene.wording)
        said = [scene.say("utter_compare_fits", title=title, wishes=wishes)]
    elif len(best) == 1:
        said = [scene.say("utter_compare_closest", title=title)]
    else:
        said = await _by_rank(scene, [items[number] for number in best])
    return [*said, *(_short(scene, items[n], missed[n]) for n in range(len(items)) if n not in best)]


def met(item: Item, constraint: Constraint, scene: Scene) -> bool:
    """Whether the item meets the wish, of alternatives any one."""
    if constraint.group is None:
        return item.meets(constraint)
    return any(item.meets(c) for c in scene.need.constraints if c.group == constraint.group)


def _short(scene: Scene, item: Item, missed: Sequence[Constraint]) -> Said:
    facts = [fact(scene, item, name) for name in dict.fromkeys(c.facet for c in missed)]
    wishes = scene.wording.joined(names_of(missed, scene.pack, scene.wording))
    return scene.say("utter_compare_falls_short", title=item.title, wishes=wishes, facts=scene.wording.joined(facts))


async def _closest(scene: Scene, items: Sequence[Item]) -> Said:
    """Of items that miss equally many wishes, the one that ranks highest."""
    places = await _places(scene, items)
    first = min(range(len(items)), key=lambda number: places[number].rank or 0)
    return scene.say("utter_compare_closest", title=items[first].title)


async def _by_rank(scene: Scene, items: Sequence[Item]) -> list[Said]:
    """Of items that meet every wish, the one that the ranker puts first; nothing is claimed where it knows nothing."""
    wishes = in_one_line(scene.need, scene.catalog, scene.wording)
    has_taste = any(past.kind != "seen" for past in scene.history)
    if not wishes and not has_taste:
        return [scene.say("utter_compare_no_need")]
    places = await _places(scene, items)
    titles = scene.wording.joined([scene.label("utter_title", title=item.title) for item in items])
    ranks = [place.rank for place in places]
    if None in ranks or len(set(ranks)) < len(ranks):
        return [scene.say("utter_compare_even", titles=titles)]
    first = min(range(len(items)), key=lambda number: places[number].rank or 0)
    name = "utter_compare_ranked" if wishes else "utter_compare_ranked_plain"
    facts: dict[str, Any] = {"title": items[first].title, "rank": places[first].rank, "of": places[first].of}
    return [scene.say(name, titles=titles, wishes=wishes, **facts)]


async def _places(scene: Scene, items: Sequence[Item]) -> list[Standing]:
    memory = await memory_of(scene)
    return list(await asyncio.gather(*(standing(scene, item, memory) for item in items)))


class ActionCompare(Action):
    """Compares."""

    def name(self) -> str:
        return "action_compare"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_compare, dispatcher, tracker, domain)
