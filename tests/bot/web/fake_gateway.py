"""A small gateway that speaks the chat contract of DESIGN.md 5.5 and misbehaves when told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"
)
Answer = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
Wire = dict[str, Any]


async def no_answer(message: Wire) -> None:
    """The bot stays silent."""


@dataclass
class FakeGateway:
    """One conversation at a time is enough: what is said is kept in `messages` and streamed to every open page."""

    page: Path
    """Folder of the built page."""
    answer: Answer = no_answer
    """Called with each new message of the person."""
    echoes_ids: bool = True
    """Whether a message of the person comes back with the client's id."""
    messages: list[Wire] = field(default_factory=list)
    posts: list[Wire] = field(default_factory=list)
    """Every body sent to POST /messages, refused ones too."""
    resumes: list[int] = field(default_factory=list)
    """The `after` of every opened stream."""
    refusals: list[int] = field(default_factory=list)
    """Status of the next refused sends; 0 stores the message but cuts the connection before the answer."""
    sessions: list[Wire] = field(default_factory=list)
    valid_tokens: set[str] = field(default_factory=set)
    conversations: int = 0
    erased: int = 0
    streams_open: bool = True
    """Whether streams are served at all."""
    titles: dict[str, str] = field(default_factory=dict)
    """What the person is shown to have said for a payload."""
    embedders: str = ""
    """Sites that may show the page in a frame."""
    _queues: list[asyncio.Queue[bytes | None]] = field(default_factory=list)

    def app(self) -> web.Application:
        """The application that serves the page and the API."""
        app = web.Application()
        app.on_response_prepare.append(self._set_policy)
        app.router.add_post("/api/v1/sessions", self._open_session)
        app.router.add_post("/api/v1/messages", self._take)
        app.router.add_get("/api/v1/messages", self._replay)
        app.router.add_get("/api/v1/events", self._stream)
        app.router.add_delete("/api/v1/me", self._erase)
        app.router.add_get("/", self._index)
        app.router.add_static("/", self.page)
        return app

    async def say(self, text: str = "", **parts: Any) -> Wire:
        """A message of the bot (or of `from`), stored and streamed."""
        message = {"at": "2025-11-24T10:00:00Z", "from": "bot", "type": "text", "text": text, **parts}
        return self._store(message)

    async def typing(self, on: bool) -> None:
        self._send_all(f"event: typing\ndata: {json.dumps({'typing': on})}\n\n".encode())

    def disconnect(self) -> None:
        """Cuts every open stream."""
        for queue in self._queues:
            queue.put_nowait(None)

    def forget_conversation(self) -> None:
        """As after the end of a session: tokens are refused and nothing is known."""
        self.valid_tokens.clear()
        self.messages.clear()
        self.disconnect()

    async def _index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(self.page / "index.html")

    async def _set_policy(self, request: web.Request, response: web.StreamResponse) -> None:
        ancestors = f"frame-ancestors 'self' {self.embedders}".strip()
        policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'self'", ancestors)
        response.headers["Content-Security-Policy"] = policy

    def _store(self, message: Wire) -> Wire:
        message = {"seq": len(self.messages) + 1, **message}
        self.messages.append(message)
        self._send_all(_event(message))
        return message

    def _send_all(self, chunk: bytes) -> None:
        for queue in self._queues:
            queue.put_nowait(chunk)

    async def _open_session(self, request: web.Request) -> web.Response:
        """A fresh token: of the conversation whose token the body has, else of a new, empty one."""
        body = await request.json()
        self.sessions.append({"authorization": request.headers.get("Authorization"), **body})
        token = f"token-{len(self.sessions)}"
        if body.get("token") not in self.valid_tokens:
            self.conversations += 1
            self.messages.clear()
        self.valid_tokens.add(token)
        return web.json_response({"token": token, "conversation_id": f"c{self.conversations}", "user_id": "u1"})

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.valid_tokens:
            raise web.HTTPUnauthorized

    async def _take(self, request: web.Request) -> web.Response:
        self._check(request)
        body = await request.json()
        self.posts.append(body)
        status = self.refusals.pop(0) if self.refusals else 202
        if status not in (0, 202):
            waiting = {"Retry-After": "1"} if status == 429 else {}
            return web.json_response({"title": "Refused", "detail": "not now"}, status=status, headers=waiting)
        known = any(message.get("client") == body["id"] for message in self.messages)
        if not known:
            await self._accept(body)
        if status == 0 and request.transport:
            request.transport.close()
        return web.json_response({"id": body["id"]}, status=202)

    async def _accept(self, body: Wire) -> None:
        text = body.get("text") or self.titles.get(body.get("payload", ""), body.get("payload", ""))
        message = {"client": body["id"], "at": "2025-11-24T10:00:00Z", "from": "user", "type": "text", "text": text}
        stored = self._store({**message, "id": body["id"]} if self.echoes_ids else message)
        asyncio.get_running_loop().create_task(self.answer({**stored, **body}))

    async def _replay(self, request: web.Request) -> web.Response:
        self._check(request)
        after = int(request.query["after"])
        return web.json_response({"messages": [message for message in self.messages if message["seq"] > after]})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        if not self.streams_open:
            raise web.HTTPServiceUnavailable
        after = int(request.query["after"])
        self.resumes.append(after)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        for message in self.messages:
            if message["seq"] > after:
                queue.put_nowait(_event(message))
        self._queues.append(queue)
        try:
            await response.write(b": here\n\n")
            while (chunk := await queue.get()) is not None:
                await response.write(chunk)
        except ConnectionResetError:
            pass
        finally:
            self._queues.remove(queue)
        return response

    async def _erase(self, request: web.Request) -> web.Response:
        self._check(request)
        self.erased += 1
        self.valid_tokens.clear()
        self.messages.clear()
        return web.Response(status=204)


def _event(message: Wire) -> bytes:
    return f"id: {message['seq']}\nevent: message\ndata: {json.dumps(message)}\n\n".encode()
