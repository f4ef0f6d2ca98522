"""Skill: what the bot knows about the person: wishes of now and the long-term record, each with a way to drop it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.respond import respond
from actions.scene import Scene
from actions.slate import Choice, choices_message, simple_choices
from actions.wishes import in_one_line, number, payload
from actions.wording import Said, together
from data.need import SELF
from data.store import StoredInteraction

KINDS = ("like", "rating", "chosen", "dislike", "seen")
"""Kinds of interactions in the order in which they are told."""
NAMED = 5
"""Titles named of each kind, the latest; the rest are counted."""
BUTTONS = 5
"""Items offered to be forgotten."""


async def answer_about_me(scene: Scene) -> list[Said]:
    """The wishes of this conversation, then what is kept beyond it."""
    others = [whom for whom in scene.profiles if whom != SELF]
    said = [*_wishes(scene), *_history(scene), *(_of_other(scene, whom) for whom in others)]
    if not said:
        return [scene.say("utter_about_nothing", simple_choices(scene.wording, "recommend", "help"))]
    choices = [*forget_choices(scene), *simple_choices(scene.wording, "more" if scene.slate else "recommend")]
    custom = choices_message(choices, scene.need, scene.catalog, scene.wording)
    return [together([*said, scene.say("utter_about_hint")], scene.turn.language, custom)]


def _wishes(scene: Scene) -> list[Said]:
    wishes = in_one_line(scene.need, scene.catalog, scene.wording)
    said = [scene.say("utter_about_wishes", wishes=wishes)] if wishes else []
    if scene.need.for_whom != SELF:
        said.append(scene.say("utter_about_whom", whom=scene.need.for_whom))
    return said


def _history(scene: Scene) -> list[Said]:
    facts = _facts(scene, SELF, "utter_about_")
    return [scene.say("utter_about_history", facts=scene.label("utter_way_joint").join(facts))] if facts else []


def _of_other(scene: Scene, whom: str) -> Said:
    facts = _facts(scene, whom, "utter_about_they_")
    return scene.say("utter_about_other", whom=whom, facts=scene.label("utter_way_joint").join(facts))


def _facts(scene: Scene, whom: str, label: str) -> list[str]:
    """What is on record about somebody, one text for each kind, worded by the responses that begin with `label`."""
    facts = []
    for kind in KINDS:
        titles = [_named(scene, past) for past in reversed(known(scene, whom)) if past.kind == kind]
        if titles:
            named = scene.wording.joined(titles[:NAMED])
            if len(titles) > NAMED:
                joined = scene.label("utter_comma").join(titles[:NAMED])
                named = scene.label("utter_about_more", titles=joined, count=len(titles) - NAMED)
            facts.append(scene.label(f"{label}{kind}", titles=named))
    return facts


def known(scene: Scene, whom: str | None = None) -> list[StoredInteraction]:
    """The record with items that the catalog still has, oldest first: of everybody, or of one."""
    profiles = scene.profiles.values() if whom is None else [scene.profiles.get(whom, ())]
    return [past for profile in profiles for past in profile if past.item_id in scene.catalog]


def _named(scene: Scene, past: StoredInteraction) -> str:
    title = scene.catalog[past.item_id].title
    if past.rating is not None:
        return scene.label("utter_about_rated", title=title, rating=number(past.rating))
    return scene.label("utter_title", title=title)


def forget_choices(scene: Scene) -> list[Choice]:
    """A button for each of the latest items on record."""
    latest = list(reversed(known(scene)))[:BUTTONS]
    return [forget_choice(scene, past.item_id) for past in latest]


def forget_choice(scene: Scene, item_id: str) -> Choice:
    """The button that makes the bot forget all about one item."""
    title = scene.label("utter_button_forget", title=scene.catalog[item_id].title)
    return {"title": title, "payload": payload("forget", item_id=item_id, pack=scene.pack.name)}


class ActionAboutMe(Action):
    """Tells what is known."""

    def name(self) -> str:
        return "action_about_me"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_about_me, dispatcher, tracker, domain)
