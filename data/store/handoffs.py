"""Handoffs to a human, and feedback about the bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.store.conversations import fresh_id, locked_conversation
from data.store.schema import FeedbackRow, HandoffRow


def request_handoff(session: Session, conversation_id: str, reason: str, packet: Mapping[str, Any]) -> str:
    """The id of the request; a conversation that waits already keeps its request, with the new packet."""
    conversation = locked_conversation(session, conversation_id)
    chosen = select(HandoffRow).where(
        HandoffRow.conversation_id == conversation_id, HandoffRow.state.in_(("open", "taken"))
    )
    handoff = session.scalars(chosen.limit(1)).first()
    if handoff is None:
        handoff = HandoffRow(handoff_id=fresh_id(), conversation_id=conversation_id, state="open")
        session.add(handoff)
    handoff.reason, handoff.packet = reason[:255], dict(packet)
    if conversation.owner == "bot":
        conversation.owner = "waiting"
    return handoff.handoff_id


def record_feedback(session: Session, conversation_id: str, kind: str, text: str, seq: int | None) -> None:
    """Keeps what a person said about the bot, or about its message `seq`."""
    locked_conversation(session, conversation_id)
    session.add(FeedbackRow(conversation_id=conversation_id, kind=kind, text=text, seq=seq))
