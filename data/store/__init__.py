"""The store: users, conversations, messages, needs, interactions and handoffs, in SQLite or PostgreSQL."""

from data.store.errors import StoreError
from data.store.records import (
    Agent,
    Chat,
    Conversation,
    Due,
    Feedback,
    Handoff,
    NeedVersion,
    Note,
    Received,
    Slate,
    StoredInteraction,
    StoredMessage,
    Taken,
)
from data.store.store import Store

__all__ = [
    "Agent",
    "Chat",
    "Conversation",
    "Due",
    "Feedback",
    "Handoff",
    "NeedVersion",
    "Note",
    "Received",
    "Slate",
    "Store",
    "StoreError",
    "StoredInteraction",
    "StoredMessage",
    "Taken",
]
