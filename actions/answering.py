"""Answers to questions about items, read from the catalog: one facet, whether it is something, or all there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.facts import fact, known_facts
from actions.questions import Question, points_back
from actions.reading import Reading
from actions.relative import at_position
from actions.scene import Scene
from actions.slate import Choice, choices_message, simple_choices
from actions.turn import read_payload
from actions.wishes import payload
from actions.wording import Said, together
from data.catalog import Item

ASKED = 3
"""Items that one question is answered for."""
BACK = 3
"""Turns in which an item that "it" means may have been named."""


def answer_question(scene: Scene, question: Question, asked: Sequence[str]) -> list[Said]:
    """What the catalog says of the items `asked`, or of the one talked about before; asks which when that is open."""
    item_ids = list(asked[:ASKED]) or spoken_of(scene)
    if not item_ids:
        return [scene.say("utter_question_which", _which(scene))]
    said = [_answer(scene, question, scene.catalog[item_id]) for item_id in item_ids]
    choices = simple_choices(scene.wording, "more") if scene.slate else []
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    return [together(said, scene.turn.language, custom if choices else None)]


def spoken_of(scene: Scene) -> list[str]:
    """The item that "it" means: the one asked about in the turns before, else the first of the list."""
    if not points_back(scene.turn.text):
        return []
    said = [event for event in reversed(scene.events) if event.get("event") == "user"][1 : BACK + 1]
    for event in said:
        named = [item_id for item_id in _named(event, scene) if item_id in scene.catalog]
        if named:
            return named[:1]
    return [item_id for item_id in scene.slate[:1] if item_id in scene.catalog]


def _named(event: Mapping[str, Any], scene: Scene) -> list[str]:
    """item_ids that an earlier message asked about, by its words or its button."""
    text = event.get("text") or ""
    if text.startswith("/explain"):
        return [str(read_payload(text).get("item_id"))]
    reading = Reading.from_dict((event.get("parse_data") or {}).get("reading"))
    items = [item.item_id for item in reading.items if item.role == "about"]
    places = [at_position(position.index, scene.slate) for position in reading.positions if position.role == "about"]
    return [*items, *(place for place in places if place is not None)]


def _answer(scene: Scene, question: Question, item: Item) -> Said:
    if question.values:
        return _is_it(scene, question, item)
    known = known_facts(scene, item)
    if question.is_unknown or (question.is_general and not known):
        name = "utter_question_unknown" if known else "utter_question_nothing"
        return scene.say(name, title=item.title, facts=scene.wording.joined(known))
    facts = known if question.is_general else [fact(scene, item, facet.name) for facet in question.facets]
    return scene.say("utter_question_facts", title=item.title, facts=scene.wording.joined(facts))


def _is_it(scene: Scene, question: Question, item: Item) -> Said:
    """Yes, no, or that nobody knows, with what the catalog says of the facets asked about."""
    names = list(dict.fromkeys([c.facet for c in question.values] + [facet.name for facet in question.facets]))
    facts = scene.wording.joined([fact(scene, item, name) for name in names])
    if any(item.facets.get(c.facet) is None for c in question.values):
        return scene.say("utter_question_facts", title=item.title, facts=facts)
    is_so = all(item.meets(c) for c in question.values)
    return scene.say("utter_question_yes" if is_so else "utter_question_no", title=item.title, facts=facts)


def _which(scene: Scene) -> list[Choice]:
    """A button for each item of the list."""
    shown = [scene.catalog[item_id] for item_id in scene.slate if item_id in scene.catalog]
    return [{"title": item.title, "payload": payload("explain", item_id=item.item_id)} for item in shown]
