"""The side of Telegram that sends: parts of stored messages, cards that turn to another page, typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction, ParseMode
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import LinkPreviewOptions

from bot.channels.outbox import RefusedError, SendLaterError
from bot.channels.telegram.rendering import Part, Renderer
from data.store import Conversation, Due, StoredMessage

CHANNEL = "telegram"
OURS = (TelegramUnauthorizedError, TelegramNotFound)
"""The token is not good (401, 404): that says nothing about the message, and a person can mend it."""
log = structlog.get_logger()


@dataclass(frozen=True)
class TelegramSender:
    """Sends through a bot of aiogram."""

    bot: Bot
    renderer: Renderer
    channel: str = CHANNEL

    def parts(self, due: Due) -> Sequence[Part]:
        """The messages of Telegram that one of ours makes."""
        return self.renderer.parts(due.conversation, due.message)

    async def send(self, due: Due, part: Part) -> str:
        """Sends a part and returns Telegram's message_id."""
        try:
            sent = await self.bot.send_message(
                chat_id=due.address,
                text=part.text,
                parse_mode=ParseMode.HTML,
                reply_markup=part.keyboard,
                link_preview_options=_preview(part),
            )
        except ClientDecodeError as error:
            return _sent_all_the_same(error)
        except TelegramRetryAfter as error:
            raise SendLaterError("429", error.retry_after) from error
        except (TelegramNetworkError, TelegramServerError, *OURS) as error:
            raise SendLaterError(type(error).__name__) from error
        except TelegramAPIError as error:
            raise RefusedError(f"{type(error).__name__}: {error.message}") from error
        return str(sent.message_id)

    async def turn(
        self, conversation: Conversation, message: StoredMessage, address: str, sent: int, page: int
    ) -> None:
        """Shows another page of a card that was sent; what Telegram does not take is left as it was."""
        part = self.renderer.card(conversation, message, page)
        try:
            await self.bot.edit_message_text(
                chat_id=address,
                message_id=sent,
                text=part.text,
                parse_mode=ParseMode.HTML,
                reply_markup=part.keyboard,
                link_preview_options=_preview(part),
            )
        except TelegramBadRequest as error:
            if "not modified" not in error.message:
                log.warning("not_turned", error=error.message)
        except AiogramError as error:
            log.warning("not_turned", error=type(error).__name__)

    async def show_typing(self, address: str) -> None:
        """Shows "typing…"; nobody waits for it."""
        try:
            await self.bot.send_chat_action(address, ChatAction.TYPING)
        except AiogramError as error:
            log.info("typing_not_shown", error=type(error).__name__)


def _preview(part: Part) -> LinkPreviewOptions:
    """The image of a card as a large preview above it; no other link is looked up."""
    if not part.image:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=part.image, prefer_large_media=True, show_above_text=True)


def _sent_all_the_same(error: ClientDecodeError) -> str:
    """Its id, when Telegram took the message and only said so in a way the library does not know."""
    if isinstance(error.data, dict) and error.data.get("ok") is True:
        result = error.data.get("result")
        return str(result.get("message_id", "")) if isinstance(result, dict) else ""
    raise SendLaterError("ClientDecodeError") from error
