"""The outbox: sends stored messages to a channel, in order within a conversation, until the channel has them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol

import structlog

from bot.channels.listeners import Listeners
from bot.channels.metrics import Metrics
from bot.channels.problems import described
from data.store import Due, Store, StoreError

AT_ONCE = 16
"""Conversations that are sent to at the same time."""
LOOK_AGAIN_S = 5.0
"""How often messages are looked for that another process stored."""
PAUSES_S = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
TYPING_S = 4.5
"""How long a channel shows that somebody types."""
GIVE_UP_AFTER = timedelta(days=1)
log = structlog.get_logger()


class SendLaterError(RuntimeError):
    """The channel cannot take the message now; `after_s` is how long it asked us to wait, if it did."""

    def __init__(self, detail: str, after_s: float = 0.0):
        self.after_s = after_s
        super().__init__(detail)


class RefusedError(RuntimeError):
    """The channel will never take the message."""


class Sender(Protocol):
    """The side of a channel that sends."""

    @property
    def channel(self) -> str:
        """The name of the channel in the store."""

    def parts(self, due: Due) -> Sequence[Any]:
        """What is to be sent for the message, at least one part, the same each time it is asked."""

    async def send(self, due: Due, part: Any) -> str:
        """Sends a part and returns what the channel calls it. Raises SendLaterError or RefusedError."""

    async def show_typing(self, address: str) -> None:
        """Shows for TYPING_S that somebody types; silent when the channel cannot."""


class Outbox:
    """The outbox in the store is the queue; this object only knows which conversations are being sent to."""

    def __init__(self, store: Store, listeners: Listeners, metrics: Metrics, sender: Sender):
        self._store, self._listeners, self._metrics, self._sender = store, listeners, metrics, sender
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._typing: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._looking: asyncio.Task[None] | None = None
        listeners.follow(self.wake)

    def start(self) -> None:
        """Takes up what an earlier process left, and goes on until `stop`."""
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Ends at once; what was not sent stays in the store."""
        tasks = [*self._tasks.values(), *self._typing.values(), *([self._looking] if self._looking else [])]
        self._looking = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, conversation_id: str) -> None:
        """Says that the conversation may have something to send."""
        if self._looking is None:
            return
        if self._listeners.is_typing(conversation_id) and conversation_id not in self._typing:
            self._typing[conversation_id] = asyncio.create_task(self._type(conversation_id))
        self._woken.add(conversation_id)
        if conversation_id not in self._tasks:
            self._tasks[conversation_id] = asyncio.create_task(self._work_on(conversation_id))

    async def _look(self) -> None:
        while True:
            try:
                for conversation_id in await asyncio.to_thread(self._store.unsent, self._sender.channel):
                    self.wake(conversation_id)
            except StoreError as error:
                log.error("store_failed", channel=self._sender.channel, error=str(error))
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _type(self, conversation_id: str) -> None:
        try:
            chat = await asyncio.to_thread(self._store.chat, conversation_id)
            while chat and chat.channel == self._sender.channel and self._listeners.is_typing(conversation_id):
                await self._sender.show_typing(chat.address)
                await asyncio.sleep(TYPING_S)
        except StoreError:
            pass
        finally:
            del self._typing[conversation_id]

    async def _work_on(self, conversation_id: str) -> None:
        failures = 0
        try:
            while conversation_id in self._woken:
                self._woken.discard(conversation_id)
                while (due := await self._due(conversation_id)) is not None:
                    pause_s = await self._deliver(due)
                    failures = 0 if pause_s is None else failures + 1
                    if pause_s is not None:
                        await asyncio.sleep(max(pause_s, PAUSES_S[min(failures, len(PAUSES_S)) - 1]))
        except StoreError as error:  # it is looked for again
            log.error("store_failed", conversation_id=conversation_id, error=str(error))
        finally:
            del self._tasks[conversation_id]

    async def _due(self, conversation_id: str) -> Due | None:
        due = await asyncio.to_thread(self._store.due, conversation_id)
        return due if due and due.conversation.channel == self._sender.channel else None

    async def _deliver(self, due: Due) -> float | None:
        """Sends what is left of a message; the seconds to wait when it has to be tried again."""
        about = {"conversation_id": due.conversation.conversation_id, "seq": due.message.seq}
        try:
            parts = self._sender.parts(due)
            for number, part in enumerate(parts[len(due.sent) :], len(due.sent) + 1):
                async with self._slots:
                    if not await asyncio.to_thread(self._store.claim, due.delivery_id):
                        return None
                    external_id = await self._sender.send(due, part)
                self._metrics.sent(self._sender.channel, "sent")
                await self._record_sent(due, external_id, number >= len(parts))
            return None
        except SendLaterError as error:
            self._metrics.sent(self._sender.channel, "later")
            if datetime.now(timezone.utc) - due.message.at < GIVE_UP_AFTER:
                log.warning("sent_later", error=str(error), after_s=error.after_s, **about)
                return error.after_s
            reason = f"for {GIVE_UP_AFTER.days} day: {error}"
        except RefusedError as error:
            reason = str(error)
        except StoreError:
            raise
        except Exception as error:  # a message that cannot be shown must not hold up those behind it
            log.error("not_shown", **about, **described(error))
            reason = type(error).__name__
        self._metrics.sent(self._sender.channel, "refused")
        log.error("not_sent", reason=reason, **about)
        await asyncio.to_thread(self._store.give_up, due.delivery_id, reason)
        return None

    async def _record_sent(self, due: Due, external_id: str, is_last: bool) -> None:
        """Until the store takes it: what was sent must not be sent again because the store was away."""
        failures = 0
        while True:
            try:
                return await asyncio.to_thread(self._store.record_sent, due.delivery_id, external_id, is_last)
            except StoreError as error:
                log.error("store_failed", conversation_id=due.conversation.conversation_id, error=str(error))
                await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
                failures += 1
