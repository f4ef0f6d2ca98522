"""Chatwoot's application API and the signature of its webhooks, as far as a desk needs them."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channels.handoff.forwarder import OutsideError
from data.settings import Settings

TIMEOUT = aiohttp.ClientTimeout(total=10)
FRESH_S = 300
SIGNATURE, TIMESTAMP = "X-Chatwoot-Signature", "X-Chatwoot-Timestamp"


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: float | None = None) -> bool:
    """Whether Chatwoot, who shares `secret`, sent the body, and not long ago."""
    at = headers.get(TIMESTAMP, "")
    if not (at.isascii() and at.isdigit()) or abs((time.time() if now is None else now) - int(at)) > FRESH_S:
        return False
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={digest}".encode(), headers.get(SIGNATURE, "").encode())


@dataclass(frozen=True)
class Chatwoot:
    """One API channel (an inbox) of one account. Its methods raise OutsideError."""

    session: aiohttp.ClientSession
    settings: Settings

    async def open_conversation(self, user_id: str, name: str) -> int:
        """The number of a new, open conversation with that person."""
        contact_id, source_id = await self._contact(user_id, name)
        inbox = self.settings.chatwoot_inbox
        body = {"source_id": source_id, "inbox_id": inbox, "contact_id": contact_id, "status": "open"}
        return int((await self._call("POST", "conversations", body))["id"])

    async def post(self, conversation: int, content: str, is_persons: bool) -> None:
        """Adds a message of the person, or a private note."""
        kind = {"message_type": "incoming"} if is_persons else {"message_type": "outgoing", "private": True}
        await self._call("POST", f"conversations/{conversation}/messages", {"content": content, **kind})

    async def set_status(self, conversation: int, status: str) -> None:
        """Makes it open, pending or resolved."""
        await self._call("POST", f"conversations/{conversation}/toggle_status", {"status": status})

    async def status(self, conversation: int) -> str:
        """open, pending, snoozed or resolved."""
        return str((await self._call("GET", f"conversations/{conversation}"))["status"])

    async def messages(self, conversation: int) -> list[dict[str, Any]]:
        """Its latest messages, oldest first."""
        found = (await self._call("GET", f"conversations/{conversation}/messages"))["payload"]
        return sorted((m for m in found if isinstance(m, dict)), key=lambda message: int(message.get("id", 0)))

    async def _contact(self, user_id: str, name: str) -> tuple[int, str]:
        """The person's contact and what the inbox calls them; made when there is none."""
        body = {"inbox_id": self.settings.chatwoot_inbox, "name": name, "identifier": user_id}
        try:
            made = (await self._call("POST", "contacts", body))["payload"]
            return int(made["contact"]["id"]), str(made["contact_inbox"]["source_id"])
        except _RefusedError:  # there is one already
            found = (await self._call("GET", f"contacts/search?q={user_id}"))["payload"]
        for contact in found:
            for place in contact.get("contact_inboxes") or ():
                if (place.get("inbox") or {}).get("id") == self.settings.chatwoot_inbox:
                    return int(contact["id"]), str(place["source_id"])
        raise OutsideError("contact: is known, but not in this inbox")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        base = f"{self.settings.chatwoot_url.rstrip('/')}/api/v1/accounts/{self.settings.chatwoot_account}"
        headers = {"api_access_token": self.settings.chatwoot_token}
        try:
            async with self.session.request(
                method, f"{base}/{path}", json=body, headers=headers, timeout=TIMEOUT
            ) as answer:
                if answer.status == 422:
                    raise _RefusedError(f"{path}: status 422")
                if answer.status >= 400:
                    raise OutsideError(f"{path.split('?')[0]}: status {answer.status}")
                return await answer.json(content_type=None) or {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise OutsideError(f"{path.split('?')[0]}: {type(error).__name__}") from error


class _RefusedError(OutsideError):
    """Status 422: what was asked cannot be done as it is."""
