"""Handoffs as the console shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from data.store import Handoff, Note
from data.store.records import stamp

LAST = 160
"""Characters of the last message that the queue shows."""


def queue_entry(handoff: Handoff) -> dict[str, Any]:
    """A handoff in the queue."""
    last = handoff.last
    return {
        "handoff_id": handoff.handoff_id,
        "state": handoff.state,
        "agent": handoff.agent,
        "reason": handoff.reason,
        "language": handoff.language,
        "channel": handoff.channel,
        "need": str(handoff.packet.get("need") or ""),
        "requested_at": stamp(handoff.requested_at),
        "waiting_since": _stamp(handoff.waiting_since),
        "has_message": handoff.message_state == "left",
        "last": {"from": last.sender, "text": str(last.content.get("text") or "")[:LAST]} if last else None,
        "last_seq": handoff.last_seq,
    }


def packet_view(handoff: Handoff, notes: Sequence[Note]) -> dict[str, Any]:
    """What the colleague should know, with the notes."""
    return {
        **queue_entry(handoff),
        "packet": {key: value for key, value in handoff.packet.items() if key != "transcript"},
        "notes": [{"agent": note.agent, "text": note.text, "at": stamp(note.at)} for note in notes],
    }


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None
