"""Interactions: what users did with items; a user's history."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from data.store.errors import StoreError
from data.store.links import linked_with, user_now
from data.store.records import StoredInteraction
from data.store.schema import InteractionRow, User, now

KINDS = ("like", "dislike", "seen", "rating", "chosen")


def record_interaction(
    session: Session,
    user_id: str,
    pack: str,
    item_id: str,
    kind: str,
    rating: float | None,
    conversation_id: str | None,
    message_id: str | None,
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
        )
    )


def interactions(session: Session, user_id: str, pack: str) -> list[StoredInteraction]:
    """The last interaction with each item, in time order; what was withdrawn does not count."""
    chosen = select(InteractionRow).where(
        InteractionRow.user_id == user_id, InteractionRow.pack == pack, InteractionRow.withdrawn_at.is_(None)
    )
    latest: dict[str, StoredInteraction] = {}
    for row in session.scalars(chosen.order_by(InteractionRow.interaction_id)):
        latest.pop(row.item_id, None)
        latest[row.item_id] = StoredInteraction(row.item_id, row.kind, row.rating, row.at)
    return list(latest.values())


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
