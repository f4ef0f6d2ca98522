"""Interactions: what users did with items; a user's history."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from data.need import SELF
from data.store.errors import StoreError
from data.store.links import linked_with, user_now
from data.store.records import StoredInteraction
from data.store.schema import InteractionRow, User, now

KINDS = ("like", "dislike", "seen", "rating", "chosen")
WHOM_LENGTH = 64
"""Characters kept of for whom something was told."""


def record_interaction(
    session: Session,
    user_id: str,
    pack: str,
    item_id: str,
    kind: str,
    rating: float | None,
    conversation_id: str | None,
    message_id: str | None,
    for_whom: str = SELF,
) -> None:
    """Keeps what a user did. Raises StoreError for an unknown kind or user, or a rating that is no number."""
    if kind not in KINDS:
        raise StoreError(f"interaction with item {item_id!r}: no kind {kind!r}; there are {', '.join(KINDS)}")
    if (kind == "rating") != (rating is not None) or not math.isfinite(rating or 0.0):
        raise StoreError(f"interaction with item {item_id!r}: kind {kind!r} with the rating {rating!r}")
    user_id = user_now(session, user_id)  # linked while the turn was under way
    if session.get(User, user_id) is None:
        raise StoreError(f"user {user_id!r}: no such user")
    session.add(
        InteractionRow(
            user_id=user_id,
            pack=pack,
            item_id=str(item_id),
            kind=kind,
            rating=rating,
            conversation_id=conversation_id,
            message_id=message_id,
            for_whom=for_whom[:WHOM_LENGTH],
        )
    )


def interactions(session: Session, user_id: str, pack: str, for_whom: str = SELF) -> list[StoredInteraction]:
    """The last interaction with each item, in time order; what was withdrawn does not count."""
    return profiles(session, user_id, pack).get(for_whom[:WHOM_LENGTH], [])


def profiles(session: Session, user_id: str, pack: str) -> dict[str, list[StoredInteraction]]:
    """For everybody the user told something about, the last interaction with each item, in time order."""
    chosen = select(InteractionRow).where(
        InteractionRow.user_id == user_id, InteractionRow.pack == pack, InteractionRow.withdrawn_at.is_(None)
    )
    latest: dict[str, dict[str, StoredInteraction]] = {}
    for row in session.scalars(chosen.order_by(InteractionRow.interaction_id)):
        profile = latest.setdefault(row.for_whom, {})
        profile.pop(row.item_id, None)
        profile[row.item_id] = StoredInteraction(row.item_id, row.kind, row.rating, row.at)
    return {whom: list(profile.values()) for whom, profile in latest.items()}


def withdraw_interactions(session: Session, user_id: str, pack: str, item_id: str) -> int:
    """Takes back all that the user did with an item; says how many interactions that were."""
    change = (
        update(InteractionRow)
        .where(
            InteractionRow.user_id == user_id,
            InteractionRow.pack == pack,
            InteractionRow.item_id == str(item_id),
            InteractionRow.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
    )
    result = session.execute(change)
    assert isinstance(result, CursorResult)
    return result.rowcount


def withdraw_of_message(session: Session, conversation_id: str, message_id: str) -> None:
    """Takes back what a message of the conversation, or of one linked with it, said of items."""
    conversations = (conversation_id, *linked_with(session, conversation_id))
    session.execute(
        update(InteractionRow)
        .where(
            InteractionRow.conversation_id.in_(conversations),
            InteractionRow.message_id == message_id,
            InteractionRow.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
    )


def delete_interactions(session: Session, user_id: str, pack: str, item_ids: Sequence[str] | None) -> None:
    """Deletes what the user did with these items, withdrawn or not; None: with all of the pack."""
    own = delete(InteractionRow).where(InteractionRow.user_id == user_id, InteractionRow.pack == pack)
    session.execute(own if item_ids is None else own.where(InteractionRow.item_id.in_(item_ids)))
