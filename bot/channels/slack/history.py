"""What a person likes, by title."""

from __future__ import annotations

from collections.abc import Iterable

from data.store import Conversation, Store, StoredInteraction

MOST = 10
GOOD_RATING = 4.0


def liked_titles(store: Store, conversation: Conversation, packs: Iterable[str]) -> list[str]:
    """Titles of what the person liked, chose or rated well, newest first, as they were shown on any channel."""
    past = [each for pack in packs for each in store.interactions(conversation.user_id, pack) if _is_good(each)]
    titles = _titles(store, conversation.user_id)
    newest = sorted(past, key=lambda each: each.at, reverse=True)
    return [titles[each.item_id] for each in newest if each.item_id in titles][:MOST]


def _is_good(past: StoredInteraction) -> bool:
    return past.kind in ("like", "chosen") or (past.rating or 0.0) >= GOOD_RATING


def _titles(store: Store, user_id: str) -> dict[str, str]:
    """The titles of all items that the person was shown, by item_id."""
    messages = (message for each in store.conversations_of(user_id) for message in store.messages(each))
    items = (item for message in messages for item in (message.content.get("slate") or {}).get("items") or ())
    return {str(item.get("item_id")): str(item.get("title")) for item in items}
