"""References: short names for the buttons of a stored message, for channels whose buttons hold few bytes.

A button of such a channel carries a reference; the signed choice stays in the stored message. A reference names its
conversation, so that a button of one that was erased means nothing in the next one of the same chat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NAMED = 12
"""Characters of the conversation's id that a reference carries: enough that nobody meets another one by chance."""
FORM = re.compile(r"([0-9a-f]{1,64})\.([0-9]{1,9})\.([cn][0-9]{1,3}|i[0-9]{1,3}a[0-9]{1,2}|p[0-9]{1,3})", re.ASCII)


@dataclass(frozen=True)
class Reference:
    """A place in a message, all from 0: `c2` a choice, `n1` a chip, `i0a3` an action of an item, `p4` a page."""

    seq: int
    place: str

    @property
    def page(self) -> int | None:
        """The page that is asked for; None for a button that says something."""
        return int(self.place[1:]) if self.place[0] == "p" else None


def reference(conversation_id: str, seq: int, place: str) -> str:
    """The reference as a button carries it, at most 40 bytes."""
    return f"{conversation_id[:NAMED]}.{seq}.{place}"


def read_reference(conversation_id: str, text: str) -> Reference | None:
    """The reference, or None for a text that is none or belongs to another conversation."""
    found = FORM.fullmatch(text)
    if found is None or found[1] != conversation_id[:NAMED]:
        return None
    return Reference(int(found[2]), found[3])


def token_at(content: Mapping[str, Any], place: str) -> str | None:
    """The signed token of the button at that place of a message, if there is one."""
    numbers = [int(number) for number in re.findall("[0-9]+", place)]
    entries: Any = content.get("choices")
    if place[0] == "n":
        entries = (content.get("need") or {}).get("chips")
    if place[0] == "i":
        items = (content.get("slate") or {}).get("items")
        item = _entry(items, numbers[0])
        entries = item.get("actions") if item else None
    button = _entry(entries, numbers[-1])
    return str(button["payload"]) if button and "payload" in button else None


def _entry(entries: Sequence[Mapping[str, Any]] | None, number: int) -> Mapping[str, Any] | None:
    return entries[number] if entries and number < len(entries) else None
