"""The tables of the store (DESIGN.md 5.6); `migrations/` creates what is declared here."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from data.need import SELF

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class Base(DeclarativeBase):
    """Declares columns by type."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcTime(), dict[str, Any]: JSON(), list[str]: JSON()}


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(timezone.utc)


USER = "users.user_id"
CONVERSATION = "conversations.conversation_id"


class User(Base):
    """A person, however many channels they come by."""

    __tablename__ = "users"
    user_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    locale: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Identity(Base):
    """What a channel calls a user."""

    __tablename__ = "identities"
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)
    linked_at: Mapped[datetime] = mapped_column(default=now)


class ConversationRow(Base):
    """A conversation; `last_seq` counts its messages, `owner` says who answers."""

    __tablename__ = "conversations"
    __table_args__ = (CheckConstraint("owner IN ('bot', 'waiting', 'human')", name="owner"),)
    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(16), default="bot")
    locale: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    last_seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)


class ChatRow(Base):
    """Where a channel that is sent its messages shows a conversation."""

    __tablename__ = "chats"
    __table_args__ = (UniqueConstraint("conversation_id"),)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    address: Mapped[str] = mapped_column(String(255), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"))


class LinkRow(Base):
    """That a conversation is one of those which a person has linked: they share a need."""

    __tablename__ = "links"
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), primary_key=True)
    link_id: Mapped[str] = mapped_column(String(64), index=True)


class LinkCodeRow(Base):
    """A code that links another conversation with this one, kept as a digest until it is used or expires."""

    __tablename__ = "link_codes"
    __table_args__ = (UniqueConstraint("digest"),)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]


class MergeRow(Base):
    """A user that was merged into another: tokens that name them stay good."""

    __tablename__ = "merges"
    merged_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)


class MessageRow(Base):
    """A message, numbered within its conversation."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "key"),
        CheckConstraint("sender IN ('user', 'bot', 'agent', 'system')", name="sender"),
    )
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sender: Mapped[str] = mapped_column(String(16))
    key: Mapped[str | None] = mapped_column(String(255))
    reply_to: Mapped[int | None]
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)


class Delivery(Base):
    """Work about a message: the inbox (received → answered) and the outbox (pending → sent, or `gave_up` in `work`)."""

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"], ondelete="CASCADE"
        ),
        UniqueConstraint("direction", "conversation_id", "key"),
        CheckConstraint("direction IN ('inbox', 'outbox')", name="direction"),
        CheckConstraint("state IN ('received', 'answered', 'pending', 'sent')", name="state"),
        Index("ix_deliveries_conversation_id_seq", "conversation_id", "seq"),
        Index("ix_deliveries_direction_state", "direction", "state"),
    )
    delivery_id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[str] = mapped_column(String(16))
    conversation_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    key: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    work: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]


class NeedRow(Base):
    """One version of what a person wanted."""

    __tablename__ = "needs"
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), primary_key=True)
    pack: Mapped[str] = mapped_column(String(128), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    message_id: Mapped[str | None] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(default=now)
    begin: Mapped[int] = mapped_column(default=0, server_default="0")
    restores: Mapped[int | None]


class SlateRow(Base):
    """A list that was shown for a version of the need."""

    __tablename__ = "slates"
    slate_id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), index=True)
    pack: Mapped[str] = mapped_column(String(128))
    need_version: Mapped[int]
    item_ids: Mapped[list[str]]
    at: Mapped[datetime] = mapped_column(default=now)


class InteractionRow(Base):
    """What a user did with an item, or said of it for somebody else; taken back when `withdrawn_at` is set."""

    __tablename__ = "interactions"
    __table_args__ = (Index("ix_interactions_user_id_pack", "user_id", "pack"),)
    interaction_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    pack: Mapped[str] = mapped_column(String(128))
    item_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(32))
    rating: Mapped[float | None] = mapped_column(Double())
    for_whom: Mapped[str] = mapped_column(String(64), default=SELF, server_default=SELF)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey(CONVERSATION, ondelete="SET NULL"), index=True)
    message_id: Mapped[str | None] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class HandoffRow(Base):
    """A request for a human, with the packet that tells them what happened.

    `message_state` is asked or left: the person was asked for a message, or left one. `desk` is what an outside desk
    keeps.
    """

    __tablename__ = "handoffs"
    __table_args__ = (CheckConstraint("state IN ('open', 'taken', 'resolved')", name="state"),)
    handoff_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(255))
    packet: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default="open")
    requested_at: Mapped[datetime] = mapped_column(default=now)
    resolved_at: Mapped[datetime | None]
    agent: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None]
    taken_seq: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(32))
    offered_at: Mapped[datetime | None]
    message_state: Mapped[str | None] = mapped_column(String(16))
    desk: Mapped[dict[str, Any] | None]


class NoteRow(Base):
    """What a colleague wrote down about a handoff for other colleagues."""

    __tablename__ = "handoff_notes"
    note_id: Mapped[int] = mapped_column(primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.handoff_id", ondelete="CASCADE"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), index=True)
    agent: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)


class AgentRow(Base):
    """A colleague who may use the console; `epoch` grows when all their sessions end."""

    __tablename__ = "agents"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)


class FeedbackRow(Base):
    """What a person said about the bot itself or an answer of it."""

    __tablename__ = "feedback"
    feedback_id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(CONVERSATION, ondelete="CASCADE"), index=True)
    seq: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
