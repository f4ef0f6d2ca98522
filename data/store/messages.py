"""Messages and the inbox: what was said, in order, and what still waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.store.conversations import conversation_of, locked_conversation
from data.store.errors import StoreError
from data.store.links import follow_links
from data.store.records import SENDERS, SENT_CHANNELS, Received, StoredMessage, Taken
from data.store.schema import ConversationRow, Delivery, MessageRow, now


def add_message(
    session: Session, conversation_id: str, sender: str, message: Mapping[str, Any], key: str | None
) -> StoredMessage:
    """The message, stored once: a key that is known gives the message it was stored as."""
    if sender not in SENDERS:
        raise StoreError(f"conversation {conversation_id!r}: no sender {sender!r}; there are {', '.join(SENDERS)}")
    conversation = locked_conversation(session, conversation_id)
    known = None if key is None else _by_key(session, conversation_id, key)
    return message_of(known or append(session, conversation, sender, message, key, None))


def messages(session: Session, conversation_id: str, after: int) -> list[StoredMessage]:
    """All messages with a number above `after`, in order."""
    chosen = select(MessageRow).where(MessageRow.conversation_id == conversation_id, MessageRow.seq > after)
    return [message_of(row) for row in session.scalars(chosen.order_by(MessageRow.seq))]


def message(session: Session, conversation_id: str, seq: int) -> StoredMessage | None:
    """The message of that number, if there is one."""
    row = session.get(MessageRow, (conversation_id, seq))
    return None if row is None else message_of(row)


def replies(session: Session, conversation_id: str, seq: int) -> list[StoredMessage]:
    """The messages that answer message `seq`, in order."""
    chosen = select(MessageRow).where(MessageRow.conversation_id == conversation_id, MessageRow.reply_to == seq)
    return [message_of(row) for row in session.scalars(chosen.order_by(MessageRow.seq))]


def receive(
    session: Session,
    conversation_id: str,
    key: str,
    message: Mapping[str, Any],
    work: Mapping[str, Any],
    language: str | None,
) -> Received:
    """Takes in a user's message with the work it makes, once per key."""
    conversation = locked_conversation(session, conversation_id)
    known = _inbox(session, conversation_id, key)
    if known is not None:
        return _received_of(known, is_new=False)
    row = append(session, conversation, "user", message, key, None)
    conversation.language = language or conversation.language
    delivery = Delivery(
        direction="inbox", conversation_id=conversation_id, seq=row.seq, key=key, state="received", work=dict(work)
    )
    session.add(delivery)
    return _received_of(delivery, is_new=True)


def answer(
    session: Session, conversation_id: str, key: str, answers: Sequence[Mapping[str, Any]], sender: str
) -> list[StoredMessage]:
    """Stores the answers to a received message and marks it answered; one answered before keeps its answers.

    While a human owns the conversation, or when one has answered meanwhile, the bot says nothing: its answers are
    dropped and the message is done.
    """
    conversation = locked_conversation(session, conversation_id)
    delivery = _inbox(session, conversation_id, key)
    if delivery is None:
        raise StoreError(f"conversation {conversation_id!r}: no message {key!r} was received")
    if delivery.state == "answered":
        return replies(session, conversation_id, delivery.seq)
    delivery.state, delivery.done_at = "answered", now()
    if sender == "bot" and (conversation.owner == "human" or _agent_spoke_after(session, delivery)):
        return []
    rows = [append(session, conversation, sender, message, None, delivery.seq) for message in answers]
    return [message_of(row) for row in rows]


def leave_to_human(session: Session, conversation_id: str, key: str) -> bool:
    """Marks a received message as the human's to answer; False, and nothing changed, when no human owns it any more."""
    conversation = locked_conversation(session, conversation_id)
    delivery = _inbox(session, conversation_id, key)
    if conversation.owner != "human" or delivery is None:
        return False
    delivery.state, delivery.done_at = "answered", delivery.done_at or now()
    return True


