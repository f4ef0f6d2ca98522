"""Handoff as a part of the gateway: the desk of the settings, the timers, and what they share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from bot.channels.handoff.desk import DESKS, HandoffDesk
from bot.channels.handoff.handoffs import Handoffs
from bot.channels.handoff.timers import Timers
from bot.channels.handoff.words import load_words
from bot.channels.keys import ASSISTANT, HANDOFFS, LISTENERS, SETTINGS, SIGNER, STORE, WORKER
from data.settings import Settings


def add_handoff(app: web.Application) -> None:
    """Adds the desk of the settings. Raises ValueError for settings that cannot be used."""
    desk = desk_of(app[SETTINGS])
    desk.add_routes(app)

    async def running(app: web.Application) -> AsyncIterator[None]:
        words = load_words(app[SIGNER])
        handoffs = Handoffs(app[STORE], app[ASSISTANT], app[LISTENERS], words, app[WORKER].wake)
        app[HANDOFFS] = handoffs
        settings = app[SETTINGS]
        timers = Timers(handoffs, settings.handoff_wait_s, settings.handoff_silence_s)
        ticking = asyncio.create_task(timers.run())
        async with desk.running(handoffs):
            yield
        timers.stop()
        await ticking

    app.cleanup_ctx.append(running)


def desk_of(settings: Settings) -> HandoffDesk:
    """The desk of the settings; only its own library is loaded."""
    if settings.handoff_desk == "console":
        from bot.channels.console.desk import ConsoleDesk

        return ConsoleDesk()
    if settings.handoff_desk == "chatwoot":
        from bot.channels.handoff.chatwoot_desk import ChatwootDesk

        return ChatwootDesk(settings)
    if settings.handoff_desk == "slack":
        from bot.channels.handoff.slack_desk import SlackDesk

        return SlackDesk(settings)
    raise ValueError(f"INSTRUCTREC_HANDOFF_DESK: no desk {settings.handoff_desk!r}; there are {', '.join(DESKS)}")
