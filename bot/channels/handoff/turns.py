"""What a turn is while a handoff is near: the worker asks here before it asks the assistant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.assistant import Assistant
from bot.channels.handoff.hearing import heard
from bot.channels.handoff.rules import Rules
from bot.channels.handoff.words import KEEP, LEAVE, Words
from data.store import Handoff, Store, Taken

Json = Mapping[str, Any]
RETURNED = "/returned"


@dataclass(frozen=True)
class Turn:
    """What is to be done with a message."""

    message: str
    """What the assistant is asked."""
    answers: Sequence[Json] | None = None
    """What is answered without the assistant."""
    about: Json | None = None
    """What the assistant must know besides: after a human's time what was said in it."""


@dataclass(frozen=True)
class Turns:
    """Reads turns with the store, the rules and the words of the gateway."""

    store: Store
    assistant: Assistant
    words: Words
    rules: Rules

    async def turn(self, taken: Taken) -> Turn:
        """The turn of a received message."""
        message, conversation = str(taken.received.work.get("message", "")), taken.conversation
        if "heard_after" in taken.received.work:
            return Turn(message, about=await self._about(taken))
        if conversation.owner == "bot":
            return Turn(self._escalated(message))
        if message == KEEP:
            return Turn(message, await self._keep(taken))
        if message == LEAVE:
            return Turn(message, await self._ask(taken))
        if conversation.owner == "waiting" and not message.startswith("/"):
            handoff = await self._active(taken)
            if handoff and handoff.message_state == "asked":
                return Turn(message, await self._leave(taken))
        return Turn(message)

    def _escalated(self, message: str) -> str:
        """The same message, or a request for a human when a rule says so."""
        if message in (KEEP, LEAVE):
            return "/greet"
        reason = None if message.startswith("/") else self.rules.reason(message)
        return f"/human{json.dumps({'why': reason})}" if reason else message

    async def _keep(self, taken: Taken) -> Sequence[Json]:
        """Goes on with the bot; after a human's time the bot says so itself."""
        cid, language = taken.conversation.conversation_id, taken.conversation.language
        if await asyncio.to_thread(self.store.handoffs.end_waiting, cid, "person"):
            return [self.words.spoken("kept", language)]
        await self._give_back(taken, "person", "left")
        return []

    async def _ask(self, taken: Taken) -> Sequence[Json]:
        """Asks for a message; a colleague who does not answer loses the conversation to the queue."""
        await self._give_back(taken, "released", "released")
        cid = taken.conversation.conversation_id
        await asyncio.to_thread(self.store.handoffs.set_message_state, cid, "asked")
        return [self.words.spoken("ask_message", taken.conversation.language)]

    async def _leave(self, taken: Taken) -> Sequence[Json]:
        cid = taken.conversation.conversation_id
        await asyncio.to_thread(self.store.handoffs.set_message_state, cid, "left")
        return [self.words.spoken("message_left", taken.conversation.language)]

    async def _give_back(self, taken: Taken, outcome: str, name: str) -> None:
        handoff = await self._active(taken)
        if handoff is None or handoff.state != "taken":
            return
        notice = self.words.notice(name, handoff.language, agent=handoff.agent or "")
        work = {"message": RETURNED}
        await asyncio.to_thread(self.store.handoffs.give_back, handoff.handoff_id, None, outcome, notice, work)

    async def _active(self, taken: Taken) -> Handoff | None:
        return await asyncio.to_thread(self.store.handoffs.active_of, taken.conversation.conversation_id)

    async def _about(self, taken: Taken) -> Json:
        """What the person said to the human; what nobody answered is a turn of its own."""
        work, received = taken.received.work, taken.received
        after, unheard = int(work["heard_after"]), work.get("unheard") or []
        read = await heard(self.store, self.assistant, received.conversation_id, after, received.seq, unheard)
        return {"heard_after": after, "heard": read, "has_more": bool(unheard)}
