"""What a turn is before its skill answers it: perhaps a button chosen in words, or a title that must be asked about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from actions.fallback import MEANINGS, PRESSED
from actions.resources import Resources
from actions.respond import Answer
from actions.scene import Scene, open_scene
from actions.spoken_choice import spoken_choice
from actions.which_title import answer_which_title, is_title_open, settled


async def heard(
    tracker: Tracker, answer: Answer, responses: Mapping[str, Any], resources: Resources
) -> tuple[Scene, Answer]:
    """The scene, and the skill that the turn is really for where that is not the one its intent led to."""
    is_form = bool((tracker.active_loop or {}).get("name"))  # a form takes its answers itself
    chosen = None if is_form else spoken_choice(tracker.latest_message.get("text") or "", tracker.events)
    intent = chosen[1:].split("{")[0] if chosen else ""
    if intent in PRESSED:
        return await open_scene(tracker, responses, resources, chosen), PRESSED[intent]
    scene = await open_scene(tracker, responses, resources)
    if scene.turn.intent not in MEANINGS:
        return scene, answer
    return (scene, answer_which_title) if is_title_open(scene) else (settled(scene), answer)
