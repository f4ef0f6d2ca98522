"""What a person said to a colleague, as the assistant reads it: so that the bot knows, though it says nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from bot.channels.assistant import Assistant, AssistantError
from data.store import Store

MOST = 20
"""Messages that are read, the last ones."""


async def heard(
    store: Store, assistant: Assistant, conversation_id: str, after: int, before: int, except_for: Collection[int] = ()
) -> list[dict[str, Any]]:
    """The person's messages between two numbers; one that the assistant does not read is left out."""
    said = await asyncio.to_thread(store.messages, conversation_id, after)
    theirs = [one for one in said if one.sender == "user" and one.seq < before and one.seq not in except_for]
    read = []
    for message in theirs[-MOST:]:
        try:
            parsed = await assistant.read(str(message.content.get("text") or ""))
        except AssistantError:
            continue
        read.append({**parsed, "message_id": message.key})
    return read
