"""Login of colleagues: a signed cookie that only this site sends, and requests that only this site's pages make."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from itsdangerous import BadData, URLSafeTimedSerializer

from bot.channels.console.passwords import hashed, is_right
from bot.channels.keys import SETTINGS, STORE
from bot.channels.problems import Problem
from bot.channels.requests import json_body, string_of
from bot.channels.secret import secret_of
from bot.channels.tokens import SIGNING
from data.store import Agent

COOKIE = "instructrec_agent"
PATH = "/agent/"
HOURS = 12
NAME_LIMIT, PASSWORD_LIMIT = 64, 256
FREE_TRIES, PAUSE_S = 5, 30.0
"""Wrong passwords for one name before further tries have to wait."""
NOBODY = hashed("the password of nobody")
"""Hashed against when a name is unknown, so that time does not tell which names there are."""
Handler = Callable[[web.Request, Agent], Awaitable[web.StreamResponse]]


class Attempts:
    """Wrong passwords by name, in this process."""

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[int, float]] = {}

    def must_wait(self, name: str) -> bool:
        """True while that name has to wait."""
        count, at = self._wrong.get(name, (0, 0.0))
        return count >= FREE_TRIES and time.monotonic() - at < PAUSE_S

    def note(self, name: str, was_right: bool) -> None:
        """Notes a try; the names kept are bounded."""
        count, _ = self._wrong.pop(name, (0, 0.0))
        if not was_right:
            self._wrong[name] = (count + 1, time.monotonic())
        if len(self._wrong) > 1000:
            self._wrong.pop(next(iter(self._wrong)))


ATTEMPTS = web.AppKey("attempts", Attempts)


def for_agents(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler for colleagues who are logged in: 401 for others, 403 for what another site's page sends."""

    async def handle(request: web.Request) -> web.StreamResponse:
        refuse_foreign(request)
        agent = await agent_of(request)
        if agent is None:
            raise Problem(401, "log in first: POST /agent/api/login", f"cookie.{COOKIE}")
        return await handler(request, agent)

    return handle


def refuse_foreign(request: web.Request) -> None:
    """Raises Problem 403 for a request that a page of another site made; the browser says where it comes from."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_foreign = site not in (None, "same-origin", "none") or (origin is not None and _host(origin) != request.host)
    if is_foreign or (site == "none" and request.method != "GET"):
        raise Problem(403, "only the console's own page may ask this", "header.Origin")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


async def log_in(request: web.Request) -> web.Response:
    """A fresh cookie for the right name and password; one that the browser brought along counts for nothing."""
    refuse_foreign(request)
    body = await json_body(request)
    name, password = string_of(body, "name", NAME_LIMIT) or "", string_of(body, "password", PASSWORD_LIMIT) or ""
    attempts = request.app[ATTEMPTS]
    if attempts.must_wait(name):
        raise Problem(429, "too many wrong passwords; wait half a minute", "body.password")
    agent = await asyncio.to_thread(request.app[STORE].handoffs.agent, name)
    fits = await asyncio.to_thread(is_right, password, agent.password_hash if agent else NOBODY)
    attempts.note(name, was_right=bool(agent and fits))
    if agent is None or not fits:
        raise Problem(401, "name or password is wrong", "body")
    response = web.json_response({"name": agent.name})
    response.set_cookie(
        COOKIE,
        _serializer(request).dumps([agent.name, agent.epoch]),
        max_age=HOURS * 3600,
        path=PATH,
        httponly=True,
        samesite="Strict",
        secure="https" in (request.scheme, request.headers.get("X-Forwarded-Proto", "")),
    )
    return response


async def log_out(request: web.Request, agent: Agent) -> web.Response:
    """Ends every session of the colleague, so that a cookie that was copied is worth nothing."""
    await asyncio.to_thread(request.app[STORE].handoffs.end_sessions, agent.name)
    response = web.json_response({})
    response.del_cookie(COOKIE, path=PATH)
    return response


async def agent_of(request: web.Request) -> Agent | None:
    """Who the cookie says; None without a good one of a session that has not ended."""
    try:
        name, epoch = _serializer(request).loads(request.cookies.get(COOKIE, ""), max_age=HOURS * 3600)
    except (BadData, ValueError, TypeError):
        return None
    agent = await asyncio.to_thread(request.app[STORE].handoffs.agent, str(name))
    return agent if agent and agent.epoch == epoch else None


def _serializer(request: web.Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_of(request.app[SETTINGS]), salt="agent", signer_kwargs=SIGNING)
