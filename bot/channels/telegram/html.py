"""Telegram's HTML: what people and catalogs say is escaped, and a message holds at most 4,096 characters."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

LIMIT = 4096
"""Characters of one message, counted by Telegram in UTF-16 and without the tags."""
TAG = re.compile(r"<[^>]*>")


def escaped(text: object) -> str:
    """The text as words and nothing else, also inside an attribute."""
    return html.escape(str(text))


def bold(text: object) -> str:
    """The text in bold."""
    return f"<b>{escaped(text)}</b>"


def length(markup: str) -> int:
    """What Telegram counts of escaped text with tags of ours."""
    return utf16(html.unescape(TAG.sub("", markup)))


def utf16(text: str) -> int:
    """UTF-16 units of a text."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis: at most `limit` UTF-16 units."""
    return text if utf16(text) <= limit else text[: _fitting(text, limit - 1)].rstrip() + "…"


def lines_of(text: str) -> list[str]:
    """Escaped lines of a text, none longer than a message may be; long ones end between words where they can."""
    return [escaped(piece) for line in text.splitlines() or [""] for piece in _pieces(line)]


def packed(lines: Iterable[str], limit: int = LIMIT) -> list[str]:
    """The lines joined to as few messages as hold them, in order; blank messages are left out."""
    messages: list[list[str]] = []
    room = 0
    for line in lines:
        room -= length(line) + 1
        if not messages or room < 0:
            messages.append([])
            room = limit - length(line)
        messages[-1].append(line)
    joined = ("\n".join(message).strip("\n") for message in messages)
    return [message for message in joined if TAG.sub("", message).strip()]


def _pieces(line: str) -> Iterator[str]:
    while utf16(line) > LIMIT:
        fitting = _fitting(line, LIMIT)
        blank = line.rfind(" ", 1, fitting + 1)
        end = blank if blank > 0 else fitting
        yield line[:end]
        line = line[end:].lstrip(" ")
    yield line


def _fitting(text: str, limit: int) -> int:
    """How many characters of the text fit into `limit` UTF-16 units."""
    if utf16(text) == len(text):
        return limit
    units = 0
    for number, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            return number
    return len(text)
