"""The packet and single messages as plain text, for desks that are not ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.texts import Texts
from data.store import Handoff, StoredMessage

NOTHING = "–"
OPERATORS = {"is": "", "is_not": "≠ ", "at_least": "≥ ", "at_most": "≤ "}
NAMED = ("shown", "liked", "refused")
REASONS = ("asked", "not_understood", "anger", "order")


def briefing(texts: Texts, handoff: Handoff, said: Sequence[StoredMessage]) -> str:
    """What a colleague should know, in the person's language, with all that was said."""
    packet, language = handoff.packet, handoff.language
    reason = texts.say(f"reason_{handoff.reason}", language) if handoff.reason in REASONS else handoff.reason
    conditions = [
        f"{c.get('facet')}: {OPERATORS.get(str(c.get('op')), '')}{c.get('value')}" for c in _list(packet, "constraints")
    ]
    return texts.say(
        "packet",
        language,
        need=str(packet.get("need") or packet.get("text") or NOTHING),
        reason=reason,
        constraints=", ".join(conditions) or NOTHING,
        transcript="\n".join(line for message in said if (line := spoken(texts, handoff, message))),
        **{name: ", ".join(str(item.get("title")) for item in _list(packet, name)) or NOTHING for name in NAMED},
    )


def spoken(texts: Texts, handoff: Handoff, message: StoredMessage) -> str:
    """A message in one line with who said it; empty when it has no words."""
    titles = ", ".join(str(item.get("title")) for item in (message.content.get("slate") or {}).get("items") or ())
    words = " ".join(part for part in (str(message.content.get("text") or ""), titles and f"[{titles}]") if part)
    return f"{texts.say(f'from_{message.sender}', handoff.language)}: {words}" if words else ""


def _list(packet: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    entries = packet.get(name)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
