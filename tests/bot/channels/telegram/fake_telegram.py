"""A server that speaks Telegram's Bot API as far as the gateway uses it, and misbehaves as a test tells it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "123456:a-token-for-tests"
Fault = tuple[int, dict[str, Any]]
TOO_MANY: Fault = (
    429,
    {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}},
)
BROKEN: Fault = (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"})
BLOCKED: Fault = (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"})


@dataclass
class FakeTelegram:
    """What was asked of it, and the updates it has for the bot."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    """Answers to give first, by method."""
    updates: list[dict[str, Any]] = field(default_factory=list)
    acknowledged: int = 0
    """The offset that was asked for last."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post(f"/bot{TOKEN}/{{method}}", self._call)
        return app

    def send(self, *updates: dict[str, Any]) -> None:
        """Gives the bot updates, in this order."""
        self.updates += updates
        self._changed.set()

    def made(self, method: str) -> list[dict[str, Any]]:
        """The parameters of the calls of a method that succeeded, in order."""
        return [parameters for name, parameters in self.calls if name == method]

    @property
    def texts(self) -> list[str]:
        """What the bot has said, in order."""
        return [parameters["text"] for parameters in self.made("sendMessage")]

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Returns when it is so."""
        async with asyncio.timeout(timeout_s):
            while not is_so():
                await asyncio.sleep(0.01)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        parameters = {name: _read(str(value)) for name, value in (await request.post()).items()}
        if faults := self.faults.get(method):
            status, body = faults.pop(0)
            return web.json_response(body, status=status)
        if method == "getUpdates":
            return web.json_response({"ok": True, "result": await self._wait(int(parameters.get("offset", 0)))})
        self.calls.append((method, parameters))
        return web.json_response({"ok": True, "result": self._result(method, parameters)})

    async def _wait(self, offset: int) -> list[dict[str, Any]]:
        """What was not acknowledged; a real server holds the request open in the same way."""
        self.acknowledged = offset
        for _ in range(100):
            if waiting := [update for update in self.updates if update["update_id"] >= offset]:
                return waiting
            await asyncio.sleep(0.01)
        return []

    def _result(self, method: str, parameters: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": 123456, "is_bot": True, "first_name": "Bot", "username": "the_bot"}
        if method in ("sendMessage", "editMessageText"):
            return message(len(self.calls), int(parameters["chat_id"]), text="sent")
        return True


def message(message_id: int, chat_id: int, language: str = "en", **content: Any) -> dict[str, Any]:
    """A message of a private chat."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Ann", "language_code": language}
    chat = {"id": chat_id, "type": "private", "first_name": "Ann"}
    return {"message_id": message_id, "date": 1_700_000_000, "chat": chat, "from": person, **content}


def said(update_id: int, text: str, chat_id: int = 7, **more: Any) -> dict[str, Any]:
    """An update: somebody wrote."""
    return {"update_id": update_id, "message": message(update_id, chat_id, text=text, **more)}


def pressed(update_id: int, data: str, chat_id: int = 7) -> dict[str, Any]:
    """An update: somebody pressed a button with that callback_data."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    query = {"id": f"q{update_id}", "from": person, "chat_instance": "1", "data": data}
    return {"update_id": update_id, "callback_query": {**query, "message": message(900, chat_id, text="card")}}


def _read(value: str) -> Any:
    return json.loads(value) if value[:1] in "{[" else value
