"""Whether the gateway lives, whether it can take messages, and what it counts."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.addresses import address_of, is_in
from bot.channels.keys import ASSISTANT, METRICS, SETTINGS, STORE
from bot.channels.metrics import CONTENT_TYPE


async def healthz(request: web.Request) -> web.Response:
    """The process lives."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """The store answers. Without the assistant the gateway still answers honestly, so that only is reported."""
    await asyncio.to_thread(request.app[STORE].conversation, "")
    assistant = "up" if await request.app[ASSISTANT].is_up() else "down"
    return web.json_response({"status": "ready", "assistant": assistant})


async def metrics(request: web.Request) -> web.Response:
    """What was counted, for those who may see it; for others there is nothing here."""
    if not is_in(address_of(request), request.app[SETTINGS].metrics_from):
        raise web.HTTPNotFound
    return web.Response(body=request.app[METRICS].text(), headers={"Content-Type": CONTENT_TYPE})
