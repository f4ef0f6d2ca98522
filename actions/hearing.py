"""Listening to what was said to a human: wishes, likes and choices count as if they had been said to the bot."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any

from actions.change import WISHING, told
from actions.choose import answer_choose
from actions.memory import keep
from actions.reading import Reading
from actions.scene import Scene
from actions.turn import readings_of


async def listen(scene: Scene) -> tuple[Scene, Mapping[str, Any]]:
    """The scene after all that was said to the human, each message once, and what else the gateway tells of it."""
    about = _about(scene)
    for message in about.get("heard") or ():
        scene = await _hear(scene, message)
    return scene, about


def _about(scene: Scene) -> Mapping[str, Any]:
    """What the gateway says of the human's time, with the message that gives the conversation back."""
    latest = next((event for event in reversed(scene.events) if event.get("event") == "user"), None)
    return (latest or {}).get("metadata") or {}


async def _hear(scene: Scene, message: Mapping[str, Any]) -> Scene:
    """The scene after what was said to the human: wishes, likes and choices count, all else was between them."""
    reading = Reading.from_dict(message.get("reading"))
    turn = dataclasses.replace(
        scene.turn,
        text=str(message.get("text") or ""),
        intent=str((message.get("intent") or {}).get("name") or ""),
        reading=reading,
        readings=readings_of(message),
        payload={},
        message_id=message.get("message_id"),
    ).within(scene.need.pack)
    heard = dataclasses.replace(scene, turn=turn)
    if turn.intent == "choose":
        await answer_choose(heard)
    elif turn.intent in WISHING:
        await asyncio.to_thread(keep, heard, told(turn, scene.need, scene.slate, scene.catalog))
    return await asyncio.to_thread(_afresh, scene)


def _afresh(scene: Scene) -> Scene:
    store, pack = scene.resources.store, scene.need.pack
    version = store.current_version(scene.conversation_id, pack)
    if version is not None:
        scene = dataclasses.replace(scene, need=version.need, begin=version.begin)
    return dataclasses.replace(scene, history=tuple(store.interactions(scene.user_id, pack)))
