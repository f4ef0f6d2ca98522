"""Skill: forgetting for ever: an item, a wish, or all; it leaves the record and every version of the need."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import without
from actions.compare import scene_items
from actions.ledger import forget_choice, known
from actions.reading import Reading
from actions.respond import respond
from actions.scene import Scene
from actions.slate import Choice, choices_message, simple_choices
from actions.wishes import in_one_line, names_of, payload
from actions.wording import Said, together
from data.need import Constraint, Need
from data.pack import LANGUAGES, Pack

OFFERED = 3
"""Liked items of a kind that is to be forgotten, offered to be forgotten as well."""


async def answer_forget(scene: Scene) -> list[Said]:
    """Forgets what is named and on record; asks before it forgets everything."""
    button = scene.turn.payload
    if button.get("all") is True:
        return [await _forget_all(scene)]
    items = [str(button["item_id"])] if "item_id" in button else scene_items(scene)
    items = [item_id for item_id in dict.fromkeys(items) if item_id in scene.catalog]
    values = {(c.facet, str(c.value)) for c in scene.turn.reading.constraints if c.facet in scene.pack.facets}
    if not items and not values:
        return [_confirm(scene)]
    return [await _forget(scene, items, values)]


def _confirm(scene: Scene) -> Said:
    """Asks before everything goes."""
    if not scene.profiles and not in_one_line(scene.need, scene.catalog, scene.wording):
        return scene.say("utter_about_nothing", simple_choices(scene.wording, "recommend", "help"))
    yes = {"title": scene.label("utter_button_forget_all"), "payload": payload("forget", all=True)}
    no = {"title": scene.label("utter_button_keep"), "payload": payload("about_me")}
    return scene.say("utter_forget_confirm", [yes, no])


async def _forget_all(scene: Scene) -> Said:
    def blank(need: Need) -> Need:
        return Need(need.pack, need.version)

    for pack in scene.resources.settings.packs:
        await asyncio.to_thread(scene.resources.store.forget, scene.user_id, pack, None, blank)
    scene = dataclasses.replace(scene, need=blank(scene.need), history=(), profiles={})
    return _with_choices(scene, [scene.say("utter_forgotten_all")], simple_choices(scene.wording, "recommend"))


async def _forget(scene: Scene, items: Sequence[str], values: set[tuple[str, str]]) -> Said:
    """Forgets these items and wishes; items on record of a kind that is forgotten are offered too."""
    on_record = {past.item_id for past in known(scene)}
    versions = await asyncio.to_thread(scene.resources.store.versions, scene.conversation_id, scene.pack.name)
    wishes = [c for version in versions for c in version.need.constraints if (c.facet, str(c.value)) in values]
    wishes = list({(c.facet, str(c.value)): c for c in wishes}.values())
    named = {i for version in versions for i in (*version.need.like, *version.need.unlike)} | on_record
    gone = [item_id for item_id in items if item_id in named]
    offers = [forget_choice(scene, item_id) for item_id in _of_kind(scene, values)]
    if not gone and not wishes:
        return _with_choices(scene, [scene.say("utter_forget_nothing")], offers)
    change = rewriting(gone, values, scene.said_before(), scene.pack)
    await asyncio.to_thread(scene.resources.store.forget, scene.user_id, scene.pack.name, gone, change)
    scene = dataclasses.replace(scene, need=change(scene.need))
    things = [scene.label("utter_title", title=scene.catalog[item_id].title) for item_id in gone]
    things += names_of(wishes, scene.pack, scene.wording)
    said = scene.say("utter_forgotten", things=scene.wording.joined(things))
    return _with_choices(
        scene, [said], [*offers, *simple_choices(scene.wording, "more" if scene.slate else "recommend")]
    )


def rewriting(
    items: Sequence[str], values: set[tuple[str, str]], said: Sequence[tuple[str, Reading]], pack: Pack
) -> Callable[[Need], Need]:
    """What makes a need one that never held these items and wishes, nor the words for them."""

    def change(need: Need) -> Need:
        gone = [c for c in need.constraints if (c.facet, str(c.value)) in values]
        need = without(need, gone, said) if gone else need
        return dataclasses.replace(
            need,
            text=_without_names(need.text, gone, pack),
            constraints=tuple(c for c in need.constraints if c not in gone),
            like=tuple(item_id for item_id in need.like if item_id not in items),
            unlike=tuple(item_id for item_id in need.unlike if item_id not in items),
        )

    return change


def _without_names(text: str, gone: Sequence[Constraint], pack: Pack) -> str:
    """`text` without what the values are called: earlier conversations no longer tell which words meant them."""
    for constraint in gone:
        for language in LANGUAGES:
            name = pack.facets[constraint.facet].value_label(constraint.value, language)
            text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    return " ".join(text.split()).strip(" ,，") if gone else text


def _of_kind(scene: Scene, values: set[tuple[str, str]]) -> list[str]:
    """Items on record that have one of these values, the latest first."""
    wanted = [Constraint(facet, "is", value) for facet, value in values]
    found = [
        past.item_id for past in reversed(known(scene)) if any(scene.catalog[past.item_id].meets(c) for c in wanted)
    ]
    return found[:OFFERED]


def _with_choices(scene: Scene, said: Sequence[Said], choices: Sequence[Choice]) -> Said:
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    return together(said, scene.turn.language, custom)


class ActionForget(Action):
    """Forgets."""

    def name(self) -> str:
        return "action_forget"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_forget, dispatcher, tracker, domain)
