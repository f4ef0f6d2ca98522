"""Which of the served packs a turn is about, and the question when that is open."""

from __future__ import annotations

import dataclasses

from actions.resources import Resources
from actions.scene import Scene
from actions.slate import Choice
from actions.turn import WHICH_PACK
from actions.wishes import payload, sentence_case
from actions.wording import Said

TIMES_ASKED = 2
"""After so many questions without an answer the first pack is assumed."""


def must_ask_which(scene: Scene) -> bool:
    """True when the pack is open and asking has not been in vain before."""
    return scene.is_pack_open and scene.wording.used.get(WHICH_PACK, 0) < TIMES_ASKED


def which_pack(scene: Scene) -> list[Said]:
    """Asks what is wanted, with a button for each pack that does with it what was said."""
    return [scene.say(WHICH_PACK, [_choice(scene, name) for name in scene.resources.settings.packs])]


def _choice(scene: Scene, pack: str) -> Choice:
    about = {"message": scene.turn.message_id} if scene.turn.message_id else {}
    return {
        "title": sentence_case(in_pack(scene, pack).nouns["items"]),
        "payload": payload("clarified", meant="recommend", pack=pack, **about),
    }


def in_pack(scene: Scene, pack: str) -> Scene:
    """The same scene as far as words go, about `pack`."""
    return dataclasses.replace(scene, catalog=scene.resources.catalog(pack), is_pack_open=False)


def each_pack(scene: Scene) -> list[Scene]:
    """The scene for each pack that it may be about."""
    resources: Resources = scene.resources
    return [in_pack(scene, name) for name in resources.settings.packs] if scene.is_pack_open else [scene]
