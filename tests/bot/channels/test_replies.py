"""Rasa's replies become Messages."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.replies import messages_of

SLATE: dict[str, Any] = {"type": "slate", "slate": {"items": [], "eligible": 0}}
JOINED = {"type": "slate", "text": "Here", "slate": {"items": [], "eligible": 0}}


@pytest.mark.parametrize(
    ("replies", "messages"),
    [
        ([{"recipient_id": "x", "text": "Hi"}], [{"type": "text", "text": "Hi"}]),
        ([{"text": "One"}, {"text": "Two"}], [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}]),
        ([{"text": "Here"}, {"custom": SLATE}], [JOINED]),
        ([{"text": "So"}, {"text": "Here"}, {"custom": SLATE}], [{"type": "text", "text": "So"}, JOINED]),
        ([{"text": "Hi"}, {"custom": {**SLATE, "text": "Here"}}], [{"type": "text", "text": "Hi"}, JOINED]),
        ([{"custom": SLATE}, {"text": "Bye"}], [{**JOINED, "text": ""}, {"type": "text", "text": "Bye"}]),
        ([{"text": "Here"}, {"custom": SLATE}, {"custom": SLATE}], [JOINED, {**JOINED, "text": ""}]),
        ([{"text": "Hi", "buttons": []}], [{"type": "text", "text": "Hi"}]),
        (
            [{"text": "Pick", "buttons": [{"title": "A", "payload": "/a", "type": "postback"}]}],
            [{"type": "choices", "text": "Pick", "choices": [{"title": "A", "payload": "/a"}]}],
        ),
        (
            [{"text": "Here", "buttons": [{"title": "A", "payload": "/a"}]}, {"custom": SLATE}],
            [{**JOINED, "choices": [{"title": "A", "payload": "/a"}]}],
        ),
        ([{"custom": {**SLATE, "from": "agent", "seq": 9, "at": "1999"}}], [{**JOINED, "text": ""}]),
        ([{"custom": {"type": "hologram"}}, {"text": "Hi"}], [{"type": "text", "text": "Hi"}]),
        ([{"text": ""}, {"text": " "}], []),
    ],
)
def test_replies_become_messages(replies: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
    assert messages_of(replies) == messages
