"""What every request has: who it comes from, a JSON body, numbers, a line in the log."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import structlog
from aiohttp import web

from bot.channels.addresses import address_of, site_of
from bot.channels.keys import METRICS, RATES, SIGNER, STORE
from bot.channels.problems import Handler, Problem
from data.store import Conversation

BEARER = "Bearer "
QUIET = ("/healthz", "/readyz", "/metrics")
INTERFACE = "/api/"
log = structlog.get_logger()


async def conversation_of(request: web.Request) -> Conversation:
    """The conversation whose token the request carries. Raises Problem 401."""
    where, token = "header.Authorization", bearer_of(request)
    if token is None:
        raise Problem(401, "expected 'Bearer ' and the token of POST /api/v1/sessions", where)
    session = request.app[SIGNER].session(token)
    if session is None:
        raise Problem(401, "the token is not one of ours or has expired; start a new session", where)
    conversation = await asyncio.to_thread(request.app[STORE].conversation, session.conversation_id)
    if conversation is None or not await is_of(request.app, conversation, session.user_id):
        raise Problem(401, "the session of this token was erased; start a new one", where)
    return conversation


async def is_of(app: web.Application, conversation: Conversation, user_id: str) -> bool:
    """Whether the conversation belongs to that user, or to the one that they were merged into."""
    if conversation.user_id == user_id:
        return True
    return conversation.user_id == await asyncio.to_thread(app[STORE].user_now, user_id)


def bearer_of(request: web.Request) -> str | None:
    """The token in the header, good or not; None when there is none."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix(BEARER).strip() if header.startswith(BEARER) else None


async def json_body(request: web.Request, is_required: bool = True) -> dict[str, Any]:
    """The body, which must be a JSON object. Raises Problem 400 or 415."""
    raw = await request.read()
    if not raw and not is_required:
        return {}
    if request.content_type != "application/json":
        raise Problem(415, f"expected application/json, got {request.content_type}", "header.Content-Type")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"not JSON: {_first_words(error)}", "body") from error
    if not isinstance(body, dict):
        raise Problem(400, f"expected an object, got {type(body).__name__}", "body")
    return body


def string_of(body: dict[str, Any], key: str, limit: int) -> str | None:
    """A string of the body, or None when it is not there. Raises Problem 422 for another type or a longer one."""
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Problem(422, f"expected a string, got {type(value).__name__}", f"body.{key}")
    if len(value) > limit:
        raise Problem(422, f"has {len(value):,} characters; the limit is {limit:,}", f"body.{key}")
    return value


def number_of(text: str, where: str) -> int:
    """A message number, 0 or more. Raises Problem 422."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Problem(422, f"expected the number of a message, got {text[:40]!r}", where)
    return int(text)


@web.middleware
async def log_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line a request: what was asked and how it went, nothing of what was said."""
    started = time.perf_counter()
    response = await handler(request)
    took_s = time.perf_counter() - started
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    request.app[METRICS].requested(route, request.method, response.status, took_s)
    if request.path not in QUIET:
        took_ms = round(1000 * took_s, 1)
        log.info("request", method=request.method, path=request.path, status=response.status, took_ms=took_ms)
    return response


@web.middleware
async def limit_addresses(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses an address that asks the interface too often; what a chat sends is limited by conversation."""
    if request.path.startswith(INTERFACE):
        demand_rate(request, "address", site_of(address_of(request)))
    return await handler(request)


@web.middleware
async def refuse_other_sites(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses what a page of another site asks in a visitor's browser; the widget's frame is a page of this one."""
    if request.path.startswith(INTERFACE) and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Problem(403, "the interface is not for pages of other sites; embed the widget", "header.Sec-Fetch-Site")
    return await handler(request)


def demand_rate(request: web.Request, rate: str, who: str) -> None:
    """Counts one request. Raises Problem 429, with the seconds to wait, for one too many."""
    rates = request.app[RATES]
    wait_s = rates.wait_s(rate, who)
    if wait_s:
        request.app[METRICS].limited(rate)
        detail = f"too many: {rates.described(rate)} may come; try again in {wait_s} s"
        raise Problem(429, detail, request.path, wait_s)


def _first_words(error: Exception) -> str:
    """Where the JSON breaks; the message of a JSONDecodeError quotes nothing of the body."""
    return str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
