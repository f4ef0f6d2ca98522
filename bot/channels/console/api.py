"""The console's interface: what a colleague reads and does, about one handoff each."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from bot.channels.console.view import packet_view
from bot.channels.keys import HANDOFFS, SETTINGS, STORE
from bot.channels.problems import Problem
from bot.channels.requests import json_body, number_of, string_of
from bot.words import visible
from data.store import Agent, Handoff

CANNED = Path(__file__).with_name("canned.yml")
OWN = "canned.yml"
"""A file of that name in the home folder replaces the canned answers that ship."""
ID_LIMIT, MOST_ITEMS = 128, 20
ENDS = {"release": "released", "resolve": "resolved"}


async def me(request: web.Request, agent: Agent) -> web.Response:
    """Who is logged in."""
    return web.json_response({"name": agent.name})


async def canned(request: web.Request, agent: Agent) -> web.Response:
    """The canned answers by language."""
    own = request.app[SETTINGS].home / OWN
    text = await asyncio.to_thread((own if own.is_file() else CANNED).read_text, "utf-8")
    return web.json_response(yaml.safe_load(text))


async def show(request: web.Request, agent: Agent) -> web.Response:
    """The packet, the notes and all that was said after message `after`."""
    handoff = await _handoff(request)
    store, after = request.app[STORE], number_of(request.query.get("after", "0"), "query.after")
    notes = await asyncio.to_thread(store.handoffs.notes, handoff.handoff_id)
    said = await asyncio.to_thread(store.messages, handoff.conversation_id, after)
    return web.json_response({**packet_view(handoff, notes), "messages": [message.as_dict() for message in said]})


async def take(request: web.Request, agent: Agent) -> web.Response:
    """200 when it is this colleague's now; 409 when another was quicker."""
    if not await request.app[HANDOFFS].take(await _handoff(request), agent.name):
        raise _gone("somebody else has it, or it is over")
    return web.json_response({})


async def say(request: web.Request, agent: Agent) -> web.Response:
    """Says something to the person; the same `id` twice is one message."""
    body = await json_body(request)
    text, key = string_of(body, "text", request.app[SETTINGS].text_limit) or "", _key(body, agent)
    if not visible(text):
        raise Problem(422, "there is nothing to read in the text", "body.text")
    stored = await request.app[HANDOFFS].say(await _handoff(request), agent.name, text, key)
    return _said(stored)


async def suggest(request: web.Request, agent: Agent) -> web.Response:
    """A list for the person's need, to choose from."""
    handoff = await _own(request, agent)
    suggested = await request.app[HANDOFFS].suggest(handoff)
    if suggested is None:
        raise Problem(503, "no recommendation can be had right now", "ranker")
    return web.json_response({"text": suggested["text"], "slate": suggested["slate"]})


async def recommend(request: web.Request, agent: Agent) -> web.Response:
    """Sends the chosen items of the last suggestion as cards."""
    body = await json_body(request)
    items, key = body.get("item_ids"), _key(body, agent)
    text = string_of(body, "text", request.app[SETTINGS].text_limit) or ""
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items) or len(items) > MOST_ITEMS:
        raise Problem(422, f"expected at most {MOST_ITEMS} item_ids of the suggestion", "body.item_ids")
    stored = await request.app[HANDOFFS].recommend(await _handoff(request), agent.name, items, text, key)
    return _said(stored)


async def choose(request: web.Request, agent: Agent) -> web.Response:
    """Keeps that the person chose an item that was shown."""
    item_id = string_of(await json_body(request), "item_id", 255) or ""
    if not await request.app[HANDOFFS].choose(await _handoff(request), agent.name, item_id):
        raise Problem(422, "no such item was shown in this conversation", "body.item_id")
    return web.json_response({})


async def note(request: web.Request, agent: Agent) -> web.Response:
    """Keeps a note that only colleagues read."""
    text = string_of(await json_body(request), "text", request.app[SETTINGS].text_limit) or ""
    if not visible(text):
        raise Problem(422, "there is nothing to read in the note", "body.text")
    await request.app[HANDOFFS].note(await _handoff(request), agent.name, text)
    return web.json_response({})


async def typing(request: web.Request, agent: Agent) -> web.Response:
    """Shows the person that the colleague writes."""
    body, handoff = await json_body(request), await _own(request, agent)
    request.app[HANDOFFS].type(handoff, body.get("typing") is True)
    return web.json_response({})


async def end(request: web.Request, agent: Agent) -> web.Response:
    """Releases into the queue, or resolves: the bot answers again. A request that nobody took can be resolved too."""
    handoff, how = await _handoff(request), request.match_info["end"]
    handoffs = request.app[HANDOFFS]
    if handoff.state == "open" and how == "resolve":
        is_over = await handoffs.close_waiting(handoff)
    else:
        is_over = await handoffs.give_back(handoff, agent.name, ENDS[how])
    if not is_over:
        raise _gone("it is not yours")
    return web.json_response({})


async def _handoff(request: web.Request) -> Handoff:
    handoff = await asyncio.to_thread(request.app[STORE].handoffs.find, request.match_info["handoff_id"])
    if handoff is None:
        raise Problem(404, "no such handoff; it may have been erased", "path")
    return handoff


async def _own(request: web.Request, agent: Agent) -> Handoff:
    handoff = await _handoff(request)
    if (handoff.state, handoff.agent) != ("taken", agent.name):
        raise _gone("take it first")
    return handoff


def _key(body: dict[str, Any], agent: Agent) -> str:
    """The client's own id for the message, apart from those of other colleagues and of the person."""
    key = string_of(body, "id", ID_LIMIT)
    if not key:
        raise Problem(422, "expected an id of your own for the message, such as a UUID", "body.id")
    return f"agent:{agent.name}:{key}"[:255]


def _said(stored: Any) -> web.Response:
    if stored is None:
        raise _gone("it is not yours, or there is nothing to send")
    return web.json_response({"seq": stored.seq})


def _gone(detail: str) -> Problem:
    return Problem(409, detail, "path")
