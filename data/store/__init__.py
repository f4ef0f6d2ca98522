"""The store: users, conversations, messages, needs, interactions and handoffs, in SQLite or PostgreSQL."""

from data.store.errors import StoreError
from data.store.records import (
    Chat,
    Conversation,
    Due,
    Feedback,
    NeedVersion,
    Received,
    Slate,
    StoredInteraction,
    StoredMessage,
    Taken,
)
from data.store.store import Store

__all__ = [
    "Chat",
    "Conversation",
    "Due",
    "Feedback",
    "NeedVersion",
    "Received",
    "Slate",
    "Store",
    "StoreError",
    "StoredInteraction",
    "StoredMessage",
    "Taken",
]
