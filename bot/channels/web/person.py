"""What is known about the person who asks, to read and to erase."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from bot.channels.keys import ASSISTANT, LISTENERS, STORE, WORKER
from bot.channels.requests import conversation_of

log = structlog.get_logger()


async def show(request: web.Request) -> web.Response:
    """Every row that belongs to the person."""
    conversation = await conversation_of(request)
    known = await asyncio.to_thread(request.app[STORE].everything_about, conversation.user_id)
    return web.json_response(known)


async def erase(request: web.Request) -> web.Response:
    """Erases the person in the store and in the assistant's memory, and ends what is under way for them."""
    conversation = await conversation_of(request)
    app, user_id = request.app, conversation.user_id
    conversations = await asyncio.to_thread(app[STORE].conversations_of, user_id)
    await asyncio.to_thread(app[STORE].erase, user_id)
    for conversation_id in conversations:
        app[LISTENERS].close(conversation_id)
        await app[WORKER].drop(conversation_id)
        if not await app[ASSISTANT].forget(conversation_id):
            log.warning("assistant_did_not_forget", conversation_id=conversation_id)
    return web.json_response({"erased": True})
