"""Timers of handoffs: nobody comes, a colleague does not answer, the person is silent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import structlog

from bot.channels.handoff.handoffs import Handoffs
from data.store import Handoff, StoreError

LOOK_S = 2.0
log = structlog.get_logger()


class Timers:
    """Looks at what is under way; all it needs to know is in the store, so a restart forgets nothing."""

    def __init__(self, handoffs: Handoffs, wait_s: float, silence_s: float):
        self._handoffs = handoffs
        self._wait, self._silence = timedelta(seconds=wait_s), timedelta(seconds=silence_s)
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Looks again and again, until `stop`; never ends in the middle of a look."""
        while not await self._is_stopped_within(LOOK_S):
            try:
                await self.look(datetime.now(timezone.utc))
            except StoreError as error:
                log.error("store_failed", where="handoff timers", error=str(error))

    def stop(self) -> None:
        """Lets `run` end."""
        self._stopped.set()

    async def _is_stopped_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        return self._stopped.is_set()

    async def look(self, now: datetime) -> None:
        """Does what is due at this moment."""
        for handoff in await asyncio.to_thread(self._handoffs.store.handoffs.active):
            if handoff.state == "open":
                await self._nobody_came(handoff, now)
            elif handoff.owner == "human":
                await self._went_quiet(handoff, now)

    async def _nobody_came(self, handoff: Handoff, now: datetime) -> None:
        is_due = handoff.owner == "waiting" and handoff.offered_at is None and handoff.message_state is None
        if is_due and now - handoff.requested_at >= self._wait:
            await self._offer(handoff, "nobody")

    async def _went_quiet(self, handoff: Handoff, now: datetime) -> None:
        """Who spoke last has done their part: after a colleague it is the person who is silent, else the colleague."""
        since = max(time for time in (handoff.taken_at, handoff.last and handoff.last.at) if time)
        is_persons_turn = handoff.last is not None and handoff.last.sender == "agent"
        if now - since >= self._silence:
            await self._handoffs.give_back(handoff, None, "silent" if is_persons_turn else "away")
        elif not is_persons_turn and now - since >= self._wait and (handoff.offered_at or since) <= since:
            await self._offer(handoff, "no_answer")

    async def _offer(self, handoff: Handoff, name: str) -> None:
        words, cid = self._handoffs.words, handoff.conversation_id
        message = words.offer(name, cid, handoff.language, agent=handoff.agent or "")
        if await asyncio.to_thread(self._handoffs.store.handoffs.offer, handoff, message):
            self._handoffs.listeners.wake(cid)
