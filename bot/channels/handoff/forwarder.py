"""Keeps a desk that is not ours told: the packet, what is said, the end; in order, again and again until it has it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import structlog

from bot.channels.handoff.briefing import briefing
from bot.channels.handoff.handoffs import Handoffs
from bot.channels.problems import described
from data.store import Handoff, StoredMessage, StoreError

LOOK_S = 2.0
PAUSES_S = (2.0, 5.0, 15.0, 60.0)
log = structlog.get_logger()


class OutsideError(RuntimeError):
    """The other desk did not take something; it is tried again."""


class Outside(Protocol):
    """The other desk, as it is spoken to. Its methods raise OutsideError."""

    async def open(self, handoff: Handoff) -> Mapping[str, Any]:
        """Makes a place for the handoff there and returns what it is called."""

    async def brief(self, handoff: Handoff, text: str) -> None:
        """Shows colleagues the packet."""

    async def tell(self, handoff: Handoff, message: StoredMessage) -> None:
        """Shows colleagues what was said."""

    async def end(self, handoff: Handoff) -> None:
        """Says that the conversation is the bot's again."""

    async def look(self, handoff: Handoff) -> None:
        """Asks what colleagues did there, in case it was not told."""


class Forwarder:
    """All it knows is in the store: a restart goes on where it was."""

    def __init__(self, handoffs: Handoffs, outside: Outside):
        self._handoffs, self._outside = handoffs, outside
        self._changed, self._is_stopped = asyncio.Event(), False
        self._failures = 0
        handoffs.listeners.follow(lambda conversation_id: self._changed.set())

    async def run(self) -> None:
        """Forwards until `stop`; never ends in the middle of a look."""
        while not self._is_stopped:
            self._changed.clear()
            is_well = await self._forward_all()
            self._failures = 0 if is_well else self._failures + 1
            pause_s = LOOK_S if is_well else PAUSES_S[min(self._failures, len(PAUSES_S)) - 1]
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._changed.wait()

    def stop(self) -> None:
        """Lets `run` end."""
        self._is_stopped = True
        self._changed.set()

    async def _forward_all(self) -> bool:
        """True when the other desk took everything; one handoff that fails does not hold up the others."""
        is_well = True
        try:
            for handoff in await asyncio.to_thread(self._handoffs.store.handoffs.with_desk):
                try:
                    await self._forward(handoff)
                except OutsideError as error:
                    log.warning("desk_not_told", handoff_id=handoff.handoff_id, error=str(error))
                    is_well = False
                except StoreError:
                    raise
                except Exception as error:  # whatever the other desk answers, the others must be served
                    log.error("desk_not_told", handoff_id=handoff.handoff_id, **described(error))
                    is_well = False
        except StoreError as error:
            log.error("store_failed", where="handoff desk", error=str(error))
            return False
        return is_well

    async def _forward(self, handoff: Handoff) -> None:
        if "ref" not in handoff.desk:
            if handoff.state == "resolved":
                return await self._keep(handoff, is_closed=True)
            return await self._open(handoff)
        if "told" not in handoff.desk:
            return await self._brief(handoff)
        if handoff.state != "resolved":
            await self._outside.look(handoff)
        said = await asyncio.to_thread(
            self._handoffs.store.messages, handoff.conversation_id, int(handoff.desk["told"])
        )
        for message in said:
            if message.sender != "agent":
                await self._outside.tell(handoff, message)
            await self._keep(handoff, told=message.seq)
        if handoff.state == "resolved":
            await self._outside.end(handoff)
            await self._keep(handoff, is_closed=True)
        return None

    async def _open(self, handoff: Handoff) -> None:
        await self._keep(handoff, ref=dict(await self._outside.open(handoff)))
        self._changed.set()

    async def _brief(self, handoff: Handoff) -> None:
        said = await asyncio.to_thread(self._handoffs.store.messages, handoff.conversation_id)
        await self._outside.brief(handoff, briefing(self._handoffs.words.texts, handoff, said))
        await self._keep(handoff, told=said[-1].seq if said else 0)
        self._changed.set()

    async def _keep(self, handoff: Handoff, **desk: Any) -> None:
        await asyncio.to_thread(self._handoffs.store.handoffs.keep_desk, handoff.handoff_id, desk)
