"""A server that speaks Chatwoot's application API as far as a desk uses it, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

SECRET = "a webhook secret for tests"
INBOX = 4
BASE = "/api/v1/accounts/1"


@dataclass
class FakeChatwoot:
    """Its contacts and conversations, and how it fails first."""

    faults: list[int] = field(default_factory=list)
    """Statuses that the next requests get instead of being done."""
    late: int = 0
    """How many of the next requests are done and answered 500 all the same."""
    contacts: dict[str, int] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[int, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._misbehave])
        app.router.add_post(f"{BASE}/contacts", self._contact)
        app.router.add_get(f"{BASE}/contacts/search", self._search)
        app.router.add_post(f"{BASE}/conversations", self._open)
        app.router.add_get(f"{BASE}/conversations/{{number}}", self._show)
        app.router.add_get(f"{BASE}/conversations/{{number}}/messages", self._list)
        app.router.add_post(f"{BASE}/conversations/{{number}}/messages", self._post)
        app.router.add_post(f"{BASE}/conversations/{{number}}/toggle_status", self._toggle)
        return app

    def answer(self, text: str, name: str = "Ann", private: bool = False) -> dict[str, Any]:
        """What a colleague writes in Chatwoot, as the API lists it."""
        return self._keep(
            {"content": text, "message_type": 1, "private": private, "sender": {"name": name, "type": "user"}}
        )

    @property
    def incoming(self) -> list[str]:
        return [message["content"] for message in self.messages if message["message_type"] == "incoming"]

    @property
    def notes(self) -> list[str]:
        return [message["content"] for message in self.messages if message.get("private")]

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_so():
                await asyncio.sleep(0.02)

    @web.middleware
    async def _misbehave(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.tokens.add(request.headers.get("api_access_token", ""))
        if self.faults:
            return web.Response(status=self.faults.pop(0), text="<html>")
        response = await handler(request)
        if self.late:
            self.late -= 1
            return web.Response(status=500)
        return response

    async def _contact(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["identifier"] in self.contacts:
            return web.json_response({"message": "Identifier has already been taken"}, status=422)
        number = self.contacts[body["identifier"]] = len(self.contacts) + 1
        made = {"contact": {"id": number}, "contact_inbox": {"source_id": f"s{number}"}}
        return web.json_response({"payload": made})

    async def _search(self, request: web.Request) -> web.Response:
        number = self.contacts[request.query["q"]]
        places = [{"source_id": f"s{number}", "inbox": {"id": INBOX}}]
        return web.json_response({"payload": [{"id": number, "contact_inboxes": places}]})

    async def _open(self, request: web.Request) -> web.Response:
        body = await request.json()
        assert body["inbox_id"] == INBOX and body["source_id"] == f"s{body['contact_id']}"
        number = len(self.statuses) + 1
        self.statuses[number] = body["status"]
        return web.json_response({"id": number})

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response({"status": self.statuses[int(request.match_info["number"])]})

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"payload": self.messages})

    async def _post(self, request: web.Request) -> web.Response:
        return web.json_response(self._keep(await request.json()))

    async def _toggle(self, request: web.Request) -> web.Response:
        self.statuses[int(request.match_info["number"])] = (await request.json())["status"]
        return web.json_response({})

    def _keep(self, message: dict[str, Any]) -> dict[str, Any]:
        self.messages.append({"id": 100 + len(self.messages), **message})
        return self.messages[-1]


@dataclass(frozen=True)
class Webhooks:
    """Chatwoot as the gateway hears it."""

    http: ClientSession
    address: str

    async def created(self, message: dict[str, Any], conversation: int = 1, **how: Any) -> int:
        kind = {1: "outgoing", "incoming": "incoming"}.get(message["message_type"], "outgoing")
        event = {**message, "event": "message_created", "message_type": kind, "conversation": {"id": conversation}}
        return await self.send(event, **how)

    async def status(self, status: str, conversation: int = 1) -> int:
        return await self.send({"event": "conversation_status_changed", "id": conversation, "status": status})

    async def send(self, event: Any, secret: str = SECRET, at: float | None = None) -> int:
        body, stamp = json.dumps(event).encode(), str(int(time.time() if at is None else at))
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Signature": f"sha256={digest}"}
        async with self.http.post(self.address, data=body, headers=headers) as response:
            return response.status
