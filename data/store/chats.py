"""Chats and the outbox: where a channel shows a conversation, and what still has to be sent there, in order."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.store.conversations import conversation_of, identify, locked_conversation, open_conversation
from data.store.messages import message_of
from data.store.records import Chat, Conversation, Due
from data.store.schema import ChatRow, ConversationRow, Delivery, MessageRow, now


def open_chat(session: Session, channel: str, address: str, external_id: str, locale: str) -> Conversation:
    """The conversation shown at that address; made when there is none, and when two make one, the first holds."""
    if session.get(ChatRow, (channel, address)) is None:
        user_id = identify(session, channel, external_id, locale)
        with suppress(IntegrityError), session.begin_nested():
            opened = open_conversation(session, channel, user_id, locale)
            session.flush()
            session.add(ChatRow(channel=channel, address=address, conversation_id=opened.conversation_id))
    chat = session.get_one(ChatRow, (channel, address))
    return conversation_of(session.get_one(ConversationRow, chat.conversation_id))


def chat_of(session: Session, conversation_id: str) -> Chat | None:
    """Where the conversation is shown; None for one that is read by its client, such as the web page."""
    row = session.scalar(select(ChatRow).where(ChatRow.conversation_id == conversation_id))
    return None if row is None else Chat(row.channel, row.address, row.conversation_id)


def find_chat(session: Session, channel: str, address: str) -> Conversation | None:
    """The conversation shown at that address, if there is one."""
    row = session.get(ChatRow, (channel, address))
    return None if row is None else conversation_of(session.get_one(ConversationRow, row.conversation_id))


def unsent(session: Session, channel: str) -> list[str]:
    """Ids of the channel's conversations that have messages to be sent, the one that waits longest first."""
    chosen = select(Delivery.conversation_id).join(ChatRow, ChatRow.conversation_id == Delivery.conversation_id)
    chosen = chosen.where(Delivery.direction == "outbox", Delivery.state == "pending", ChatRow.channel == channel)
    return list(dict.fromkeys(session.scalars(chosen.order_by(Delivery.delivery_id))))


def due(session: Session, conversation_id: str) -> Due | None:
    """The oldest message of the conversation that was not sent whole."""
    chosen = (
        select(Delivery, MessageRow, ConversationRow, ChatRow)
        .join(MessageRow, (MessageRow.conversation_id == Delivery.conversation_id) & (MessageRow.seq == Delivery.seq))
        .join(ConversationRow, ConversationRow.conversation_id == Delivery.conversation_id)
        .join(ChatRow, ChatRow.conversation_id == Delivery.conversation_id)
        .where(Delivery.conversation_id == conversation_id)
        .where(Delivery.direction == "outbox", Delivery.state == "pending")
    )
    row = session.execute(chosen.order_by(Delivery.seq).limit(1)).first()
    if row is None:
        return None
    delivery, message, conversation, chat = row
    sent = tuple(delivery.work.get("sent", ()))
    return Due(delivery.delivery_id, conversation_of(conversation), chat.address, message_of(message), sent)


def claim(session: Session, delivery_id: int) -> bool:
    """Whether the next part may be sent now.

    A message of the bot is withdrawn once a human owns the conversation. One that is claimed counts as being said.
    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return False
    conversation = locked_conversation(session, delivery.conversation_id)
    session.refresh(delivery, with_for_update=True)
    if delivery.state != "pending":
        return False
    message = session.get_one(MessageRow, (delivery.conversation_id, delivery.seq))
    if message.sender == "bot" and conversation.owner == "human":
        withdraw(session, delivery)
        return False
    delivery.work = {**delivery.work, "claimed": True}
    return True


def withdraw_unclaimed(session: Session, conversation_id: str) -> None:
    """Takes back what the bot has said but no channel was sent yet, for a human begins to answer."""
    chosen = select(Delivery).join(
        MessageRow, (MessageRow.conversation_id == Delivery.conversation_id) & (MessageRow.seq == Delivery.seq)
    )
    chosen = chosen.where(Delivery.conversation_id == conversation_id, MessageRow.sender == "bot")
    for delivery in session.scalars(chosen.where(Delivery.direction == "outbox", Delivery.state == "pending")).all():
        if not delivery.work.get("claimed"):
            withdraw(session, delivery)


def withdraw(session: Session, delivery: Delivery) -> None:
    """Deletes a message of which nothing was sent; of one that was begun, the rest is not sent."""
    if delivery.work.get("sent"):
        delivery.work = {**delivery.work, "gave_up": "a human took over"}
        delivery.state, delivery.done_at = "sent", now()
        return
    message = session.get_one(MessageRow, (delivery.conversation_id, delivery.seq))
    session.delete(delivery)
    session.flush()
    session.delete(message)
    session.flush()


def record_sent(session: Session, delivery_id: int, external_id: str, is_last: bool) -> None:
    """Keeps that the next part was sent and what the channel calls it; the last part ends the delivery.

    A delivery that is gone, because its person was erased in the meantime, is left.
    """
    delivery = _pending(session, delivery_id)
    if delivery is None:
        return
    delivery.work = {**delivery.work, "sent": [*delivery.work.get("sent", ()), external_id]}
    if is_last:
        delivery.state, delivery.done_at = "sent", now()


def give_up(session: Session, delivery_id: int, reason: str) -> None:
    """Ends the delivery of a message that the channel does not take, if it is still there."""
    delivery = _pending(session, delivery_id)
    if delivery is None:
        return
    delivery.work = {**delivery.work, "gave_up": reason}
    delivery.state, delivery.done_at = "sent", now()


def _pending(session: Session, delivery_id: int) -> Delivery | None:
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    is_pending = delivery is not None and delivery.direction == "outbox" and delivery.state == "pending"
    return delivery if is_pending else None
