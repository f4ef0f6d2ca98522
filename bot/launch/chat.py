"""A conversation with the running bot in the terminal, through the gateway like any other client."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.launch.chat_api import ChatApi, ChatError, Session
from bot.launch.terminal import Terminal

QUIT = ("/quit", "/exit")
SHOWN_AGAIN = 6
"""Messages of before that are shown when a conversation goes on."""


@dataclass
class Conversation:
    """A session with one gateway, kept in a file so that the next call goes on with it."""

    api: ChatApi
    file: Path
    session: Session
    seq: int = 0
    """The last message that was shown."""

    @classmethod
    def resume(cls, api: ChatApi, file: Path) -> Conversation | None:
        """The conversation of that file, when the gateway still knows it. Raises ChatError when there is no gateway."""
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["address"] != api.address:
                return None
            conversation = cls(api, file, Session(**kept["session"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        try:
            conversation.seq = max((message["seq"] for message in conversation.history()), default=0)
        except ChatError as error:
            if error.status in (401, 403, 404, 410):
                return None
            raise
        return conversation

    @classmethod
    def begin(cls, api: ChatApi, file: Path) -> Conversation:
        """A new conversation. Raises ChatError."""
        return cls(api, file, api.open_session())

    def history(self) -> list[dict[str, Any]]:
        """Everything said so far."""
        return self.api.messages_after(self.session, 0)

    def missed(self) -> list[dict[str, Any]]:
        """What came since the last message shown, for example from a human colleague."""
        return self._seen(self.api.messages_after(self.session, self.seq))

    def say(self, text: str | None = None, payload: str | None = None) -> list[dict[str, Any]]:
        """Sends a text or a choice; gives the answer."""
        answer = self.api.send(self.session, text=text, payload=payload)
        return [message for message in self._seen(answer) if message.get("from") != "user"]

    def save(self) -> None:
        """Keeps the session for the next call; the file is for its owner only, because the token is a key."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        content = {"address": self.api.address, "session": asdict(self.session)}
        with os.fdopen(os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file)

    def _seen(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        new = [message for message in messages if message["seq"] > self.seq]
        self.seq = max((message["seq"] for message in messages), default=self.seq)
        return new


def talk(address: str, file: Path, console: Console, texts: Iterable[str], is_new: bool, as_json: bool) -> None:
    """Says `texts`, or what is typed when there are none; prints what the bot says. Raises ChatError."""
    api = ChatApi(address)
    conversation = None if is_new else Conversation.resume(api, file)
    scripted = list(texts)
    terminal = Terminal(console)
    if conversation is None:
        conversation = Conversation.begin(api, file)
    else:
        before = conversation.history()[-SHOWN_AGAIN:]
        if scripted:
            terminal = _silently(before)
            terminal.console = console
        else:
            terminal.show(before)
    conversation.save()
    for typed in scripted or _typed(conversation, terminal):
        _exchange(typed, conversation, terminal, as_json, echo=bool(scripted))


def _silently(before: list[dict[str, Any]]) -> Terminal:
    """A terminal that knows what may be picked, without having printed it."""
    terminal = Terminal(Console(quiet=True))
    terminal.show(before)
    return terminal


def _typed(conversation: Conversation, terminal: Terminal) -> Iterator[str]:
    terminal.console.print("Type what you are looking for; a number picks a choice; /quit ends.", style="dim")
    while True:
        terminal.show(conversation.missed())
        try:
            typed = terminal.console.input("[bold]you: [/bold]").strip()
        except EOFError:
            return
        if typed in QUIT:
            return
        if typed:
            yield typed


def _exchange(typed: str, conversation: Conversation, terminal: Terminal, as_json: bool, echo: bool) -> None:
    picked = terminal.picked(typed)
    answer = conversation.say(payload=picked[1]) if picked else conversation.say(text=typed)
    if as_json:
        for message in answer:
            print(json.dumps(message, ensure_ascii=False), flush=True)
        _remember(terminal, answer)
        return
    if echo or picked:
        terminal.show([{"from": "user", "text": picked[0] if picked else typed}])
    terminal.show(answer)


def _remember(terminal: Terminal, answer: list[dict[str, Any]]) -> None:
    shown, terminal.console = terminal.console, Console(quiet=True)
    terminal.show(answer)
    terminal.console = shown
