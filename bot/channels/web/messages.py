"""Messages of the web channel: stored before they are processed, and read again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.keys import LISTENERS, METRICS, SETTINGS, SIGNER, STORE, TEXTS, WORKER
from bot.channels.linking import link_choice_work, link_work
from bot.channels.problems import Problem
from bot.channels.requests import conversation_of, demand_rate, json_body, number_of, string_of
from bot.words import for_assistant, language_of, storable, visible
from data.store import Conversation

ID_LIMIT = 128
PAYLOAD_LIMIT = 32 * 1024
WAIT_BEYOND_S = 15.0
"""How much longer than one answer may take `?wait=true` waits, because earlier messages come first."""


@dataclass(frozen=True)
class Incoming:
    """A message as the store takes it in."""

    key: str
    message: Mapping[str, Any]
    """What the person sees to have said."""
    work: Mapping[str, Any]
    """What the worker does about it."""
    language: str | None


async def post_message(request: web.Request) -> web.Response:
    """202 once it is stored; with `?wait=true` 200 and the answers, also when it had been answered before."""
    conversation = await conversation_of(request)
    demand_rate(request, "session", conversation.conversation_id)
    incoming = incoming_of(await json_body(request), conversation, request.app)
    cid, worker = conversation.conversation_id, request.app[WORKER]
    with worker.watching(cid, incoming.key) as answered:
        received = await asyncio.to_thread(
            request.app[STORE].receive, cid, incoming.key, incoming.message, incoming.work, incoming.language
        )
        if received.is_new:
            request.app[METRICS].received(conversation.channel)
        if not received.is_answered:
            request.app[LISTENERS].wake(cid)
            worker.wake(cid)
        accepted = {"id": incoming.key, "seq": received.seq}
        if request.query.get("wait") != "true":
            return web.json_response(accepted, status=202)
        if not received.is_answered and not await _happens(answered, request.app[SETTINGS].reply_timeout_s):
            return web.json_response({**accepted, "messages": []}, status=202)
    replies = await asyncio.to_thread(request.app[STORE].replies, cid, received.seq)
    return web.json_response({"messages": [reply.as_dict() for reply in replies]})


async def get_messages(request: web.Request) -> web.Response:
    """Everything said after message `after`, in order."""
    conversation = await conversation_of(request)
    after = number_of(request.query.get("after", "0"), "query.after")
    stored = await asyncio.to_thread(request.app[STORE].messages, conversation.conversation_id, after)
    return web.json_response({"messages": [message.as_dict() for message in stored]})


def incoming_of(body: dict[str, Any], conversation: Conversation, app: web.Application) -> Incoming:
    """The message of a body. Raises Problem for one that has no id, or not exactly one of `text` and `payload`."""
    key = string_of(body, "id", ID_LIMIT)
    if not key or visible(key) != key:
        raise Problem(422, "expected an id of your own for the message, such as a UUID", "body.id")
    text = string_of(body, "text", app[SETTINGS].text_limit)
    payload = string_of(body, "payload", PAYLOAD_LIMIT)
    if (text is None) == (payload is None):
        found = "both" if payload is not None else "neither"
        raise Problem(422, f"expected either text or payload, got {found}", "body")
    if payload is not None:
        return _chosen(key, payload, conversation, app)
    return _typed(key, text or "")


def _typed(key: str, text: str) -> Incoming:
    if not visible(text):
        raise Problem(422, "there is nothing to read in the text", "body.text")
    message = {"type": "text", "text": storable(text)}
    work = link_work(text) or {"message": for_assistant(text)}
    return Incoming(key, message, work, language_of(text))


def _chosen(key: str, token: str, conversation: Conversation, app: web.Application) -> Incoming:
    """A button that was pressed: the person has said its title, the assistant gets its payload."""
    choice = app[SIGNER].choice(conversation.conversation_id, token)
    title = choice.title if choice else ""
    message = {"type": "text", "text": title or app[TEXTS].say("unknown_choice", conversation.language)}
    if choice is None or choice.is_expired:
        return Incoming(key, message, {"is_expired_choice": True}, None)
    return Incoming(key, message, link_choice_work(choice.payload) or {"message": choice.payload}, None)


async def _happens(event: asyncio.Event, reply_timeout_s: float) -> bool:
    try:
        async with asyncio.timeout(reply_timeout_s + WAIT_BEYOND_S):
            return await event.wait()
    except TimeoutError:
        return False
