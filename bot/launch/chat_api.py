"""A client of the gateway's chat interface (DESIGN.md 5.5), as any other client would be."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

WAIT_S = 30.0
ATTEMPTS = 3


class ChatError(RuntimeError):
    """The gateway cannot be reached, or refused."""

    def __init__(self, text: str, status: int | None = None):
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Session:
    """A signed session and the conversation it belongs to."""

    token: str
    conversation_id: str
    user_id: str


@dataclass(frozen=True)
class ChatApi:
    """Calls of one gateway."""

    address: str

    def open_session(self, locale: str | None = None) -> Session:
        """A new conversation. Raises ChatError."""
        content = self._call("POST", "/api/v1/sessions", {"locale": locale} if locale else {})
        return Session(content["token"], content["conversation_id"], content["user_id"])

    def send(self, session: Session, *, text: str | None = None, payload: str | None = None) -> list[dict[str, Any]]:
        """Sends a text or a choice and gives the messages that answer it. Raises ChatError."""
        body = {"id": str(uuid.uuid4()), **({"payload": payload} if payload is not None else {"text": text})}
        return self._call("POST", "/api/v1/messages?wait=true", body, session)["messages"]

    def messages_after(self, session: Session, seq: int) -> list[dict[str, Any]]:
        """The stored messages after that number. Raises ChatError."""
        return self._call("GET", f"/api/v1/messages?after={seq}", None, session)["messages"]

    def _call(self, method: str, path: str, body: dict[str, Any] | None, session: Session | None = None) -> Any:
        request = urllib.request.Request(self.address + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if session is not None:
            request.add_header("Authorization", f"Bearer {session.token}")
        for pause_s in _pauses():
            try:
                with _opener(self.address).open(request, timeout=WAIT_S) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503) or pause_s is None:
                    raise ChatError(_refusal(error), error.code) from error
                time.sleep(pause_s)
            except (urllib.error.URLError, OSError, ValueError) as error:
                reason = getattr(error, "reason", error)
                raise ChatError(f"{self.address}: {reason}; is the bot running? (instructrec up)") from error
        raise AssertionError("the last attempt returns or raises")


def _pauses() -> Iterator[float | None]:
    """Seconds to wait after each attempt; None after the last."""
    yield from (0.5 * 2**attempt for attempt in range(ATTEMPTS - 1))
    yield None


def _opener(address: str) -> urllib.request.OpenerDirector:
    """Loopback is never asked through a proxy."""
    is_loopback = address.startswith(("http://127.", "http://localhost", "http://[::1]"))
    return urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if is_loopback else []))


def _refusal(error: urllib.error.HTTPError) -> str:
    """What problem JSON says, or the status."""
    try:
        content = json.load(error)
        return f"{error.code}: {content.get('detail') or content.get('title')}"
    except (ValueError, AttributeError):
        return f"{error.code}: {error.reason}"
