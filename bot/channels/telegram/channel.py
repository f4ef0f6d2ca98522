"""Telegram as a part of the gateway: polled where no webhook is set, both with aiogram's own dispatcher."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.types import BotCommand, Update
from aiogram.utils.token import TokenValidationError
from aiohttp import web
from pydantic import ValidationError

from bot.channels.inbox import COMMANDS, LINK, PRIVACY, Inbox
from bot.channels.keys import LISTENERS, METRICS, SETTINGS, STORE
from bot.channels.outbox import Outbox
from bot.channels.problems import Handler, Problem, described
from bot.channels.secret import secret_of
from bot.channels.telegram.rendering import Renderer
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.updates import Updates, until_stored
from bot.channels.texts import load_texts
from data.pack import LANGUAGES
from data.settings import Settings

WEBHOOK = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE_LIMIT = 1024 * 1024
"""Bytes of an update, which quotes the message it replies to: more than a message of the web page."""
POLL_S = 25
ALLOWED = ["message", "callback_query"]
PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)
TEXTS = Path(__file__).with_name("texts.yml")
log = structlog.get_logger()


def add_telegram(app: web.Application) -> None:
    """Adds the channel to the gateway. Raises ValueError for settings that cannot be used."""
    settings = app[SETTINGS]
    bot = _bot(settings)
    inbox = Inbox(app)
    sender = TelegramSender(bot, Renderer(inbox.texts))
    dispatcher = Updates(app, inbox, sender).dispatcher()
    if settings.telegram_webhook_url:
        app.router.add_post(WEBHOOK, _webhook(bot, dispatcher, webhook_secret(settings)))
    else:
        dispatcher.update.outer_middleware(until_stored)

    async def running(app: web.Application) -> AsyncIterator[None]:
        outbox = Outbox(app[STORE], app[LISTENERS], app[METRICS], sender)
        outbox.start()
        receiving = asyncio.create_task(_receive(bot, dispatcher, settings))
        yield
        await _end(receiving, dispatcher)
        await outbox.stop()
        await bot.session.close()

    app.cleanup_ctx.append(running)


def webhook_secret(settings: Settings) -> str:
    """What Telegram sends back with each update, so that nobody else can: made of our key and the token."""
    about = f"telegram webhook {settings.telegram_token}".encode()
    return hmac.new(secret_of(settings).encode(), about, hashlib.sha256).hexdigest()


def _bot(settings: Settings) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api))
    try:
        return Bot(settings.telegram_token, session=session)
    except TokenValidationError as error:
        raise ValueError("INSTRUCTREC_TELEGRAM_TOKEN: no token of a bot; one looks like 123456:ABC-DEF") from error


def _webhook(bot: Bot, dispatcher: Dispatcher, secret: str) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        """200 once what the update says is stored; Telegram sends it again for anything else."""
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            raise Problem(401, "expected the secret token that was set with the webhook", f"header.{SECRET_HEADER}")
        body = await request.clone(client_max_size=UPDATE_LIMIT).read()
        try:
            update = Update.model_validate_json(body, context={"bot": bot})
        except ValidationError:
            raise Problem(400, "not an update of the Bot API", "body") from None
        await dispatcher.feed_update(bot, update)
        return web.json_response({})

    return handle


async def _receive(bot: Bot, dispatcher: Dispatcher, settings: Settings) -> None:
    """Sets the webhook, or polls for ever; whatever Telegram says, the gateway runs and it is tried again."""
    failures = 0
    while True:
        try:
            await _announce(bot)
            if settings.telegram_webhook_url:
                await bot.set_webhook(
                    settings.telegram_webhook_url, secret_token=webhook_secret(settings), allowed_updates=ALLOWED
                )
                return
            await bot.delete_webhook()
            await dispatcher.start_polling(
                bot,
                polling_timeout=POLL_S,
                handle_as_tasks=False,
                allowed_updates=ALLOWED,
                handle_signals=False,
                close_bot_session=False,
            )
            return
        except Exception as error:  # whatever it was, without this task the channel is deaf
            pause_s = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
            if isinstance(error, TelegramRetryAfter):
                pause_s = max(pause_s, error.retry_after)
            log.error("telegram_unreachable", again_in_s=pause_s, **described(error))
            await asyncio.sleep(pause_s)
            failures += 1


async def _announce(bot: Bot) -> None:
    """The menu of commands, in both languages; the first is what people of every other language see.

    The bot also works without it, so it is not tried again.
    """
    texts = load_texts(TEXTS)
    for language in LANGUAGES:
        commands = [
            BotCommand(command=name, description=texts.say(name, language)) for name in (*COMMANDS, LINK, PRIVACY)
        ]
        try:
            await bot.set_my_commands(commands, language_code=None if language == LANGUAGES[0] else language)
        except AiogramError as error:
            log.warning("menu_not_set", language=language, error=type(error).__name__)


async def _end(receiving: asyncio.Task[None], dispatcher: Dispatcher) -> None:
    """Ends polling between two updates; one that was not stored comes again."""
    with suppress(RuntimeError, TimeoutError):  # RuntimeError: it does not poll
        async with asyncio.timeout(1.0):
            await dispatcher.stop_polling()
    receiving.cancel()
    with suppress(asyncio.CancelledError):
        await receiving
