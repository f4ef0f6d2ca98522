"""Erasing a person: in the store, in the assistant's memory, and what is under way for them."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from bot.channels.keys import ASSISTANT, LISTENERS, STORE, WORKER

log = structlog.get_logger()


async def erase_person(app: web.Application, user_id: str) -> None:
    """Erases the person with every conversation, on whatever channel."""
    conversations = await asyncio.to_thread(app[STORE].conversations_of, user_id)
    await asyncio.to_thread(app[STORE].erase, user_id)
    for conversation_id in conversations:
        app[LISTENERS].close(conversation_id)
        await app[WORKER].drop(conversation_id)
        if not await app[ASSISTANT].forget(conversation_id):
            log.warning("assistant_did_not_forget", conversation_id=conversation_id)
