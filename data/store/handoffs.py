"""Handoffs to a human: asked for, taken, answered, given back; and feedback about the bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from data.store.chats import withdraw_unclaimed
from data.store.conversations import fresh_id, locked_conversation
from data.store.messages import append, message_of
from data.store.records import Handoff, Note, StoredMessage
from data.store.schema import ConversationRow, Delivery, FeedbackRow, HandoffRow, MessageRow, NoteRow, now

ACTIVE = ("open", "taken")
RETURN = "return:"
"""Begins the key of the work that a conversation makes when it is given back to the bot."""


def request_handoff(session: Session, conversation_id: str, reason: str, packet: Mapping[str, Any]) -> str:
    """The id of the request; a conversation that waits already keeps its request, with the new packet."""
    conversation = locked_conversation(session, conversation_id)
    handoff = _active(session, conversation_id)
    if handoff is None:
        handoff = HandoffRow(handoff_id=fresh_id(), conversation_id=conversation_id, state="open")
        session.add(handoff)
    handoff.reason, handoff.packet = reason[:255], dict(packet)
    if conversation.owner == "bot":
        conversation.owner = "waiting"
        handoff.requested_at, handoff.offered_at, handoff.message_state = now(), None, None
    return handoff.handoff_id


def find(session: Session, handoff_id: str) -> Handoff | None:
    """The handoff of that id, if there is one."""
    row = session.get(HandoffRow, handoff_id)
    return None if row is None else _handoff(session, row)


def active_of(session: Session, conversation_id: str) -> Handoff | None:
    """The open or taken handoff of the conversation, if there is one."""
    row = _active(session, conversation_id)
    return None if row is None else _handoff(session, row)


def active(session: Session) -> list[Handoff]:
    """Every open or taken handoff, the oldest first."""
    chosen = select(HandoffRow).where(HandoffRow.state.in_(ACTIVE)).order_by(HandoffRow.requested_at)
    return [_handoff(session, row) for row in session.scalars(chosen)]


def with_desk(session: Session) -> list[Handoff]:
    """Every handoff that an outside desk has not been told the end of, the oldest first."""
    chosen = select(HandoffRow).order_by(HandoffRow.requested_at)
    rows = session.scalars(chosen.where(HandoffRow.state.in_(ACTIVE) | HandoffRow.desk.is_not(None)))
    return [_handoff(session, row) for row in rows if not (row.desk or {}).get("is_closed")]


def take(session: Session, handoff_id: str, agent: str, notice: Mapping[str, Any]) -> bool:
    """Compare and set: True when the handoff was open, or this colleague's already, and now is theirs.

    From then on no message of the bot is stored or sent, also none that was computed before.
    """
    row, conversation = _locked(session, handoff_id)
    if row is None or conversation is None or row.state not in ACTIVE:
        return False
    if row.state == "taken":
        return row.agent == agent
    row.state, row.agent, row.taken_at = "taken", agent, now()
    row.taken_seq = conversation.last_seq
    conversation.owner = "human"
    withdraw_unclaimed(session, conversation.conversation_id)
    append(session, conversation, "system", notice)
    return True


def say(session: Session, handoff_id: str, agent: str, message: Mapping[str, Any], key: str) -> StoredMessage | None:
    """A message of the colleague who has the handoff, stored once per key; None when it is not theirs."""
    row, conversation = _locked(session, handoff_id)
    if row is None or conversation is None or (row.state, row.agent) != ("taken", agent):
        return None
    known = session.scalar(
        select(MessageRow).where(MessageRow.conversation_id == row.conversation_id, MessageRow.key == key)
    )
    return message_of(known or append(session, conversation, "agent", message, key))


def give_back(
    session: Session, handoff_id: str, agent: str | None, outcome: str, notice: Mapping[str, Any], work: dict[str, Any]
) -> bool:
    """Ends a colleague's hold: True when it was theirs (None: anybody's).

    `released` puts the handoff back into the queue, any other outcome ends it. What the person said meanwhile and
    nobody answered is the bot's to answer again, after `work`, with which it begins.
    """
    row, conversation = _locked(session, handoff_id)
    if row is None or conversation is None or row.state != "taken" or agent not in (None, row.agent):
        return False
    if outcome == "released":
        row.state, row.agent, row.requested_at, row.offered_at = "open", None, now(), None
        conversation.owner = "waiting"
    else:
        _resolve(row, outcome)
        conversation.owner = "bot"
    told = append(session, conversation, "system", notice)
    unheard = _unheard(session, conversation)
    _begin(session, told, {**work, "heard_after": row.taken_seq or 0, "unheard": [one.seq for one in unheard]})
    _requeue(session, unheard)
    return True


def end_waiting(session: Session, conversation_id: str, outcome: str) -> bool:
    """Ends a request that nobody took; True when there was one. The conversation is the bot's again."""
    conversation = locked_conversation(session, conversation_id)
    row = _active(session, conversation_id)
    if row is None or row.state != "open":
        return False
    _resolve(row, outcome)
    conversation.owner = "bot"
    return True


