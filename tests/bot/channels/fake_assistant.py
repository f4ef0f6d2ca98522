"""An assistant that speaks Rasa's REST channel over a real socket and answers as a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = Any


def echo(message: str) -> Json:
    """One text that repeats what was read."""
    return [{"recipient_id": "x", "text": f"You said: {message}"}]


@dataclass
class FakeAssistant:
    """What it was asked, and how it answers."""

    reply: Callable[[str], Json] = echo
    status: int = 200
    delay_s: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)
    """The most messages of one conversation that were being answered at the same time."""
    _now: dict[str, int] = field(default_factory=dict)

    @property
    def messages(self) -> list[str]:
        """The texts it read, in order."""
        return [body["message"] for body in self.asked]

    def app(self) -> web.Application:
        """The application to serve."""
        app = web.Application()
        app.router.add_get("/", self._greet)
        app.router.add_post("/webhooks/rest/webhook", self._answer)
        app.router.add_post("/model/parse", self._read)
        app.router.add_put("/conversations/{conversation_id}/tracker/events", self._forget)
        return app

    async def _greet(self, request: web.Request) -> web.Response:
        return web.Response(text="Hello from Rasa")

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        sender = body["sender"]
        self.asked.append(body)
        self._now[sender] = self._now.get(sender, 0) + 1
        self.at_once[sender] = max(self.at_once.get(sender, 0), self._now[sender])
        try:
            await asyncio.sleep(self.delay_s)
        finally:
            self._now[sender] -= 1
        content = self.reply(body["message"])
        if isinstance(content, str):
            return web.Response(text=content, status=self.status)
        return web.json_response(content, status=self.status)

    async def _read(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        return web.json_response({"text": text, "intent": {"name": "refine"}, "reading": {"language": "en"}})

    async def _forget(self, request: web.Request) -> web.Response:
        self.forgotten.append(request.match_info["conversation_id"])
        return web.json_response({})
