"""Assembly of the gateway: the only process that faces a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from bot.channels.assistant import assistant_client
from bot.channels.handoff.assembly import add_handoff
from bot.channels.handoff.rules import load_rules
from bot.channels.handoff.turns import Turns
from bot.channels.handoff.words import load_words
from bot.channels.keys import ASSISTANT, LISTENERS, METRICS, RATES, SETTINGS, SIGNER, STORE, TEXTS, WORKER
from bot.channels.linking import Linking
from bot.channels.listeners import Listeners
from bot.channels.metrics import Metrics
from bot.channels.problems import answer_problems
from bot.channels.protection import protect
from bot.channels.rates import Rates
from bot.channels.requests import limit_addresses, log_requests, refuse_other_sites
from bot.channels.routes import add_routes
from bot.channels.secret import secret_of
from bot.channels.texts import load_texts
from bot.channels.tokens import Signer
from bot.channels.worker import Worker
from data.settings import Settings
from data.store import Store

BODY_LIMIT = 64 * 1024


def create_app(settings: Settings) -> web.Application:
    """The application; its store is migrated and unanswered work taken up when it starts."""
    middlewares = [log_requests, answer_problems, limit_addresses, refuse_other_sites]
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=middlewares)
    app[SETTINGS] = settings
    app[STORE] = Store(settings.database_url)
    app[SIGNER] = Signer(secret_of(settings), settings.session_days)
    app[TEXTS] = load_texts()
    app[LISTENERS] = Listeners()
    app[METRICS] = Metrics(lambda: app[LISTENERS].count)
    app[RATES] = Rates(settings)
    add_routes(app)
    app.on_response_prepare.append(protect)
    app.cleanup_ctx.extend((_store, _assistant, _worker))
    add_handoff(app)
    _add_chats(app)
    app.on_shutdown.append(_end_streams)
    return app


def _add_chats(app: web.Application) -> None:
    """Channels whose library is loaded only where they are set up."""
    if app[SETTINGS].telegram_token:
        from bot.channels.telegram.channel import add_telegram

        add_telegram(app)
    if app[SETTINGS].slack_bot_token:
        from bot.channels.slack.channel import add_slack

        add_slack(app)


async def _store(app: web.Application) -> AsyncIterator[None]:
    await asyncio.to_thread(app[STORE].migrate)
    yield
    await asyncio.to_thread(app[STORE].close)


async def _assistant(app: web.Application) -> AsyncIterator[None]:
    settings = app[SETTINGS]
    async with assistant_client(settings.assistant_url, settings.reply_timeout_s) as assistant:
        app[ASSISTANT] = assistant
        yield


async def _worker(app: web.Application) -> AsyncIterator[None]:
    worker = Worker(
        app[STORE],
        app[ASSISTANT],
        app[SIGNER],
        app[TEXTS],
        app[LISTENERS],
        Turns(app[STORE], app[ASSISTANT], load_words(app[SIGNER]), load_rules()),
        app[METRICS],
        Linking(app[STORE], app[RATES], app[METRICS], secret_of(app[SETTINGS])),
        app[SETTINGS].first_word_s,
    )
    app[WORKER] = worker
    await worker.resume()
    yield
    await worker.stop()


async def _end_streams(app: web.Application) -> None:
    """Streams never end by themselves, and the server waits for open requests when it stops."""
    app[LISTENERS].close_all()
