"""Sessions of the web channel: a signed token for a conversation, new or resumed."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.channels.addresses import address_of, site_of
from bot.channels.keys import SIGNER, STORE
from bot.channels.requests import bearer_of, demand_rate, is_of, json_body, string_of
from bot.channels.tokens import Session
from data.pack import LANGUAGES
from data.store import Conversation

CHANNEL = "web"
LOCALE_LIMIT = 64
TOKEN_LIMIT = 2048


async def open_session(request: web.Request) -> web.Response:
    """A fresh token: of the old conversation when the body has its token, else of a new conversation.

    A new conversation belongs to the person of the token in the header; without one to a new person.
    """
    body = await json_body(request, is_required=False)
    locale = language_of(string_of(body, "locale", LOCALE_LIMIT) or "")
    conversation = await _known(request.app, string_of(body, "token", TOKEN_LIMIT))
    if conversation is None:
        demand_rate(request, "newcomer", site_of(address_of(request)))
        earlier = await _known(request.app, bearer_of(request))
        user_id = earlier.user_id if earlier else None
        conversation = await asyncio.to_thread(request.app[STORE].open_conversation, CHANNEL, user_id, locale)
    session = Session(conversation.conversation_id, conversation.user_id)
    return web.json_response(
        {
            "token": request.app[SIGNER].session_token(session),
            "conversation_id": conversation.conversation_id,
            "user_id": conversation.user_id,
        }
    )


def language_of(locale: str) -> str:
    """The language we speak that a browser's locale names: "zh-TW" is zh, what we do not speak is English."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


async def _known(app: web.Application, token: str | None) -> Conversation | None:
    """The conversation of a token; None without a good one."""
    session = app[SIGNER].session(token) if token else None
    if session is None:
        return None
    conversation = await asyncio.to_thread(app[STORE].conversation, session.conversation_id)
    return conversation if conversation and await is_of(app, conversation, session.user_id) else None
