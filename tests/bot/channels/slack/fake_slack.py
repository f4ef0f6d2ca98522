"""A server that speaks Slack's Web API and Socket Mode as far as the gateway uses them, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, web

SECRET = "a signing secret for tests"
Fault = tuple[int, dict[str, str], str]
TOO_MANY: Fault = (429, {"Retry-After": "1"}, '{"ok": false, "error": "ratelimited"}')
BROKEN: Fault = (500, {}, "<html>not JSON</html>")
LEFT: Fault = (200, {}, '{"ok": false, "error": "channel_not_found"}')


@dataclass
class FakeSlack:
    """What was asked of it, and how it answers first, by method."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/api/{method}", self._call)
        return app

    def made(self, method: str) -> list[dict[str, Any]]:
        """The parameters of the calls of a method that succeeded, in order."""
        return [parameters for name, parameters in self.calls if name == method]

    @property
    def texts(self) -> list[str]:
        """What the bot has said, in order."""
        return [parameters["text"] for parameters in self.made("chat.postMessage")]

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Returns when it is so."""
        async with asyncio.timeout(timeout_s):
            while not is_so():
                await asyncio.sleep(0.01)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if faults := self.faults.get(method):
            status, headers, text = faults.pop(0)
            return web.Response(status=status, headers=headers, text=text, content_type="application/json")
        if request.content_type == "application/json":
            parameters = await request.json()
        else:
            parameters = {name: _read(str(value)) for name, value in (await request.post()).items()}
        self.calls.append((method, parameters))
        return web.json_response({"ok": True, **self._result(method, request)})

    def _result(self, method: str, request: web.Request) -> dict[str, Any]:
        return {
            "auth.test": {"user_id": "UBOT", "bot_id": "BBOT", "team_id": "T1", "user": "bot"},
            "chat.postMessage": {"ts": f"9000.{len(self.calls):04}", "channel": "D1"},
            "conversations.open": {"channel": {"id": "D1"}},
            "apps.connections.open": {"url": f"ws://{request.host}/socket"},
        }.get(method, {})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello"})
        async for message in socket:
            self.acknowledged.append(json.loads(message.data)["envelope_id"])
        return socket


@dataclass(frozen=True)
class Workspace:
    """Slack as the gateway hears it: signed requests."""

    http: ClientSession
    address: str

    async def send(self, body: dict[str, Any], secret: str = SECRET, at: float | None = None) -> int:
        """The status of the answer to an event."""
        return await self._post(json.dumps(body), "application/json", secret, at)

    async def click(self, body: dict[str, Any]) -> int:
        """The status of the answer to a click."""
        form = urlencode({"payload": json.dumps(body)})
        return await self._post(form, "application/x-www-form-urlencoded", SECRET, None)

    async def command(self, name: str, text: str, user: str = "U1", channel: str = "C1") -> int:
        """The status of the answer to a slash command."""
        about = {"command": name, "text": text, "user_id": user, "channel_id": channel, "team_id": "T1"}
        form = urlencode({**about, "trigger_id": f"{name} {text}"})
        return await self._post(form, "application/x-www-form-urlencoded", SECRET, None)

    async def _post(self, body: str, content_type: str, secret: str, at: float | None) -> int:
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        async with self.http.post(self.address, data=body.encode(), headers=headers) as response:
            await response.read()
            return response.status


def event(ts: str, text: str, user: str = "U1", channel: str = "D1", **more: Any) -> dict[str, Any]:
    """Somebody wrote; in a direct chat unless `channel` says otherwise."""
    kind = {"channel_type": "im" if channel.startswith("D") else "channel"}
    content = {"type": "message", "ts": ts, "text": text, "user": user, "channel": channel, **kind, **more}
    return {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{ts}", "event": content}


def click(value: str, action_id: str, user: str = "U1", channel: str = "D1", **message: Any) -> dict[str, Any]:
    """Somebody pressed a button."""
    action = {"type": "button", "action_id": action_id, "value": value, "action_ts": "1.5", "block_id": "b"}
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": user, "team_id": "T1"},
        "channel": {"id": channel},
        "message": {"ts": "9000.0001", "text": "card", **message},
        "actions": [action],
    }


def _read(value: str) -> Any:
    return json.loads(value) if value[:1] in "{[" else value
