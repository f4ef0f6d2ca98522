"""Chatwoot as a desk: its API channel shows the conversation, its webhooks bring answers, polling is the backstop."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.handoff.briefing import spoken
from bot.channels.handoff.chatwoot import SIGNATURE, Chatwoot, is_signed
from bot.channels.handoff.forwarder import Forwarder, OutsideError
from bot.channels.handoff.handoffs import Handoffs
from bot.channels.keys import HANDOFFS
from bot.channels.problems import Problem
from data.settings import Settings
from data.store import Handoff, StoredMessage

WEBHOOK = "/chatwoot/events"
BODY_LIMIT = 1024 * 1024
POLL_S = 15.0
OUTGOING, COLLEAGUE = ("outgoing", 1), ("user", "User")
"""As webhooks and as the API say it."""
ENDED = ("resolved", "pending")
"""Statuses with which a colleague gives a conversation back; pending is the bot's in Chatwoot."""


class ChatwootDesk:
    """The desk, and the other side of it as the forwarder speaks to it."""

    def __init__(self, settings: Settings):
        """Raises ValueError for settings that cannot be used."""
        needed = ("chatwoot_url", "chatwoot_token", "chatwoot_inbox", "chatwoot_secret")
        missing = [f"INSTRUCTREC_{name.upper()}" for name in needed if not getattr(settings, name)]
        if missing:
            raise ValueError(f"INSTRUCTREC_HANDOFF_DESK=chatwoot: needs {', '.join(missing)} too")
        self._settings = settings
        self._polled: dict[str, float] = {}

    def add_routes(self, app: web.Application) -> None:
        """Adds the webhook."""
        app.router.add_post(WEBHOOK, self._webhook)

    @asynccontextmanager
    async def running(self, handoffs: Handoffs) -> AsyncIterator[None]:
        """Forwards while the block runs."""
        async with aiohttp.ClientSession() as session:
            self._chatwoot, self._handoffs = Chatwoot(session, self._settings), handoffs
            forwarder = Forwarder(handoffs, self)
            running = asyncio.create_task(forwarder.run())
            yield
            forwarder.stop()
            await running

    async def open(self, handoff: Handoff) -> Mapping[str, Any]:
        """A conversation of the person's contact."""
        name = f"{handoff.channel} {handoff.user_id[:6]}"
        return {"conversation": await self._chatwoot.open_conversation(handoff.user_id, name)}

    async def brief(self, handoff: Handoff, text: str) -> None:
        """A private note."""
        await self._chatwoot.post(_number(handoff), text, is_persons=False)

    async def tell(self, handoff: Handoff, message: StoredMessage) -> None:
        """What the person says as theirs, all else as a private note, which is not sent back to us as an answer."""
        if message.sender == "user":
            await self._chatwoot.post(_number(handoff), str(message.content.get("text") or "…"), is_persons=True)
        elif words := spoken(self._handoffs.words.texts, handoff, message):
            await self._chatwoot.post(_number(handoff), words, is_persons=False)

    async def end(self, handoff: Handoff) -> None:
        """Resolves it there too."""
        await self._chatwoot.set_status(_number(handoff), "resolved")

    async def look(self, handoff: Handoff) -> None:
        """Answers and status, every POLL_S: a webhook may have been lost."""
        if time.monotonic() - self._polled.get(handoff.handoff_id, -POLL_S) < POLL_S:
            return
        self._polled[handoff.handoff_id] = time.monotonic()
        for message in await self._chatwoot.messages(_number(handoff)):
            await self._heard(handoff, message)
        if await self._chatwoot.status(_number(handoff)) in ENDED:
            await self._ended(handoff)
            self._polled.pop(handoff.handoff_id, None)

    async def _webhook(self, request: web.Request) -> web.Response:
        """200 once it is stored, also for what does not concern us; Chatwoot sends nothing twice by itself."""
        body = await request.clone(client_max_size=BODY_LIMIT).read()
        if not is_signed(self._settings.chatwoot_secret, request.headers, body):
            raise Problem(401, "expected the body signed with the secret that both sides have", f"header.{SIGNATURE}")
        try:
            event = json.loads(body)
        except ValueError as error:
            raise Problem(400, "not JSON", "body") from error
        if isinstance(event, dict):
            await self._take_in(request.app[HANDOFFS], event)
        return web.json_response({})

    async def _take_in(self, handoffs: Handoffs, event: Mapping[str, Any]) -> None:
        kind, about = event.get("event"), event.get("conversation") or {}
        number = event.get("id") if kind == "conversation_status_changed" else about.get("id")
        handoff = await self._of(handoffs, number)
        if handoff is None:
            return
        if kind == "message_created":
            await self._heard(handoff, event)
        elif kind == "conversation_status_changed" and event.get("status") in ENDED:
            await self._ended(handoff)
        elif kind in ("conversation_typing_on", "conversation_typing_off") and not event.get("is_private"):
            handoffs.type(handoff, handoff.state == "taken" and kind.endswith("on"))

    async def _heard(self, handoff: Handoff, message: Mapping[str, Any]) -> None:
        """An answer of a colleague; the number that Chatwoot gave it makes it one message however often it comes."""
        sender = message.get("sender") or {}
        is_answer = message.get("message_type") in OUTGOING and not message.get("private")
        if is_answer and sender.get("type") in COLLEAGUE and message.get("content"):
            name = str(sender.get("available_name") or sender.get("name") or "")
            await self._handoffs.hear(
                handoff.handoff_id, name, str(message["content"]), f"chatwoot:{message.get('id')}"
            )

    async def _ended(self, handoff: Handoff) -> None:
        if handoff.state == "open":
            await self._handoffs.close_waiting(handoff)
        else:
            await self._handoffs.give_back(handoff, None, "resolved")

    async def _of(self, handoffs: Handoffs, number: Any) -> Handoff | None:
        known = await asyncio.to_thread(handoffs.store.handoffs.with_desk)
        return next((one for one in known if (one.desk.get("ref") or {}).get("conversation") == number), None)


def _number(handoff: Handoff) -> int:
    try:
        return int(handoff.desk["ref"]["conversation"])
    except (KeyError, TypeError, ValueError) as error:
        raise OutsideError(f"handoff {handoff.handoff_id}: no conversation there") from error
