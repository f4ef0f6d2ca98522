"""A Slack channel as a desk: each handoff is a thread, whoever replies in it answers the person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.errors import SlackClientError

from bot.channels.handoff.briefing import spoken
from bot.channels.handoff.forwarder import Forwarder, OutsideError
from bot.channels.handoff.handoffs import Handoffs
from bot.channels.outbox import RefusedError, SendLaterError
from bot.channels.slack.blocks import SECTION, Block, Part, Renderer, button, plain
from bot.channels.slack.sender import Place, SlackSender, client_of
from bot.channels.slack.words import escaped, typed
from data.settings import Settings
from data.store import Handoff, StoredMessage

NOTE = "//"
"""Begins a reply that is a note for colleagues and is not passed on."""
PREFIX = "desk:"
"""Begins the action_id of a button of ours."""
BUTTONS = ("take", "release", "resolve")
FAULTS = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
log = structlog.get_logger()


class SlackDesk:
    """The desk, and the other side of it as the forwarder speaks to it."""

    def __init__(self, settings: Settings):
        """Raises ValueError for settings that cannot be used."""
        if not (settings.slack_bot_token and settings.handoff_slack_channel):
            raise ValueError(
                "INSTRUCTREC_HANDOFF_DESK=slack: needs INSTRUCTREC_SLACK_BOT_TOKEN and _HANDOFF_SLACK_CHANNEL too"
            )
        self._settings = settings

    def add_routes(self, app: web.Application) -> None:
        """Slack's own channel hears for the desk."""
        app[SLACK_DESK] = self

    @asynccontextmanager
    async def running(self, handoffs: Handoffs) -> AsyncIterator[None]:
        """Forwards while the block runs."""
        self._handoffs, self._client = handoffs, client_of(self._settings)
        self._sender = SlackSender(self._client, Renderer(handoffs.words.texts))
        forwarder = Forwarder(handoffs, self)
        running = asyncio.create_task(forwarder.run())
        yield
        forwarder.stop()
        await running

    async def open(self, handoff: Handoff) -> Mapping[str, Any]:
        """The first message of a thread, with the buttons."""
        texts, language = self._handoffs.words.texts, handoff.language
        need = str(handoff.packet.get("need") or "") or texts.say("from_user", language)
        elements = [button(texts.say(name, language), f"{PREFIX}{name}", handoff.handoff_id) for name in BUTTONS]
        blocks: list[Block] = [_section(f"🙋 {need}"), {"type": "actions", "elements": elements}]
        return {"thread": await self._post("", need, blocks)}

    async def brief(self, handoff: Handoff, text: str) -> None:
        """Below it, in as many sections as it needs."""
        pieces = [text[at : at + SECTION] for at in range(0, len(text), SECTION)]
        await self._post(_thread(handoff), pieces[0], [_section(piece) for piece in pieces])

    async def tell(self, handoff: Handoff, message: StoredMessage) -> None:
        """One line below it."""
        if words := spoken(self._handoffs.words.texts, handoff, message):
            await self._post(_thread(handoff), words, [_section(words[:SECTION])])

    async def end(self, handoff: Handoff) -> None:
        """Says so in the thread."""
        words = self._handoffs.words.texts.say("over", handoff.language)
        await self._post(_thread(handoff), words, [_section(words)])

    async def look(self, handoff: Handoff) -> None:
        """Slack sends an event again until it was taken."""

    async def heard(self, event: Mapping[str, Any]) -> bool:
        """True when it was said in the desk's channel, and so is nobody's wish for the bot."""
        if event.get("channel") != self._settings.handoff_slack_channel:
            return False
        handoff = await self._of(str(event.get("thread_ts") or ""))
        text = typed(str(event.get("text") or ""))
        if handoff is not None and text:
            await self._said(handoff, str(event["user"]), text, f"slack:{event['ts']}")
        return True

    async def clicked(self, action_id: str, handoff_id: str, user: str) -> bool:
        """True when it was a button of the desk."""
        if not action_id.startswith(PREFIX):
            return False
        verb = action_id.removeprefix(PREFIX)
        handoff = await asyncio.to_thread(self._handoffs.store.handoffs.find, handoff_id)
        if handoff is None:
            return True
        if verb == "take":
            await self._handoffs.take(handoff, await self._name(user, handoff))
        elif verb == "resolve" and handoff.state == "open":
            await self._handoffs.close_waiting(handoff)
        elif verb in ("resolve", "release"):
            await self._handoffs.give_back(handoff, None, f"{verb}d")
        return True

    async def _said(self, handoff: Handoff, user: str, text: str, key: str) -> None:
        name = await self._name(user, handoff)
        if text.startswith(NOTE):
            await self._handoffs.note(handoff, name, text.removeprefix(NOTE).strip())
        else:
            await self._handoffs.hear(handoff.handoff_id, name, text, key)

    async def _name(self, user: str, handoff: Handoff) -> str:
        """The colleague's name in Slack, where the app may read it."""
        try:
            profile = (await self._client.users_info(user=user)).get("user") or {}
            if name := str(profile.get("real_name") or profile.get("name") or ""):
                return name[:64]
        except FAULTS as error:
            log.info("name_not_known", error=type(error).__name__)
        return self._handoffs.words.texts.say("from_agent", handoff.language)

    async def _post(self, thread: str, text: str, blocks: list[Block]) -> str:
        place = Place("", self._settings.handoff_slack_channel, thread)
        try:
            return await self._sender.post(place, Part(escaped(text[:SECTION]), blocks))
        except (SendLaterError, RefusedError) as error:
            raise OutsideError(str(error)) from error

    async def _of(self, thread: str) -> Handoff | None:
        known = await asyncio.to_thread(self._handoffs.store.handoffs.with_desk)
        return next((one for one in known if thread and (one.desk.get("ref") or {}).get("thread") == thread), None)


SLACK_DESK = web.AppKey("slack_desk", SlackDesk)


def _section(text: str) -> Block:
    return {"type": "section", "text": plain(text or "…", SECTION)}


def _thread(handoff: Handoff) -> str:
    try:
        return str(handoff.desk["ref"]["thread"])
    except (KeyError, TypeError) as error:
        raise OutsideError(f"handoff {handoff.handoff_id}: no thread there") from error
