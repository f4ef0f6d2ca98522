"""A person at the chat page, as the gateway sees one: a session, messages, an event stream."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, ClientSession

API = "/api/v1"


@dataclass(frozen=True)
class Person:
    """Someone with a token."""

    http: ClientSession
    address: str
    token: str
    conversation_id: str
    user_id: str

    @classmethod
    async def arrive(cls, http: ClientSession, address: str, **body: Any) -> Person:
        async with http.post(f"{address}{API}/sessions", json=body) as response:
            return cls(http, address, **await response.json())

    async def call(self, method: str, path: str, **arguments: Any) -> ClientResponse:
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        response = await self.http.request(method, f"{self.address}{API}{path}", headers=headers, **arguments)
        await response.read()
        return response

    async def post(self, body: Any, wait: bool = False) -> ClientResponse:
        return await self.call("POST", "/messages" + ("?wait=true" if wait else ""), json=body)

    async def say(self, text: str, id: str | None = None) -> list[dict[str, Any]]:
        """The answers to a text."""
        response = await self.post({"id": id or str(uuid.uuid4()), "text": text}, wait=True)
        assert response.status == 200, await response.text()
        return (await response.json())["messages"]

    async def press(self, payload: str) -> list[dict[str, Any]]:
        """The answers to a button."""
        response = await self.post({"id": str(uuid.uuid4()), "payload": payload}, wait=True)
        assert response.status == 200, await response.text()
        return (await response.json())["messages"]

    async def messages(self, after: int = 0) -> list[dict[str, Any]]:
        """The whole conversation after a message."""
        return (await (await self.call("GET", f"/messages?after={after}")).json())["messages"]

    @asynccontextmanager
    async def events(self, after: int | None = None, last: str | None = None) -> AsyncIterator[Events]:
        """An open event stream."""
        headers = {"Authorization": f"Bearer {self.token}", **({"Last-Event-ID": last} if last else {})}
        query = "" if after is None else f"?after={after}"
        async with self.http.get(f"{self.address}{API}/events{query}", headers=headers) as response:
            assert response.status == 200, await response.text()
            yield Events(response)


@dataclass(frozen=True)
class Events:
    """Events read from a stream."""

    response: ClientResponse

    async def next(self, timeout_s: float = 10.0) -> dict[str, Any] | None:
        """The next event as {"event", "id"?, "data"}, passing over heartbeats; None when the stream has ended."""
        fields: dict[str, Any] = {}
        async with asyncio.timeout(timeout_s):
            async for line in self.response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name in ("event", "id"):
                    fields[name] = value
                elif name == "data":
                    fields["data"] = json.loads(value)
                elif not name and fields:
                    return fields
        return None

    async def messages(self, count: int) -> list[dict[str, Any]]:
        """The data of the next messages, passing over typing."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            event = await self.next()
            assert event is not None, f"the stream ended after {len(found)} of {count} messages"
            found += [event["data"]] if event["event"] == "message" else []
        return found