def offer(session: Session, handoff: Handoff, message: Mapping[str, Any]) -> bool:
    """Tells the person that nobody has come; False when something happened since `handoff` was read."""
    row, conversation = _locked(session, handoff.handoff_id)
    if row is None or conversation is None or conversation.last_seq != handoff.last_seq:
        return False
    if (row.state, row.offered_at, row.message_state) != (handoff.state, handoff.offered_at, handoff.message_state):
        return False
    row.offered_at = now()
    append(session, conversation, "system", message)
    return True


def set_message_state(session: Session, conversation_id: str, state: str) -> bool:
    """Notes that a message to leave was asked for, or was left: then the bot owns the conversation again."""
    conversation = locked_conversation(session, conversation_id)
    row = _active(session, conversation_id)
    if row is None or row.state != "open":
        return False
    row.message_state = state
    if state == "left":
        conversation.owner = "bot"
    return True


def keep_desk(session: Session, handoff_id: str, desk: Mapping[str, Any]) -> None:
    """Adds to what an outside desk keeps about the handoff, if it is still there."""
    row = session.get(HandoffRow, handoff_id, with_for_update=True)
    if row is not None:
        row.desk = {**(row.desk or {}), **desk}


def add_note(session: Session, handoff_id: str, agent: str, text: str) -> None:
    """Keeps a note for colleagues."""
    row = session.get_one(HandoffRow, handoff_id)
    session.add(NoteRow(handoff_id=handoff_id, conversation_id=row.conversation_id, agent=agent, text=text))


def notes(session: Session, handoff_id: str) -> list[Note]:
    """The notes of a handoff, oldest first."""
    rows = session.scalars(select(NoteRow).where(NoteRow.handoff_id == handoff_id).order_by(NoteRow.note_id))
    return [Note(row.agent, row.text, row.at) for row in rows]


def record_feedback(session: Session, conversation_id: str, kind: str, text: str, seq: int | None) -> None:
    """Keeps what a person said about the bot, or about its message `seq`."""
    locked_conversation(session, conversation_id)
    session.add(FeedbackRow(conversation_id=conversation_id, kind=kind, text=text, seq=seq))


def _active(session: Session, conversation_id: str) -> HandoffRow | None:
    chosen = select(HandoffRow).where(HandoffRow.conversation_id == conversation_id, HandoffRow.state.in_(ACTIVE))
    return session.scalars(chosen.limit(1)).first()


def _locked(session: Session, handoff_id: str) -> tuple[HandoffRow | None, ConversationRow | None]:
    """The handoff and its conversation, locked in the order in which everything else locks them."""
    row = session.get(HandoffRow, handoff_id)
    if row is None:
        return None, None
    conversation = locked_conversation(session, row.conversation_id)
    session.refresh(row, with_for_update=True)
    return row, conversation


def _resolve(row: HandoffRow, outcome: str) -> None:
    row.state, row.outcome, row.resolved_at = "resolved", outcome, now()


def _unheard(session: Session, conversation: ConversationRow) -> Sequence[Delivery]:
    """Received messages that neither the bot nor, later, a colleague answered."""
    said, reply = aliased(MessageRow), aliased(MessageRow)
    here = conversation.conversation_id
    spoken = select(func.coalesce(func.max(said.seq), 0)).where(said.conversation_id == here, said.sender == "agent")
    has_reply = exists().where(reply.conversation_id == here, reply.reply_to == Delivery.seq)
    chosen = select(Delivery).join(
        MessageRow, (MessageRow.conversation_id == Delivery.conversation_id) & (MessageRow.seq == Delivery.seq)
    )
    chosen = chosen.where(Delivery.conversation_id == here, Delivery.direction == "inbox", MessageRow.sender == "user")
    chosen = chosen.where(Delivery.state == "answered", Delivery.seq > spoken.scalar_subquery(), ~has_reply)
    return session.scalars(chosen.order_by(Delivery.seq)).all()


def _begin(session: Session, told: MessageRow, work: dict[str, Any]) -> None:
    session.add(
        Delivery(
            direction="inbox",
            conversation_id=told.conversation_id,
            seq=told.seq,
            key=f"{RETURN}{told.seq}",
            state="received",
            work=work,
        )
    )
    session.flush()


def _requeue(session: Session, unheard: Sequence[Delivery]) -> None:
    """Makes the deliveries anew: work is taken in the order in which it was made."""
    for old in unheard:
        again = Delivery(
            direction="inbox",
            conversation_id=old.conversation_id,
            seq=old.seq,
            key=old.key,
            state="received",
            work=old.work,
        )
        session.execute(delete(Delivery).where(Delivery.delivery_id == old.delivery_id))
        session.add(again)
        session.flush()


def _handoff(session: Session, row: HandoffRow) -> Handoff:
    conversation = session.get_one(ConversationRow, row.conversation_id)
    said = select(MessageRow).where(MessageRow.conversation_id == row.conversation_id, MessageRow.sender != "system")
    last = session.scalars(said.order_by(MessageRow.seq.desc()).limit(1)).first()
    return Handoff(
        row.handoff_id,
        row.conversation_id,
        conversation.user_id,
        conversation.channel,
        conversation.language,
        conversation.owner,
        row.state,
        row.reason,
        row.packet,
        row.agent,
        row.requested_at,
        row.taken_at,
        row.taken_seq,
        row.outcome,
        row.offered_at,
        row.message_state,
        row.desk or {},
        message_of(last) if last else None,
        conversation.last_seq,
    )
