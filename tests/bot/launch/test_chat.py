"""The terminal chat against a gateway that answers as DESIGN.md 5.5 says."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.launch.chat import talk
from bot.launch.chat_api import ChatApi, ChatError, Session

SLATE = {
    "type": "slate",
    "text": "Three films for you.",
    "slate": {
        "items": [
            {
                "item_id": "1",
                "title": "Toy Story",
                "subtitle": "1995, Animation",
                "reasons": [{"kind": "constraint", "text": "animated"}],
                "actions": [{"kind": "like", "title": "Like", "payload": "signed-like-1"}],
            },
            {
                "item_id": "2",
                "title": "Aladdin",
                "subtitle": "1992, Animation",
                "reasons": [],
                "actions": [{"kind": "like", "title": "Like", "payload": "signed-like-2"}],
            },
        ],
        "eligible": 1234,
    },
    "need": {"chips": [{"title": "animated", "payload": "signed-drop"}]},
    "choices": [{"title": "More", "payload": "signed-more"}],
}


@dataclass
class Gateway:
    """What a gateway has been told, and what it answers."""

    address: str = ""
    sessions: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    stored: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    """Statuses with which the next messages are refused."""
    known_tokens: set[str] = field(default_factory=set)

    def store(self, message: dict[str, Any]) -> dict[str, Any]:
        self.stored.append({"seq": len(self.stored) + 1, "at": "2026-01-01T00:00:00Z", **message})
        return self.stored[-1]

    def answer(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        self.sent.append(body)
        self.store({"from": "user", "type": "text", "text": body.get("text", "(choice)")})
        reply = SLATE if "text" in body else {"type": "text", "text": f"you chose {body['payload']}"}
        return [self.store({"from": "bot", **reply})]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway on a free port."""
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/api/v1/sessions":
                state.sessions += 1
                token = f"t{state.sessions}"
                state.known_tokens.add(token)
                self.reply(200, {"token": token, "conversation_id": f"c{state.sessions}", "user_id": "u1"})
            elif state.refusals:
                status = state.refusals.pop(0)
                self.reply(status, {"title": "Refused", "detail": "the text is too long", "status": status})
            else:
                assert self.path == "/api/v1/messages?wait=true"
                self.reply(200, {"messages": state.answer(body)})

        def do_GET(self) -> None:
            if self.headers["Authorization"].removeprefix("Bearer ") not in state.known_tokens:
                self.reply(401, {"title": "Unauthorized", "detail": "no such session"})
                return
            after = int(self.path.rpartition("=")[2])
            self.reply(200, {"messages": [message for message in state.stored if message["seq"] > after]})

        def reply(self, status: int, content: dict[str, Any]) -> None:
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()


def said(gateway: Gateway, file: Path, *texts: str, new: bool = False, as_json: bool = False) -> str:
    """What is printed when these texts are said."""
    out = io.StringIO()
    talk(gateway.address, file, Console(file=out, width=80), texts, new, as_json)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "chat-session.json"


def test_a_slate_is_printed_as_numbered_cards(gateway: Gateway, file: Path) -> None:
    shown = said(gateway, file, "an animated film")
    assert "you: an animated film" in shown
    assert "bot: Three films for you." in shown
    assert "1. Toy Story" in shown
    assert "2. Aladdin" in shown
    assert "1995, Animation" in shown
    assert "+ animated" in shown
    assert "of 1,234 that fit" in shown


def test_choices_and_chips_are_numbered(gateway: Gateway, file: Path) -> None:
    shown = said(gateway, file, "an animated film")
    assert "  1 More\n" in shown
    assert "  2 animated ×\n" in shown


def test_a_number_picks_a_choice(gateway: Gateway, file: Path) -> None:
    shown = said(gateway, file, "an animated film", "1")
    assert gateway.sent[1]["payload"] == "signed-more"
    assert "you: More" in shown


def test_an_action_with_a_number_acts_on_that_item(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "an animated film", "like 2")
    assert gateway.sent[1]["payload"] == "signed-like-2"


def test_a_number_that_nothing_has_is_text(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "an animated film", "1995")
    assert gateway.sent[1]["text"] == "1995"


def test_words_that_end_in_a_number_are_text(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "an animated film", "Toy Story 2")
    assert gateway.sent[1]["text"] == "Toy Story 2"


def test_every_message_has_an_id_of_its_own(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "one", "two")
    assert gateway.sent[0]["id"] != gateway.sent[1]["id"]


def test_the_conversation_goes_on(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "an animated film")
    said(gateway, file, "1")
    assert gateway.sessions == 1
    assert gateway.sent[1]["payload"] == "signed-more"


def test_new_begins_another_one(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "hello")
    said(gateway, file, "hello", new=True)
    assert gateway.sessions == 2


def test_a_session_the_gateway_does_not_know_any_more_is_replaced(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "hello")
    gateway.known_tokens.clear()
    said(gateway, file, "hello")
    assert gateway.sessions == 2


def test_the_kept_session_is_for_its_owner_only(gateway: Gateway, file: Path) -> None:
    said(gateway, file, "hello")
    assert file.stat().st_mode & 0o777 == 0o600


def test_json_is_one_message_a_line(gateway: Gateway, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(gateway, file, "an animated film", "1", as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == ["Three films for you.", "you chose signed-more"]


def test_a_refusal_is_told_with_its_detail(gateway: Gateway, file: Path) -> None:
    gateway.refusals = [413]
    with pytest.raises(ChatError, match="413: the text is too long"):
        said(gateway, file, "x")


def test_a_busy_gateway_is_asked_again(gateway: Gateway, file: Path) -> None:
    gateway.refusals = [503]
    assert "Three films" in said(gateway, file, "an animated film")


def test_a_message_sent_again_has_the_same_id(gateway: Gateway) -> None:
    api = ChatApi(gateway.address)
    session = api.open_session()
    gateway.refusals = [503, 503]
    api.send(session, text="hello")
    assert len(gateway.sent) == 1


def test_no_gateway_is_an_error_that_says_what_to_start(file: Path) -> None:
    with pytest.raises(ChatError, match=r"is the bot running\? \(instructrec up\)"):
        ChatApi("http://127.0.0.1:9").messages_after(Session("t", "c", "u"), 0)
