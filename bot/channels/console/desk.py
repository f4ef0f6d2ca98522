"""Our own console as a desk: its interface, its page, and the login before both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.channels.console import api
from bot.channels.console.login import ATTEMPTS, Attempts, for_agents, log_in, log_out
from bot.channels.console.stream import WATCHERS, Watchers, stream
from bot.channels.handoff.handoffs import Handoffs
from bot.channels.protection import framing

API = "/agent/api"


class ConsoleDesk:
    """The desk at /agent/."""

    def add_routes(self, app: web.Application) -> None:
        """Adds the interface and the page."""
        app[ATTEMPTS], app[WATCHERS] = Attempts(), Watchers()
        one, router = f"{API}/handoffs/{{handoff_id}}", app.router
        router.add_post(f"{API}/login", log_in)
        router.add_post(f"{API}/logout", for_agents(log_out))
        router.add_get(f"{API}/me", for_agents(api.me))
        router.add_get(f"{API}/canned", for_agents(api.canned))
        router.add_get(f"{API}/events", for_agents(stream))
        router.add_get(one, for_agents(api.show))
        for name in ("take", "say", "suggest", "recommend", "choose", "note", "typing"):
            router.add_post(f"{one}/{name}", for_agents(getattr(api, name)))
        router.add_post(f"{one}/{{end:release|resolve}}", for_agents(api.end))
        app.on_response_prepare.append(_protect)
        app.on_shutdown.append(_end_streams)

    @asynccontextmanager
    async def running(self, handoffs: Handoffs) -> AsyncIterator[None]:
        """The console's streams read the store; nothing has to be sent."""
        yield


async def _end_streams(app: web.Application) -> None:
    app[WATCHERS].close()


async def _protect(request: web.Request, response: web.StreamResponse) -> None:
    """No site may show the console in a frame, and no cache keeps what it answers."""
    if request.path.startswith("/agent"):
        response.headers.update({**framing((), "'none'"), "X-Frame-Options": "DENY"})
    if request.path.startswith(API):
        response.headers["Cache-Control"] = "no-store"
