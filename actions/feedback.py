"""Skill: like, dislike, seen it: by words, by place in the list, or by button; acts at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.change import Told, told
from actions.recommendation import beyond, recommend
from actions.respond import respond
from actions.scene import Scene
from actions.wishes import payload
from actions.wording import Said
from data.catalog import Catalog
from data.need import Change
from data.store import Feedback

KINDS = ("like", "dislike", "seen")


async def answer_feedback(scene: Scene) -> list[Said]:
    """Says what was noted, and goes on with a list that already heeds it."""
    if scene.turn.payload:
        pressed = of_button(scene.turn.payload, scene.catalog)
        if pressed is None:
            return [scene.say("utter_feedback_unknown_item")]
        return await recommend(scene, pressed, _noted(scene, pressed))
    said = told(scene.turn, scene.need, scene.slate, scene.catalog)
    if said.feedback:
        return await recommend(scene, said, _noted(scene, said))
    if said.beyond:
        return [beyond(scene)]
    if not said.is_empty:
        return await recommend(scene, said)
    return await _about_the_list(scene, said)


def of_button(button: Mapping[str, Any], catalog: Catalog) -> Told | None:
    """What a feedback button tells; None when it names no item of the catalog or no kind of feedback."""
    kind, item_id = button.get("kind"), str(button.get("item_id"))
    if kind not in KINDS or item_id not in catalog:
        return None
    change = Change(like=(item_id,) if kind == "like" else (), unlike=(item_id,) if kind == "dislike" else ())
    return Told(change, (Feedback(str(kind), item_id),))


def _noted(scene: Scene, said: Told) -> list[Said]:
    """An acknowledgement for each kind of feedback that the turn gave."""
    noted = []
    for kind in KINDS:
        titles = [
            scene.label("utter_title", title=scene.catalog[f.item_id].title) for f in said.feedback if f.kind == kind
        ]
        if titles:
            noted.append(scene.say(f"utter_noted_{kind}", titles=scene.wording.joined(titles)))
    return noted


async def _about_the_list(scene: Scene, said: Told) -> list[Said]:
    """Feedback without an item: on a list, "none of these" and "seen them all" ask for others; a like asks which."""
    if not scene.slate:
        return [scene.say("utter_feedback_which_title")]
    if scene.turn.intent == "seen":
        seen = tuple(Feedback("seen", item_id) for item_id in scene.slate)
        return await recommend(scene, Told(Change(), seen), [scene.say("utter_noted_seen_all")], wants_new=True)
    if scene.turn.intent == "dislike":
        return await recommend(scene, said, [scene.say("utter_noted_none")], wants_new=True)
    buttons = [
        {"title": scene.catalog[item_id].title, "payload": payload("feedback", kind="like", item_id=item_id)}
        for item_id in scene.slate
        if item_id in scene.catalog
    ]
    return [scene.say("utter_feedback_which", buttons)]


class ActionFeedback(Action):
    """Takes feedback."""

    def name(self) -> str:
        return "action_feedback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return await respond(answer_feedback, dispatcher, tracker, domain)
