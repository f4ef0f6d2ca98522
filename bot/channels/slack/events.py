"""The side of Slack that receives: direct messages, mentions, clicks and the App Home into the inbox."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.handoff.slack_desk import SLACK_DESK
from bot.channels.inbox import LINK, Inbox
from bot.channels.keys import SETTINGS, STORE
from bot.channels.slack.blocks import clicked
from bot.channels.slack.history import liked_titles
from bot.channels.slack.home import PREFIX, home_view
from bot.channels.slack.sender import CHANNEL, Place
from bot.channels.slack.words import typed
from bot.channels.texts import Texts
from bot.words import language_of
from data.pack import LANGUAGES
from data.store import Conversation

SAID = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes of a message that somebody wrote; the others tell of edits, joins and the like."""
FAULTS = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
Json = Mapping[str, Any]
log = structlog.get_logger()


class Events:
    """Takes in each event once: the message's own `ts` is the key, so a retry and a mention's double are one."""

    def __init__(self, app: web.Application, inbox: Inbox, client: AsyncWebClient, texts: Texts):
        self._app, self._inbox, self._client, self._texts = app, inbox, client, texts

    def register(self, bolt: AsyncApp) -> None:
        """Adds the listeners; what they raise is answered 500, and Slack sends the event again."""
        bolt.event("message")(self.on_message)
        bolt.event("app_mention")(self.on_mention)
        bolt.event("app_home_opened")(self.on_home)
        bolt.command(f"/{LINK}")(self.on_link)
        bolt.action(re.compile(".*"))(self.on_click)

    async def on_message(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """A direct message, or a reply in a thread where this person talks with the bot already."""
        if event.get("bot_id") or not event.get("user") or event.get("subtype") not in SAID:
            return
        if (desk := self._app.get(SLACK_DESK)) and await desk.heard(event):
            return
        place = _place(body, event)
        is_direct = event.get("channel_type") == "im"
        if is_direct or (event.get("thread_ts") and await self._find(place)):
            await self._say(place, event)

    async def on_mention(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """A mention in a channel begins a conversation in its thread."""
        desk = self._app.get(SLACK_DESK)
        if not event.get("bot_id") and event.get("user") and not (desk and await desk.heard(event)):
            await self._say(_place(body, event), event)

    async def on_home(self, body: dict[str, Any], event: dict[str, Any]) -> None:
        """The App Home was opened."""
        if event.get("tab") == "home":
            await self._publish(str(body.get("team_id", "")), str(event["user"]), str(event["channel"]))

    async def on_link(self, ack: Any, body: dict[str, Any]) -> None:
        """The command /link, answered in the direct chat wherever it was given, because a code is nobody else's."""
        user = str(body["user_id"])
        conversation = await self._open(Place(str(body.get("team_id", "")), await self._direct(user)), user, "")
        await self._inbox.command(
            conversation, f"command:{body['trigger_id']}"[:255], LINK, str(body.get("text") or "")
        )
        await ack()

    async def on_click(self, ack: Any, body: dict[str, Any], action: dict[str, Any]) -> None:
        """A button; the message is updated to show which one was pressed."""
        action_id, user = str(action.get("action_id", "")), str(body["user"]["id"])
        if (desk := self._app.get(SLACK_DESK)) and await desk.clicked(action_id, str(action.get("value", "")), user):
            await ack()
            return
        team = str((body.get("team") or {}).get("id") or body["user"].get("team_id", ""))
        is_home = "view" in body
        channel = await self._direct(user) if is_home else str(body["channel"]["id"])
        place = Place(team, channel) if is_home else _clicked_place(body, team, channel, user)
        key = f"click:{action.get('action_ts')}:{action_id}"[:255]
        if action_id.startswith(PREFIX):
            conversation = await self._open(place, user, "")
            await self._inbox.command(conversation, key, action_id.removeprefix(PREFIX))
        else:
            await self._press(await self._find(place), place, key, user, body, action)
        await ack()

    async def _press(
        self, conversation: Conversation | None, place: Place, key: str, user: str, body: Json, action: Json
    ) -> None:
        choice = await self._inbox.choice(conversation, str(action.get("value", ""))) if conversation else None
        if conversation is None or choice is None:
            language = conversation.language if conversation else LANGUAGES[0]
            await self._whisper(place, user, self._inbox.texts.say("expired", language))
            return
        if words := await self._inbox.press(conversation, key, choice):
            await self._whisper(place, user, words)
        elif "view" in body:
            await self._publish(place.team, user, place.channel)
        else:
            await self._mark(place, body["message"], str(action["action_id"]))

    async def _mark(self, place: Place, message: Json, action_id: str) -> None:
        blocks = clicked(message.get("blocks") or (), action_id)
        try:
            await self._client.chat_update(
                channel=place.channel, ts=message["ts"], text=message.get("text") or "…", blocks=blocks
            )
        except FAULTS as error:
            log.warning("click_not_shown", error=type(error).__name__)

    async def _whisper(self, place: Place, user: str, words: str) -> None:
        """Says something to the person who clicked and to nobody else."""
        try:
            thread = place.thread or None
            await self._client.chat_postEphemeral(channel=place.channel, user=user, text=words, thread_ts=thread)
        except FAULTS as error:
            log.warning("not_whispered", error=type(error).__name__)

    async def _publish(self, team: str, user: str, channel: str) -> None:
        conversation = await self._open(Place(team, channel), user, "")
        said = await asyncio.to_thread(self._app[STORE].messages, conversation.conversation_id)
        liked = await asyncio.to_thread(liked_titles, self._app[STORE], conversation, self._app[SETTINGS].packs)
        try:
            await self._client.views_publish(user_id=user, view=home_view(self._texts, conversation, said, liked))
        except FAULTS as error:
            log.warning("home_not_shown", error=type(error).__name__)

    async def _say(self, place: Place, event: Json) -> None:
        text = typed(str(event.get("text") or ""))
        conversation = await self._open(place, str(event["user"]), text)
        await self._inbox.say(conversation, f"message:{event['ts']}", text or None, not place.thread)

    async def _direct(self, user: str) -> str:
        opened = await self._client.conversations_open(users=[user])
        return str(opened["channel"]["id"])

    async def _open(self, place: Place, user: str, text: str) -> Conversation:
        locale = language_of(text) or LANGUAGES[0]
        external_id = f"{place.team}:{user}"
        return await asyncio.to_thread(self._app[STORE].open_chat, CHANNEL, place.address, external_id, locale)

    async def _find(self, place: Place) -> Conversation | None:
        return await asyncio.to_thread(self._app[STORE].find_chat, CHANNEL, place.address)


def _place(body: Json, event: Json) -> Place:
    """A direct chat is one place; in a channel each person has a conversation of their own in each thread."""
    team, channel = str(body.get("team_id", "")), str(event["channel"])
    if event.get("channel_type") == "im" or channel.startswith("D"):
        return Place(team, channel)
    return Place(team, channel, str(event.get("thread_ts") or event["ts"]), str(event["user"]))


def _clicked_place(body: Json, team: str, channel: str, user: str) -> Place:
    if channel.startswith("D"):
        return Place(team, channel)
    message = body.get("message") or {}
    return Place(team, channel, str(message.get("thread_ts") or message.get("ts") or ""), user)
