"""Conversations: who talks, on which channel, and who answers."""

from __future__ import annotations

import uuid
from contextlib import suppress

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.store.errors import StoreError
from data.store.records import OWNERS, Conversation
from data.store.schema import ConversationRow, Identity, User


def fresh_id() -> str:
    """An id that nobody can guess."""
    return uuid.uuid4().hex


def open_conversation(session: Session, channel: str, user_id: str | None, locale: str) -> Conversation:
    """A new conversation of that user, or of a new one."""
    user = session.get(User, user_id) if user_id else User(user_id=fresh_id(), locale=locale)
    if user is None:
        raise StoreError(f"user {user_id!r}: no such user")
    row = ConversationRow(
        conversation_id=fresh_id(),
        user_id=user.user_id,
        channel=channel,
        owner="bot",
        locale=locale,
        language=locale,
        last_seq=0,
    )
    session.add(user)
    session.flush()
    session.add(row)
    return conversation_of(row)


def identify(session: Session, channel: str, external_id: str, locale: str) -> str:
    """The user whom `channel` calls `external_id`; made when there is none, and when two make one, the first holds."""
    if identity := session.get(Identity, (channel, external_id)):
        return identity.user_id
    with suppress(IntegrityError), session.begin_nested():
        user = User(user_id=fresh_id(), locale=locale)
        session.add(user)
        session.flush()
        session.add(Identity(channel=channel, external_id=external_id, user_id=user.user_id))
    return session.get_one(Identity, (channel, external_id)).user_id


def find_conversation(session: Session, conversation_id: str) -> Conversation | None:
    """The conversation of that id, if there is one."""
    row = session.get(ConversationRow, conversation_id)
    return None if row is None else conversation_of(row)


def locked_conversation(session: Session, conversation_id: str) -> ConversationRow:
    """Its row, held until the transaction ends, so that changes of one conversation happen one after the other."""
    row = session.get(ConversationRow, conversation_id, with_for_update=True)
    if row is None:
        raise StoreError(f"conversation {conversation_id!r}: no such conversation")
    return row


def set_owner(session: Session, conversation_id: str, expected: str, new: str) -> bool:
    """Compare and set: True when the owner was `expected` and now is `new`."""
    for owner in (expected, new):
        if owner not in OWNERS:
            raise StoreError(f"conversation {conversation_id!r}: no owner {owner!r}; there are {', '.join(OWNERS)}")
    change = (
        update(ConversationRow)
        .where(ConversationRow.conversation_id == conversation_id, ConversationRow.owner == expected)
        .values(owner=new)
    )
    result = session.execute(change)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def set_language(session: Session, conversation_id: str, language: str) -> None:
    """Remembers the language of the person's last message."""
    session.execute(
        update(ConversationRow).where(ConversationRow.conversation_id == conversation_id).values(language=language)
    )


def conversation_of(row: ConversationRow) -> Conversation:
    """The value of a row."""
    return Conversation(
        row.conversation_id, row.user_id, row.owner, row.channel, row.locale, row.language, row.last_seq
    )
