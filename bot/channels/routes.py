"""Addresses and what answers them."""

from __future__ import annotations

from aiohttp import web

from bot.channels import health
from bot.channels.web import events, messages, pages, person, sessions

API = "/api/v1"


def add_routes(app: web.Application) -> None:
    """Adds every route of people; the page's files match any path that no interface has."""
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", health.metrics)
    app.router.add_post(f"{API}/sessions", sessions.open_session)
    app.router.add_post(f"{API}/messages", messages.post_message)
    app.router.add_get(f"{API}/messages", messages.get_messages)
    app.router.add_get(f"{API}/events", events.stream)
    app.router.add_post(f"{API}/typing", events.typing)
    app.router.add_get(f"{API}/me", person.show)
    app.router.add_delete(f"{API}/me", person.erase)
    app.router.add_get("/{path:(?!api/|agent/api/).*}", pages.page)
