"""The side of Telegram that receives: messages, commands and pressed buttons into the inbox."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, Message, TelegramObject, Update
from aiohttp import web

from bot.channels.inbox import COMMANDS, LINK, PRIVACY, Inbox
from bot.channels.keys import STORE
from bot.channels.references import read_reference
from bot.channels.telegram.sender import CHANNEL, TelegramSender
from bot.channels.web.sessions import language_of
from data.store import Conversation, StoreError

COMMAND = re.compile(rf"/({'|'.join((*COMMANDS, PRIVACY, LINK))})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
PAUSES_S = (0.2, 1.0, 5.0)
log = structlog.get_logger()


class Updates:
    """Takes in each update once: its `update_id` is the key of what it says."""

    def __init__(self, app: web.Application, inbox: Inbox, sender: TelegramSender):
        self._app, self._inbox, self._sender = app, inbox, sender

    def dispatcher(self) -> Dispatcher:
        """A dispatcher of aiogram that hands its updates to this object; a StoreError reaches who fed it."""
        dispatcher = Dispatcher(disable_fsm=True)
        dispatcher.message.register(self.on_message)
        dispatcher.callback_query.register(self.on_button)
        return dispatcher

    async def on_message(self, message: Message, event_update: Update, bot: Bot) -> None:
        """A text, a command, or something without words."""
        if message.from_user is None or message.from_user.is_bot:
            return
        address, key = str(message.chat.id), f"update:{event_update.update_id}"
        locale = language_of(message.from_user.language_code or "")
        conversation = await asyncio.to_thread(self._app[STORE].open_chat, CHANNEL, address, address, locale)
        text, is_private = message.text or message.caption, message.chat.type == "private"
        found = COMMAND.fullmatch((text or "").strip())
        if found and self._is_command(found):
            name = f"@{(await bot.me()).username}".casefold() if found[2] else ""
            if name in ("", f"@{found[2]}".casefold()):
                await self._inbox.command(conversation, key, found[1].lower(), found[3] or "", is_private)
            return
        await self._inbox.say(conversation, key, text, is_private)

    async def on_button(self, pressed: CallbackQuery, event_update: Update) -> None:
        """A button below a message of ours. Each is answered, or Telegram shows that it waits."""
        chat = pressed.message.chat if pressed.message else None
        address = str(chat.id) if chat else ""
        conversation = await asyncio.to_thread(self._app[STORE].find_chat, CHANNEL, address)
        said = self._inbox.texts.say("expired", language_of(pressed.from_user.language_code or ""))
        is_alert = True
        if conversation is not None:
            said = self._inbox.texts.say("expired", conversation.language)
            if await self._turn(conversation, pressed, address):
                said, is_alert = "", False
            elif choice := await self._inbox.choice(conversation, pressed.data or ""):
                said = await self._inbox.press(conversation, f"update:{event_update.update_id}", choice) or ""
                is_alert = bool(said)
        try:
            await pressed.answer(text=said or None, show_alert=is_alert)
        except AiogramError as error:
            log.warning("button_not_answered", error=type(error).__name__)

    async def _turn(self, conversation: Conversation, pressed: CallbackQuery, address: str) -> bool:
        """Turns a card when the button is one that does; False for any other button."""
        named = read_reference(conversation.conversation_id, pressed.data or "")
        if named is None or named.page is None or pressed.message is None:
            return False
        message = await asyncio.to_thread(self._app[STORE].message, conversation.conversation_id, named.seq)
        if message is None or not (message.content.get("slate") or {}).get("items"):
            return False
        await self._sender.turn(conversation, message, address, pressed.message.message_id, named.page)
        return True

    @staticmethod
    def _is_command(found: re.Match[str]) -> bool:
        """Only /start (what a link to the bot carries) and /link (a code) may be followed by something.

        With anything else behind it, it is a sentence.
        """
        return not found[3] or found[1].lower() in ("start", LINK)


async def until_stored(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
) -> Any:
    """A middleware for polling, which acknowledges an update when it was handled: tried until the store takes it."""
    failures = 0
    while True:
        try:
            return await handler(event, data)
        except StoreError as error:
            log.error("store_failed", channel=CHANNEL, error=str(error))
            await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
            failures += 1
