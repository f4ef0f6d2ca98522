"""The values that the store gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.need import Need

OWNERS = ("bot", "waiting", "human")
SENDERS = ("user", "bot", "agent", "system")
SENT_CHANNELS = ("telegram", "slack")
"""Channels whose messages we send; the clients of the others come and read them."""


@dataclass(frozen=True)
class Conversation:
    """One conversation of one user on one channel."""

    conversation_id: str
    user_id: str
    owner: str
    channel: str
    locale: str
    """Language that the person's browser or channel asked for."""
    language: str
    """Language of the person's last message; the locale's before there is one."""
    last_seq: int
    """Number of the newest message; 0 when there is none."""


@dataclass(frozen=True)
class StoredMessage:
    """One message of a conversation, numbered from 1."""

    conversation_id: str
    seq: int
    sender: str
    at: datetime
    content: Mapping[str, Any]
    """The Message of DESIGN.md 5.5 without `seq`, `at` and `from`."""
    key: str | None = None
    """The sender's own name for the message, such as the client's uuid."""
    reply_to: int | None = None
    """Number of the message that this one answers."""

    def as_dict(self) -> dict[str, Any]:
        """The Message of DESIGN.md 5.5; a user's message also carries the `id` that the client gave it."""
        named = {} if self.key is None else {"id": self.key}
        return {"seq": self.seq, "at": stamp(self.at), "from": self.sender, **named, **self.content}


@dataclass(frozen=True)
class Received:
    """A message taken in from a channel, with the work that it makes."""

    conversation_id: str
    seq: int
    key: str
    work: Mapping[str, Any]
    """What the worker needs to answer it."""
    is_answered: bool
    is_new: bool
    """False when the same key had been received before."""


@dataclass(frozen=True)
class Taken:
    """A received message whose answer is being worked on."""

    received: Received
    conversation: Conversation
    tries: int
    """How often its work was begun, this time included."""


@dataclass(frozen=True)
class Chat:
    """Where a channel shows a conversation."""

    channel: str
    address: str
    """The channel's own name of the place."""
    conversation_id: str


@dataclass(frozen=True)
class Due:
    """A message that has to be sent to its chat."""

    delivery_id: int
    conversation: Conversation
    address: str
    message: StoredMessage
    sent: tuple[str, ...]
    """What the channel calls the parts of the message that were sent already."""


@dataclass(frozen=True)
class Handoff:
    """A request for a human, with where its conversation stands."""

    handoff_id: str
    conversation_id: str
    user_id: str
    channel: str
    language: str
    owner: str
    state: str
    """open, taken or resolved."""
    reason: str
    packet: Mapping[str, Any]
    agent: str | None
    requested_at: datetime
    taken_at: datetime | None
    taken_seq: int | None
    """Number of the newest message when it was taken."""
    outcome: str | None
    offered_at: datetime | None
    """When the person was last told that nobody has come yet."""
    message_state: str | None
    """asked or left: whether the person was asked for a message to leave, or left one."""
    desk: Mapping[str, Any]
    """What an outside desk keeps about it: its own ids, what was passed on."""
    last: StoredMessage | None
    """What the person, the bot or a colleague said last."""
    last_seq: int

    @property
    def waiting_since(self) -> datetime | None:
        """Since when the person waits for a colleague's word; None while it is the person's turn."""
        if self.state == "open":
            return self.requested_at
        return self.last.at if self.state == "taken" and self.last and self.last.sender == "user" else None


@dataclass(frozen=True)
class Note:
    """What a colleague wrote down for other colleagues."""

    agent: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Agent:
    """A colleague who may use the console."""

    name: str
    password_hash: str
    epoch: int
    """Grows when all sessions of the colleague end."""


@dataclass(frozen=True)
class NeedVersion:
    """A version of a need as it is kept. Versions are only added: taking one back adds a copy of an earlier one."""

    need: Need
    begin: int = 0
    """Version with which the present need began; what was shown before it does not count as shown."""
    restores: int | None = None
    """The earlier version that this one is a copy of; 0 is the empty need before the first version."""
    message_id: str | None = None
    """The message that led to it."""
    at: datetime | None = dataclasses.field(default=None, compare=False)
    """When it was kept; None before that."""


@dataclass(frozen=True)
class Slate:
    """A list that was shown."""

    pack: str
    need_version: int
    item_ids: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class StoredInteraction:
    """The last thing a user did with an item."""

    item_id: str
    kind: str
    rating: float | None
    at: datetime

    def as_dict(self) -> dict[str, Any]:
        """JSON form; `rating` only where there is one."""
        values = {**dataclasses.asdict(self), "at": stamp(self.at)}
        if self.rating is None:
            del values["rating"]
        return values


@dataclass(frozen=True)
class Feedback:
    """What a person says of one item: like, dislike, seen, chosen or rating, the last with its value."""

    kind: str
    item_id: str
    rating: float | None = None


def stamp(at: datetime) -> str:
    """A moment as ISO 8601 in UTC, to the millisecond: "1999-03-31T20:00:00.000Z"."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
