"""Server-sent events of the web channel: every message once and in order, from where the client left off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web
from aiohttp_sse import sse_response

from bot.channels.keys import LISTENERS, STORE
from bot.channels.listeners import Listener
from bot.channels.requests import conversation_of, json_body, number_of
from data.store import Conversation, Store

HEARTBEAT_S = 15.0
BOT = json.dumps({"owner": "bot", "agent": None})
"""Who answers when a stream says nothing about it."""


@dataclass(frozen=True)
class Event:
    """One event; typing events have no id, so that resuming starts after the last message."""

    name: str
    data: str
    id: str | None = None


async def stream(request: web.Request) -> web.StreamResponse:
    """Messages after `after` (or Last-Event-ID, which a reconnecting client sends), then what is said from now on."""
    conversation = await conversation_of(request)
    after = _start(request)
    listeners = request.app[LISTENERS]
    with listeners.listening(conversation.conversation_id) as listener:
        async with sse_response(request, sep="\n", ping_interval=HEARTBEAT_S) as response:
            try:
                async for event in _events(request.app, conversation, listener, after):
                    if event:
                        await response.send(event.data, event=event.name, id=event.id)
                    elif not response.is_connected():
                        break
            except (ConnectionResetError, TimeoutError):  # the client left; it resumes where it was
                pass
            return response


async def typing(request: web.Request) -> web.Response:
    """The person writes, or has stopped: a colleague who has the conversation sees it."""
    conversation = await conversation_of(request)
    body = await json_body(request)
    request.app[LISTENERS].set_person_typing(conversation.conversation_id, body.get("typing") is True)
    return web.json_response({})


def _start(request: web.Request) -> int:
    last = request.headers.get("Last-Event-ID")
    if last:
        return number_of(last, "header.Last-Event-ID")
    return number_of(request.query.get("after", "0"), "query.after")


async def _events(
    app: web.Application, conversation: Conversation, listener: Listener, after: int
) -> AsyncIterator[Event | None]:
    """Events, and None after each wait, when the client may have left.

    Whether the bot types is read before the messages are: when it no longer does, its answer is among them.
    """
    was_typing, told_owner = False, BOT
    while not listener.is_closed:
        listener.changed.clear()
        is_typing = app[LISTENERS].is_typing(conversation.conversation_id)
        for message in await asyncio.to_thread(app[STORE].messages, conversation.conversation_id, after):
            yield Event("message", json.dumps(message.as_dict()), str(message.seq))
            after = message.seq
        if (owner := await asyncio.to_thread(_owner, app[STORE], conversation.conversation_id)) != told_owner:
            yield Event("owner", owner)
            told_owner = owner
        if is_typing != was_typing:
            yield Event("typing", json.dumps({"typing": is_typing}))
            was_typing = is_typing
        await listener.wait(HEARTBEAT_S)
        yield None


def _owner(store: Store, conversation_id: str) -> str:
    """Who answers now, as JSON, and the name of the colleague when it is one."""
    conversation = store.conversation(conversation_id)
    owner = conversation.owner if conversation else "bot"
    handoff = store.handoffs.active_of(conversation_id) if owner == "human" else None
    return json.dumps({"owner": owner, "agent": handoff.agent if handoff else None})
