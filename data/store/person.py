"""All that is stored about one user, to show it and to erase it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from data.store.messages import messages
from data.store.records import stamp
from data.store.schema import (
    Base,
    ChatRow,
    ConversationRow,
    Delivery,
    FeedbackRow,
    HandoffRow,
    Identity,
    InteractionRow,
    LinkCodeRow,
    LinkRow,
    MergeRow,
    NeedRow,
    NoteRow,
    SlateRow,
    User,
)

PER_CONVERSATION: dict[str, type[Base]] = {
    "needs": NeedRow,
    "slates": SlateRow,
    "handoffs": HandoffRow,
    "handoff_notes": NoteRow,
    "feedback": FeedbackRow,
    "deliveries": Delivery,
    "chats": ChatRow,
    "links": LinkRow,
    "link_codes": LinkCodeRow,
}


def everything_about(session: Session, user_id: str) -> dict[str, Any]:
    """JSON of every row that belongs to the user; empty when there is no such user."""
    user = session.get(User, user_id)
    if user is None:
        return {}
    conversations = session.scalars(
        select(ConversationRow).where(ConversationRow.user_id == user_id).order_by(ConversationRow.created_at)
    )
    return {
        "user": _as_dict(user),
        "identities": _rows(session, Identity, Identity.user_id == user_id),
        "merges": _rows(session, MergeRow, MergeRow.user_id == user_id),
        "interactions": _rows(session, InteractionRow, InteractionRow.user_id == user_id),
        "conversations": [_conversation(session, row) for row in conversations],
    }


def erase(session: Session, user_id: str) -> bool:
    """Deletes the user and, by the foreign keys, all that belongs to them. True when there was such a user."""
    result = session.execute(delete(User).where(User.user_id == user_id))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def conversations_of(session: Session, user_id: str) -> list[str]:
    """Ids of the user's conversations."""
    return list(session.scalars(select(ConversationRow.conversation_id).where(ConversationRow.user_id == user_id)))


def _conversation(session: Session, row: ConversationRow) -> dict[str, Any]:
    said = [message.as_dict() for message in messages(session, row.conversation_id, 0)]
    parts = {
        name: _rows(session, table, table.__table__.c.conversation_id == row.conversation_id)
        for name, table in PER_CONVERSATION.items()
    }
    return {**_as_dict(row), "messages": said, **parts}


def _rows(session: Session, table: type[Base], condition: Any) -> list[dict[str, Any]]:
    chosen = select(table).where(condition).order_by(*table.__table__.primary_key)
    return [_as_dict(row) for row in session.scalars(chosen)]


def _as_dict(row: Base) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return {key: stamp(value) if isinstance(value, datetime) else value for key, value in values.items()}
