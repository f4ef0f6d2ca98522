"""A ranker that listens on a real socket, and the client that talks to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from aiohttp import web


class Client:
    """Talks to the server at `url`."""

    def __init__(self, url: str, session: aiohttp.ClientSession):
        self.url, self.session = url, session

    async def post(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.url + path, data=data) as response:
            return response.status, json.loads(await response.read())

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.text()

    async def until_ready(self) -> None:
        while (await self.get("/readyz"))[0] != 200:
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def listening(app: web.Application, ready: bool = True) -> AsyncIterator[Client]:
    """A client of the app; once that is ready, unless it never will be."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with aiohttp.ClientSession() as session:
            client = Client(f"http://127.0.0.1:{port}", session)
            if ready:
                await client.until_ready()
            yield client
    finally:
        await runner.cleanup()
