"""A colleague at the console, as the gateway sees one: a login, a cookie, requests."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from aiohttp import ClientResponse, ClientSession, CookieJar

from bot.channels.console.passwords import hashed
from data.store import Store

PASSWORD = "four words or so"
with patch("bot.channels.console.passwords.COST", 16):  # the same kind of hash, made in no time
    KEPT = hashed(PASSWORD)


@dataclass(frozen=True)
class Colleague:
    """Someone with a cookie jar; logged in after `log_in`."""

    http: ClientSession
    address: str
    name: str

    @classmethod
    async def arrive(cls, address: str, store: Store, name: str = "Ann") -> Colleague:
        store.handoffs.set_agent(name, KEPT)
        colleague = cls(ClientSession(cookie_jar=CookieJar(unsafe=True)), address, name)
        assert (await colleague.log_in()).status == 200
        return colleague

    async def log_in(self, password: str = PASSWORD, **arguments: Any) -> ClientResponse:
        return await self.call("POST", "login", json={"name": self.name, "password": password}, **arguments)

    async def call(self, method: str, path: str, **arguments: Any) -> ClientResponse:
        response = await self.http.request(method, f"{self.address}/agent/api/{path}", **arguments)
        await response.read()
        return response

    async def do(self, handoff_id: str, verb: str, **body: Any) -> ClientResponse:
        return await self.call("POST", f"handoffs/{handoff_id}/{verb}", json=body)

    async def say(self, handoff_id: str, text: str) -> ClientResponse:
        return await self.do(handoff_id, "say", id=str(uuid.uuid4()), text=text)

    async def show(self, handoff_id: str) -> dict[str, Any]:
        return await (await self.call("GET", f"handoffs/{handoff_id}")).json()
