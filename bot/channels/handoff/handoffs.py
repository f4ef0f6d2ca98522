"""What a colleague can do, from whatever desk: take, say, recommend, note, give back; and who is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from bot.channels.assistant import Assistant, AssistantError
from bot.channels.handoff.hearing import heard
from bot.channels.handoff.turns import RETURNED
from bot.channels.handoff.words import Words
from bot.channels.listeners import Listeners
from bot.channels.replies import messages_of
from bot.words import storable, visible
from data.store import Handoff, Store, StoredMessage

SUGGEST = "/suggest"
TYPING_S = 8.0
"""How long a colleague counts as typing after the last word about it."""
OUTCOMES = {"released": "released", "resolved": "left", "silent": "silent", "away": "away"}
"""How a colleague's hold ends, and the notice that the person then reads."""
log = structlog.get_logger()


class Handoffs:
    """The one place through which colleagues change a conversation. Its methods raise StoreError."""

    def __init__(
        self, store: Store, assistant: Assistant, listeners: Listeners, words: Words, work: Callable[[str], None]
    ):
        self.store, self.listeners, self.words = store, listeners, words
        self._assistant, self._work = assistant, work
        self._suggested: dict[str, dict[str, Any]] = {}
        self._typing: dict[str, asyncio.TimerHandle] = {}

    async def take(self, handoff: Handoff, agent: str) -> bool:
        """True when it is this colleague's now; from then on the bot is silent."""
        notice = self.words.notice("joined", handoff.language, agent=agent)
        is_taken = await asyncio.to_thread(self.store.handoffs.take, handoff.handoff_id, agent, notice)
        self.listeners.wake(handoff.conversation_id)
        return is_taken

    async def say(self, handoff: Handoff, agent: str, text: str, key: str) -> StoredMessage | None:
        """A text of the colleague, stored once per key; None when the conversation is not theirs."""
        return (
            await self._tell(handoff, agent, {"type": "text", "text": storable(text)}, key) if visible(text) else None
        )

    async def hear(self, handoff_id: str, name: str, text: str, key: str) -> bool:
        """An answer from a desk that knows no taking: the first one takes, and who answers later speaks for them."""
        handoff = await asyncio.to_thread(self.store.handoffs.find, handoff_id)
        if handoff is not None and handoff.state == "open":
            await self.take(handoff, name or self.words.texts.say("from_agent", handoff.language))
            handoff = await asyncio.to_thread(self.store.handoffs.find, handoff_id)
        return bool(handoff and handoff.agent and await self.say(handoff, handoff.agent, text, key))

    async def suggest(self, handoff: Handoff) -> dict[str, Any] | None:
        """A list for the person's need, for the colleague to choose from; None when it cannot be had now."""
        conversation = await asyncio.to_thread(self.store.conversation, handoff.conversation_id)
        if conversation is None:
            return None
        after, before = handoff.taken_seq or 0, handoff.last_seq + 1
        read = await heard(self.store, self._assistant, handoff.conversation_id, after, before)
        try:
            replies = await self._assistant.ask(conversation, f"suggest:{before}", SUGGEST, {"heard": read})
        except AssistantError as error:
            log.error("no_suggestion", conversation_id=handoff.conversation_id, fault=error.fault, error=error.detail)
            return None
        slates = [message for message in messages_of(replies) if message.get("slate") and message.get("need")]
        if not slates:
            return None
        self._suggested[handoff.handoff_id] = slates[0]
        return slates[0]

    async def recommend(
        self, handoff: Handoff, agent: str, item_ids: Sequence[str], text: str, key: str
    ) -> StoredMessage | None:
        """Sends items of the last suggestion as a slate; they count as shown. None when it is not theirs to send."""
        suggested = self._suggested.get(handoff.handoff_id)
        items = [item for item in (suggested or {}).get("slate", {}).get("items", ()) if item["item_id"] in item_ids]
        if suggested is None or not items:
            return None
        slate = {**suggested["slate"], "items": items, "eligible": len(items)}
        message = {**suggested, "slate": slate, "text": storable(text) or suggested["text"]}
        message.pop("choices", None)
        stored = await self._tell(handoff, agent, self.words.signer.sealed(handoff.conversation_id, message), key)
        if stored is not None:
            need, shown = suggested["need"], [str(item["item_id"]) for item in items]
            args = (handoff.conversation_id, str(need["pack"]), int(need["version"]), shown)
            await asyncio.to_thread(self.store.save_slate, *args)
        return stored

    async def choose(self, handoff: Handoff, agent: str, item_id: str) -> bool:
        """Keeps that the person chose an item that was shown; True when it was."""
        if handoff.agent != agent:
            return False
        said = await asyncio.to_thread(self.store.messages, handoff.conversation_id)
        shown = {item["item_id"]: (m.content.get("need") or {}).get("pack") for m in said for item in _items(m)}
        pack = shown.get(item_id)
        if not pack:
            return False
        args = (handoff.user_id, str(pack), item_id, "chosen", None, handoff.conversation_id)
        await asyncio.to_thread(self.store.record_interaction, *args)
        return True

    async def note(self, handoff: Handoff, agent: str, text: str) -> None:
        """Keeps a note that only colleagues read."""
        await asyncio.to_thread(self.store.handoffs.add_note, handoff.handoff_id, agent, storable(text))
        self.listeners.wake(handoff.conversation_id)

    async def give_back(self, handoff: Handoff, agent: str | None, outcome: str) -> bool:
        """Ends a colleague's hold by one of OUTCOMES; False when it was not theirs (None: anybody's)."""
        notice = self.words.notice(OUTCOMES[outcome], handoff.language, agent=handoff.agent or "")
        kept = "released" if outcome == "away" else outcome
        is_over = await asyncio.to_thread(
            self.store.handoffs.give_back, handoff.handoff_id, agent, kept, notice, {"message": RETURNED}
        )
        if is_over:
            self._suggested.pop(handoff.handoff_id, None)
            self.type(handoff, False)
            self.listeners.wake(handoff.conversation_id)
            self._work(handoff.conversation_id)
        return is_over

    async def close_waiting(self, handoff: Handoff) -> bool:
        """Ends a request that nobody has to take any more, such as a message that was read."""
        is_over = await asyncio.to_thread(self.store.handoffs.end_waiting, handoff.conversation_id, "resolved")
        self.listeners.wake(handoff.conversation_id)
        return is_over

    def type(self, handoff: Handoff, is_typing: bool) -> None:
        """Shows the person that the colleague types, until it is said again or `TYPING_S` have passed."""
        cid = handoff.conversation_id
        if timer := self._typing.pop(cid, None):
            timer.cancel()
        if is_typing:
            self._typing[cid] = asyncio.get_running_loop().call_later(TYPING_S, self.type, handoff, False)
        if self.listeners.is_typing(cid) != is_typing:
            self.listeners.set_typing(cid, is_typing)

    async def _tell(self, handoff: Handoff, agent: str, message: Mapping[str, Any], key: str) -> StoredMessage | None:
        stored = await asyncio.to_thread(self.store.handoffs.say, handoff.handoff_id, agent, message, key)
        self.type(handoff, False)
        self.listeners.wake(handoff.conversation_id)
        return stored


def _items(message: StoredMessage) -> Sequence[Mapping[str, Any]]:
    return (message.content.get("slate") or {}).get("items") or ()
