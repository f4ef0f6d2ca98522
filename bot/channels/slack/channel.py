"""Slack as a part of the gateway: Socket Mode where there is an app token, signed requests where there is a secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.inbox import Inbox
from bot.channels.keys import LISTENERS, METRICS, SETTINGS, STORE
from bot.channels.outbox import Outbox
from bot.channels.problems import Problem
from bot.channels.slack.blocks import Renderer
from bot.channels.slack.events import FAULTS, Events
from bot.channels.slack.sender import SlackSender, client_of
from bot.channels.texts import load_texts
from data.settings import Settings

EVENTS = "/slack/events"
EVENT_LIMIT = 1024 * 1024
"""Bytes of a request, which carries the whole message that was clicked: more than a message of the web page."""
TEXTS = Path(__file__).with_name("texts.yml")
log = structlog.get_logger()


def add_slack(app: web.Application) -> None:
    """Adds the channel to the gateway. Raises ValueError for settings that cannot be used."""
    settings = app[SETTINGS]
    if not (settings.slack_app_token or settings.slack_signing_secret):
        raise ValueError("INSTRUCTREC_SLACK_BOT_TOKEN: needs INSTRUCTREC_SLACK_APP_TOKEN or _SLACK_SIGNING_SECRET too")
    inbox = Inbox(app)

    async def running(app: web.Application) -> AsyncIterator[None]:
        client = client_of(settings)
        bolt = _bolt(settings, client)
        Events(app, inbox, client, load_texts(TEXTS)).register(bolt)
        app[BOLT] = bolt
        outbox = Outbox(app[STORE], app[LISTENERS], app[METRICS], SlackSender(client, Renderer(inbox.texts)))
        outbox.start()
        connecting = asyncio.create_task(_connect(bolt, client, settings))
        yield
        connecting.cancel()
        with suppress(asyncio.CancelledError):
            await connecting
        await outbox.stop()

    app.cleanup_ctx.append(running)
    if settings.slack_signing_secret:
        app.router.add_post(EVENTS, events)


BOLT = web.AppKey("bolt", AsyncApp)


def _authorizer(client: AsyncWebClient) -> Callable[[], Awaitable[AuthorizeResult]]:
    """Who the bot is in Slack, asked once: an event that comes before that is known must come again."""
    known: list[AuthorizeResult] = []

    async def authorize() -> AuthorizeResult:
        if not known:
            try:
                found = await client.auth_test()
            except FAULTS as error:
                log.error("slack_unreachable", error=type(error).__name__)
                raise Problem(503, "Slack does not say who the bot is; send it again", "auth.test") from error
            known.append(AuthorizeResult.from_auth_test_response(bot_token=client.token, auth_test_response=found))
        return known[0]

    return authorize


async def events(request: web.Request) -> web.StreamResponse:
    """What Slack sends, signed; 200 once it is stored."""
    sent = await to_bolt_request(request.clone(client_max_size=EVENT_LIMIT))
    return await to_aiohttp_response(await request.app[BOLT].async_dispatch(sent))


def _bolt(settings: Settings, client: AsyncWebClient) -> AsyncApp:
    """`process_before_response`: an event is acknowledged when it was stored."""
    return AsyncApp(
        name="instructrec",
        signing_secret=settings.slack_signing_secret,
        client=AsyncWebClient(base_url=client.base_url),
        authorize=_authorizer(client),
        process_before_response=True,
    )


async def _connect(bolt: AsyncApp, client: AsyncWebClient, settings: Settings) -> None:
    """Holds the connection of Socket Mode; Slack's client renews it by itself."""
    if not settings.slack_app_token:
        return
    handler = AsyncSocketModeHandler(bolt, settings.slack_app_token, web_client=client)
    try:
        await handler.connect_async()
        await asyncio.Event().wait()
    finally:
        await handler.close_async()
