"""The side of Slack that sends: parts of stored messages to a direct chat or a thread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.outbox import RefusedError, SendLaterError
from bot.channels.slack.blocks import Part, Renderer
from data.settings import Settings
from data.store import Due

CHANNEL = "slack"
PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
OURS = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"})
"""The app is not set up well: that says nothing about the message, and a person can mend it."""


def client_of(settings: Settings) -> AsyncWebClient:
    """Without its own retries: the outbox sends again, and only what was not taken."""
    base_url = settings.slack_api.rstrip("/") + "/"
    return AsyncWebClient(settings.slack_bot_token, base_url=base_url, retry_handlers=[])


@dataclass(frozen=True)
class Place:
    """Where Slack shows a conversation: a direct chat, or one person's part of a thread."""

    team: str
    channel: str
    thread: str = ""
    user: str = ""

    @property
    def address(self) -> str:
        """The place as the store keeps it."""
        return json.dumps([self.team, self.channel, self.thread, self.user], separators=(",", ":"))

    @classmethod
    def of(cls, address: str) -> Place:
        """The place of an address."""
        return cls(*json.loads(address))


@dataclass(frozen=True)
class SlackSender:
    """Sends through Slack's own client."""

    client: AsyncWebClient
    renderer: Renderer
    channel: str = CHANNEL

    def parts(self, due: Due) -> Sequence[Part]:
        """The messages of Slack that one of ours makes."""
        return self.renderer.parts(due.conversation, due.message)

    async def send(self, due: Due, part: Part) -> str:
        """Sends a part and returns its `ts`."""
        return await self.post(Place.of(due.address), part)

    async def post(self, place: Place, part: Part) -> str:
        """Posts a part and returns its `ts`. Raises SendLaterError or RefusedError."""
        try:
            sent = await self.client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread or None,
                text=part.text,
                blocks=part.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            raise _outcome(error) from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendLaterError(type(error).__name__) from error
        return str(sent["ts"])

    async def show_typing(self, address: str) -> None:
        """Slack shows no typing of an app."""


def _outcome(error: SlackApiError) -> SendLaterError | RefusedError:
    """Whether it helps to send it again; the client keeps status and headers in the error's response."""
    status = getattr(error.response, "status_code", 0)
    name = str(error.response.get("error") or "") if hasattr(error.response, "get") else ""
    if status == 429 or name in PASSING or name in OURS or status >= 500 or not name:
        headers = {key.lower(): value for key, value in (getattr(error.response, "headers", None) or {}).items()}
        after = str(headers.get("retry-after", "0"))
        return SendLaterError(name or f"status {status}", float(after) if after.isdigit() else 0.0)
    return RefusedError(name)