def say_first(session: Session, conversation_id: str, key: str, message: Mapping[str, Any]) -> StoredMessage | None:
    """Stores what the bot says before its answer to a received message, once; None when that is no longer fitting."""
    conversation = locked_conversation(session, conversation_id)
    delivery = _inbox(session, conversation_id, key)
    if delivery is None or delivery.state == "answered" or conversation.owner == "human":
        return None
    if delivery.work.get("has_first_word"):
        return None
    delivery.work = {**delivery.work, "has_first_word": True}
    return message_of(append(session, conversation, "bot", message, None, None))


def take(session: Session, conversation_id: str) -> Taken | None:
    """The oldest received message that waits for its answer; counts that its work is begun once more.

    By then the need of the conversation is that of the chats it is linked with.
    """
    chosen = select(Delivery, ConversationRow).join(
        ConversationRow, ConversationRow.conversation_id == Delivery.conversation_id
    )
    chosen = chosen.where(
        Delivery.direction == "inbox", Delivery.state == "received", Delivery.conversation_id == conversation_id
    )
    row = session.execute(chosen.order_by(Delivery.delivery_id).limit(1)).first()
    if row is None:
        return None
    delivery, conversation = row
    delivery.attempts += 1
    follow_links(session, conversation_id)
    return Taken(_received_of(delivery, is_new=False), conversation_of(conversation), delivery.attempts)


def unanswered(session: Session, channel: str | None) -> list[Received]:
    """Received messages without an answer, oldest first: the work that a crash left behind."""
    chosen = select(Delivery).where(Delivery.direction == "inbox", Delivery.state == "received")
    if channel is not None:
        chosen = chosen.join(ConversationRow, ConversationRow.conversation_id == Delivery.conversation_id)
        chosen = chosen.where(ConversationRow.channel == channel)
    return [_received_of(row, is_new=False) for row in session.scalars(chosen.order_by(Delivery.delivery_id))]


def message_of(row: MessageRow) -> StoredMessage:
    """The value of a row."""
    return StoredMessage(row.conversation_id, row.seq, row.sender, row.at, row.content, row.key, row.reply_to)


def append(
    session: Session,
    conversation: ConversationRow,
    sender: str,
    message: Mapping[str, Any],
    key: str | None = None,
    reply_to: int | None = None,
) -> MessageRow:
    """Adds a message to a locked conversation, and to the outbox of a channel that is sent its messages."""
    conversation.last_seq += 1
    row = MessageRow(
        conversation_id=conversation.conversation_id,
        seq=conversation.last_seq,
        sender=sender,
        key=key,
        reply_to=reply_to,
        content=dict(message),
        at=now(),
    )
    session.add(row)
    session.flush()
    if sender != "user" and conversation.channel in SENT_CHANNELS:
        _put_in_outbox(session, row)
    return row


def _put_in_outbox(session: Session, row: MessageRow) -> None:
    """In the transaction that stores the message: what is stored will be sent."""
    to_send = Delivery(
        direction="outbox", conversation_id=row.conversation_id, seq=row.seq, key=str(row.seq), state="pending", work={}
    )
    session.add(to_send)


def _agent_spoke_after(session: Session, delivery: Delivery) -> bool:
    spoken = select(MessageRow.seq).where(
        MessageRow.conversation_id == delivery.conversation_id,
        MessageRow.seq > delivery.seq,
        MessageRow.sender == "agent",
    )
    return session.scalar(spoken.limit(1)) is not None


def _by_key(session: Session, conversation_id: str, key: str) -> MessageRow | None:
    return session.scalar(
        select(MessageRow).where(MessageRow.conversation_id == conversation_id, MessageRow.key == key)
    )


def _inbox(session: Session, conversation_id: str, key: str) -> Delivery | None:
    chosen = select(Delivery).where(
        Delivery.direction == "inbox", Delivery.conversation_id == conversation_id, Delivery.key == key
    )
    return session.scalar(chosen)


def _received_of(row: Delivery, is_new: bool) -> Received:
    return Received(row.conversation_id, row.seq, row.key, row.work, row.state == "answered", is_new)
