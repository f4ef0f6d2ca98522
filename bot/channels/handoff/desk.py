"""The interface of a desk: where colleagues learn of a handoff and whence they answer."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from aiohttp import web

from bot.channels.handoff.handoffs import Handoffs

DESKS = ("console", "chatwoot", "slack")


class HandoffDesk(Protocol):
    """A desk. What it hears from colleagues it does through `Handoffs`, and nothing else."""

    def add_routes(self, app: web.Application) -> None:
        """Adds what the desk's side calls."""

    def running(self, handoffs: Handoffs) -> AbstractAsyncContextManager[None]:
        """Tells colleagues what happens, and hears them, while the block runs."""
