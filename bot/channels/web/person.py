"""What is known about the person who asks, to read and to erase."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.erasure import erase_person
from bot.channels.keys import STORE
from bot.channels.requests import conversation_of


async def show(request: web.Request) -> web.Response:
    """Every row that belongs to the person."""
    conversation = await conversation_of(request)
    known = await asyncio.to_thread(request.app[STORE].everything_about, conversation.user_id)
    return web.json_response(known)


async def erase(request: web.Request) -> web.Response:
    """Erases the person everywhere."""
    conversation = await conversation_of(request)
    await erase_person(request.app, conversation.user_id)
    return web.json_response({"erased": True})
