"""What the console is told as it happens: the queue, and what is said in the handoff that is open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp_sse import sse_response

from bot.channels.console.login import agent_of
from bot.channels.console.view import packet_view, queue_entry
from bot.channels.keys import LISTENERS, STORE
from bot.channels.requests import number_of
from bot.channels.web.events import Event
from data.store import Agent, Store

HEARTBEAT_S = 10.0
LOOK_AGAIN_S = 2.0
"""How often the store is looked at without being woken: another process asks for a human there."""


class Watchers:
    """Open consoles, woken by every change of every conversation."""

    def __init__(self) -> None:
        self._open: set[asyncio.Event] = set()
        self.is_closed = False

    def wake(self, conversation_id: str = "") -> None:
        """Says that something changed."""
        for event in self._open:
            event.set()

    def close(self) -> None:
        """Ends the streams."""
        self.is_closed = True
        self.wake()

    async def wait(self, event: asyncio.Event) -> None:
        """Returns when something changed, or after LOOK_AGAIN_S."""
        try:
            async with asyncio.timeout(LOOK_AGAIN_S):
                await event.wait()
        except TimeoutError:
            pass
        event.clear()

    def watch(self) -> asyncio.Event:
        """An event that is set by changes until `unwatch`."""
        event = asyncio.Event()
        self._open.add(event)
        return event

    def unwatch(self, event: asyncio.Event) -> None:
        """Forgets the event."""
        self._open.discard(event)


WATCHERS = web.AppKey("watchers", Watchers)


async def stream(request: web.Request, agent: Agent) -> web.StreamResponse:
    """Events `queue`, and for the handoff `open`: `handoff`, `message` after message `after`, `typing`."""
    after = number_of(request.query.get("after", "0"), "query.after")
    watchers = request.app[WATCHERS]
    event = watchers.watch()
    try:
        async with sse_response(request, sep="\n", ping_interval=HEARTBEAT_S) as response:
            try:
                async for told in _told(request, request.query.get("open", ""), after, event):
                    if told:
                        await response.send(told.data, event=told.name, id=told.id)
                    elif not response.is_connected():
                        break
            except (ConnectionResetError, TimeoutError):  # the console left
                pass
            return response
    finally:
        watchers.unwatch(event)


async def _told(request: web.Request, handoff_id: str, after: int, event: asyncio.Event) -> AsyncIterator[Event | None]:
    """Events, and None after each wait; ends with the session of the colleague."""
    watchers, store, listeners = request.app[WATCHERS], request.app[STORE], request.app[LISTENERS]
    told: dict[str, str] = {}
    while not watchers.is_closed and await agent_of(request):
        states = {"queue": await asyncio.to_thread(_queue, store)}
        handoff = await asyncio.to_thread(store.handoffs.find, handoff_id) if handoff_id else None
        if handoff:
            for message in await asyncio.to_thread(store.messages, handoff.conversation_id, after):
                yield Event("message", json.dumps(message.as_dict()), str(message.seq))
                after = message.seq
            notes = await asyncio.to_thread(store.handoffs.notes, handoff_id)
            states["handoff"] = json.dumps(packet_view(handoff, notes))
            states["typing"] = json.dumps({"typing": listeners.is_person_typing(handoff.conversation_id)})
        for name, data in states.items():
            if told.get(name) != data:
                yield Event(name, data)
                told[name] = data
        await watchers.wait(event)
        yield None


def _queue(store: Store) -> str:
    return json.dumps([queue_entry(handoff) for handoff in store.handoffs.active()])
