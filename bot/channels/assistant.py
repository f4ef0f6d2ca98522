"""The client of the assistant: one message to Rasa's REST channel, its replies back, within a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from data.store import Conversation


class AssistantError(RuntimeError):
    """No usable reply; `fault` is the name in texts.yml of what to say about it."""

    def __init__(self, fault: str, detail: str):
        self.fault, self.detail = fault, detail
        super().__init__(detail)


@asynccontextmanager
async def assistant_client(url: str, timeout_s: float) -> AsyncIterator[Assistant]:
    """An assistant that can be asked while the block runs.

    Each request has its own connection: one kept open may be closed by the assistant in the moment of its reuse, and
    a message that may have been read must not be sent again.
    """
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None)) as session:
        yield Assistant(session, url.rstrip("/"), timeout_s)


@dataclass(frozen=True)
class Assistant:
    """Where the assistant is and how long it may take."""

    session: aiohttp.ClientSession
    url: str
    timeout_s: float

    async def ask(
        self, conversation: Conversation, message_id: str, message: str, about: Mapping[str, Any] | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Rasa's replies, at least one; `about` is what the actions must know besides. Raises AssistantError."""
        body = {
            "sender": conversation.conversation_id,
            "message": message,
            "metadata": {
                "user_id": conversation.user_id,
                "conversation_id": conversation.conversation_id,
                "message_id": message_id,
                "channel": conversation.channel,
                "locale": conversation.locale,
                **(about or {}),
            },
        }
        replies = await self._in_time("/webhooks/rest/webhook", body)
        if not isinstance(replies, list) or not all(isinstance(reply, dict) for reply in replies):
            raise AssistantError("unreachable", f"expected a list of replies, got {type(replies).__name__}")
        if not replies:
            raise AssistantError("speechless", "an empty list of replies")
        return replies

    async def read(self, text: str) -> Mapping[str, Any]:
        """What the assistant reads in words that it does not answer. Raises AssistantError."""
        parsed = await self._in_time("/model/parse", {"text": text})
        if not isinstance(parsed, dict):
            raise AssistantError("unreachable", f"expected an object, got {type(parsed).__name__}")
        return parsed

    async def forget(self, conversation_id: str) -> bool:
        """Replaces what the assistant remembers of a conversation by nothing; False when it would not."""
        url = f"{self.url}/conversations/{conversation_id}/tracker/events"
        try:
            async with asyncio.timeout(self.timeout_s), self.session.put(url, json=[{"event": "restart"}]) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def is_up(self) -> bool:
        """True when the assistant answers at all."""
        try:
            async with asyncio.timeout(1.0), self.session.get(f"{self.url}/") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _in_time(self, path: str, body: Mapping[str, Any]) -> Any:
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._post(path, body)
        except TimeoutError as error:
            raise AssistantError("slow", f"no reply within {self.timeout_s:g} s") from error

    async def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        try:
            async with self.session.post(f"{self.url}{path}", json=body) as response:
                if response.status != 200:
                    raise AssistantError("unreachable", f"status {response.status}")
                return await response.json(content_type=None)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise AssistantError("unreachable", type(error).__name__) from error
