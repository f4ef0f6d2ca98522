"""Skill: like, dislike, seen it: by words, by place in the list, or by button; acts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answering import spoken_of
from actions.change import Told, told
from actions.compare import scene_items
from actions.rating import rating_in
from actions.recommendation import beyond, recommend
from actions.respond import respond
from actions.scene import Scene
from actions.slate import Choice
from actions.wishes import number, payload
from actions.wording import Said
from data.catalog import Catalog
from data.need import Change
from data.store import Feedback

KINDS = ("like", "dislike", "seen")
RATING = ("rate", "like", "dislike")
"""Intents whose words may hold a rating."""
GOOD, POOR = 4.0, 2.0
"""From where a rating counts as a like, and down to where as a dislike."""


async def answer_feedback(scene: Scene) -> list[Said]:
    """Says what was noted, and goes on with a list that already heeds it."""
    if scene.turn.payload:
        pressed = of_button(scene.turn.payload, scene.catalog)
        if pressed is None:
            return [scene.say("utter_feedback_unknown_item")]
        return await recommend(scene, pressed, _noted(scene, pressed))
    said = told(scene.turn, scene.need, scene.slate, scene.catalog)
    if (answered := await _answer_rating(scene)) is not None:
        return answered
    if said.feedback:
        return await recommend(scene, said, _noted(scene, said))
    if said.beyond:
        return [beyond(scene)]
    if not said.is_empty:
        return await recommend(scene, said)
    return await _about_the_list(scene, said)


async def _answer_rating(scene: Scene) -> list[Said] | None:
    """The answer to a rating in words; None when the turn gives none."""
    if scene.turn.intent not in RATING:
        return None
    item_ids = scene_items(scene) or (spoken_of(scene) if scene.turn.intent == "rate" else [])
    titles = [scene.catalog[item_id].title for item_id in item_ids]
    rating = rating_in(scene.turn.text, titles, is_bare=scene.turn.intent == "rate")
    if rating is not None and item_ids:
        said = rated(item_ids, rating)
        return await recommend(scene, said, _noted(scene, said))
    if scene.turn.intent != "rate":
        return None
    if not item_ids:
        return [scene.say("utter_feedback_which_title")]
    return [scene.say("utter_rate_how", _stars(scene, item_ids[0]), title=titles[0])]


def _stars(scene: Scene, item_id: str) -> list[Choice]:
    return [
        {
            "title": scene.label("utter_button_stars", count=count),
            "payload": payload("feedback", kind="rating", item_id=item_id, value=count),
        }
        for count in range(1, 6)
    ]


def rated(item_ids: Sequence[str], rating: float) -> Told:
    """A rating as feedback; a high or a low one also steers the need."""
    change = Change(like=tuple(item_ids) if rating >= GOOD else (), unlike=tuple(item_ids) if rating <= POOR else ())
    return Told(change, tuple(Feedback("rating", item_id, rating) for item_id in item_ids))


def of_button(button: Mapping[str, Any], catalog: Catalog) -> Told | None:
    """What a feedback button tells; None when it names no item of the catalog or no kind of feedback."""
    kind, item_id = button.get("kind"), str(button.get("item_id"))
    if item_id not in catalog:
        return None
    if kind == "rating":
        value = button.get("value")
        return rated((item_id,), float(value)) if isinstance(value, (int, float)) and 1 <= value <= 5 else None
    if kind not in KINDS:
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
    for one in said.feedback:
        if one.rating is not None:
            level = "high" if one.rating >= GOOD else "low" if one.rating <= POOR else "middle"
            title = scene.catalog[one.item_id].title
            noted.append(scene.say(f"utter_noted_rating_{level}", title=title, rating=number(one.rating)))
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
