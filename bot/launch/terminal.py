"""Shows messages of the bot in a terminal: slates as numbered cards, choices as numbers to pick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

NAMES = {"bot": "bot", "agent": "agent", "system": "system", "user": "you"}
COLOURS = {"bot": "cyan", "agent": "green", "system": "yellow", "user": "bold"}


class Terminal:
    """A console, and what a number or a command typed into it stands for."""

    def __init__(self, console: Console):
        self.console = console
        self._choices: list[tuple[str, str]] = []
        """Title and payload of what may be picked now."""
        self._items: list[Mapping[str, Any]] = []

    def show(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Prints messages; what the last of them offer may be picked afterwards."""
        if any(message.get("from") != "user" for message in messages):
            self._choices = []
        for message in messages:
            self._show_message(message)

    def picked(self, typed: str) -> tuple[str, str] | None:
        """Title and payload of what was typed: a number, or an action of an item with the item's number ("like 2")."""
        word, _, number = typed.strip().rpartition(" ")
        if not number.isdigit():
            return None
        index = int(number) - 1
        if not word:
            return self._choices[index] if 0 <= index < len(self._choices) else None
        actions = self._items[index].get("actions", []) if 0 <= index < len(self._items) else []
        for action in actions:
            if word.lower() in (str(action.get("kind", "")).lower(), str(action["title"]).lower()):
                return str(action["title"]), str(action["payload"])
        return None

    def _show_message(self, message: Mapping[str, Any]) -> None:
        if message.get("text"):
            self._say(str(message.get("from", "bot")), str(message["text"]))
        slate = message.get("slate")
        if slate:
            self._show_slate(slate)
        need = message.get("need") or {}
        self._offer([*message.get("choices", []), *need.get("chips", [])], chips=len(need.get("chips", [])))

    def _say(self, who: str, text: str) -> None:
        self.console.print(Text.assemble((NAMES.get(who, who) + ": ", COLOURS.get(who, "")), text))

    def _show_slate(self, slate: Mapping[str, Any]) -> None:
        self._items = list(slate.get("items", []))
        for number, item in enumerate(self._items, 1):
            self.console.print(_card(number, item))
        if slate.get("eligible") is not None:
            self.console.print(Text(f"of {slate['eligible']:,} that fit", "dim"))
        words = [
            str(action.get("kind") or action["title"]) for item in self._items[:1] for action in item.get("actions", [])
        ]
        if words:
            self.console.print(Text("for one of them: " + ", ".join(f"{word} 1" for word in words), "dim"))

    def _offer(self, choices: Sequence[Mapping[str, Any]], chips: int) -> None:
        for place, choice in enumerate(choices):
            self._choices.append((str(choice["title"]), str(choice["payload"])))
            mark = " ×" if place >= len(choices) - chips else ""
            self.console.print(Text.assemble((f"  {len(self._choices)} ", "bold"), f"{choice['title']}{mark}"))


def _card(number: int, item: Mapping[str, Any]) -> Panel:
    reasons = [str(reason["text"]) for reason in item.get("reasons", []) if reason.get("text")]
    lines = [str(item.get("subtitle") or ""), *(f"+ {reason}" for reason in reasons)]
    body = Text("\n".join(line for line in lines if line))
    return Panel(body, title=Text(f"{number}. {item['title']}", "bold"), title_align="left", padding=(0, 1))
