"""Whether the gateway lives, and whether it can take messages."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.keys import ASSISTANT, STORE


async def healthz(request: web.Request) -> web.Response:
    """The process lives."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """The store answers. Without the assistant the gateway still answers honestly, so that only is reported."""
    await asyncio.to_thread(request.app[STORE].conversation, "")
    assistant = "up" if await request.app[ASSISTANT].is_up() else "down"
    return web.json_response({"status": "ready", "assistant": assistant})
