"""Who listens to a conversation right now, and what they must be woken for."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PERSON_TYPES_S = 6.0


@dataclass(eq=False)
class Listener:
    """One open stream of one conversation."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)
    is_closed: bool = False

    async def wait(self, timeout_s: float) -> None:
        """Returns when something changed, or after `timeout_s` (another process may have stored a message)."""
        try:
            async with asyncio.timeout(timeout_s):
                await self.changed.wait()
        except TimeoutError:
            pass


class Listeners:
    """Wakes the streams of a conversation. It holds no messages: what a stream sends, it reads from the store."""

    def __init__(self) -> None:
        self._open: dict[str, set[Listener]] = defaultdict(set)
        self._typing: set[str] = set()
        self._followers: list[Callable[[str], None]] = []
        self._persons_typing: dict[str, float] = {}

    @property
    def count(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._open.values()))

    @contextmanager
    def listening(self, conversation_id: str) -> Iterator[Listener]:
        """A listener, for as long as the block runs."""
        listener = Listener()
        self._open[conversation_id].add(listener)
        try:
            yield listener
        finally:
            self._open[conversation_id].discard(listener)
            if not self._open[conversation_id]:
                del self._open[conversation_id]

    def follow(self, tell: Callable[[str], None]) -> None:
        """Tells of every change of every conversation, for as long as the gateway runs."""
        self._followers.append(tell)

    def wake(self, conversation_id: str) -> None:
        """Says that messages were stored."""
        for tell in self._followers:
            tell(conversation_id)
        for listener in self._open.get(conversation_id, ()):
            listener.changed.set()

    def set_typing(self, conversation_id: str, is_typing: bool) -> None:
        """Says that the bot began or ended to think."""
        (self._typing.add if is_typing else self._typing.discard)(conversation_id)
        self.wake(conversation_id)

    def is_typing(self, conversation_id: str) -> bool:
        """True while the bot thinks."""
        return conversation_id in self._typing

    def set_person_typing(self, conversation_id: str, is_typing: bool) -> None:
        """Says that the person writes, or has stopped."""
        self._persons_typing.pop(conversation_id, None)
        if is_typing:
            self._persons_typing[conversation_id] = time.monotonic() + PERSON_TYPES_S
        self.wake(conversation_id)

    def is_person_typing(self, conversation_id: str) -> bool:
        """True for PERSON_TYPES_S after the person was last said to write."""
        until = self._persons_typing.get(conversation_id, 0.0)
        if until and until <= time.monotonic():
            del self._persons_typing[conversation_id]
        return until > time.monotonic()

    def close(self, conversation_id: str) -> None:
        """Ends the streams of a conversation."""
        for listener in self._open.get(conversation_id, ()):
            listener.is_closed = True
            listener.changed.set()

    def close_all(self) -> None:
        """Ends all streams."""
        for conversation_id in list(self._open):
            self.close(conversation_id)
