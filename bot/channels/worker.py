"""The worker: answers received messages, those of one conversation one at a time and in order."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog

from bot.channels.assistant import Assistant, AssistantError
from bot.channels.handoff.turns import Turn, Turns
from bot.channels.linking import Linking
from bot.channels.listeners import Listeners
from bot.channels.metrics import Metrics
from bot.channels.problems import described
from bot.channels.replies import messages_of
from bot.channels.texts import Texts
from bot.channels.tokens import Signer
from data.store import Conversation, Received, Store, StoreError, Taken

AT_ONCE = 32
"""Conversations that may ask the assistant at the same time."""
TRIES = 3
"""Times that the work of one message is begun; after that many crashes the answer is an apology."""
ASSISTANT_STARTS_S = 90
"""How long work that was left waits for an assistant that is starting, before it gets an apology instead."""
LATELY = 6
"""Messages looked back over, so that an apology is not worded like the one before."""
GRACE_S = 1.5
PAUSES_S = (0.2, 1.0, 5.0, 15.0)
log = structlog.get_logger()


class Worker:
    """The inbox in the store is the queue; this object only knows which conversations are being worked on."""

    def __init__(
        self,
        store: Store,
        assistant: Assistant,
        signer: Signer,
        texts: Texts,
        listeners: Listeners,
        turns: Turns,
        metrics: Metrics,
        linking: Linking,
        first_word_s: float,
    ):
        self._store, self._assistant, self._signer = store, assistant, signer
        self._texts, self._listeners, self._turns, self._metrics = texts, listeners, turns, metrics
        self._linking, self._first_word_s = linking, first_word_s
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._watched: dict[tuple[str, str], set[asyncio.Event]] = defaultdict(set)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._is_stopping = False
        self._resuming: asyncio.Task[None] | None = None

    async def resume(self) -> None:
        """Takes up the work that an earlier process left, once the assistant, which may start later, is there."""
        left = await asyncio.to_thread(self._store.unanswered)
        if left:
            log.info("resuming", messages=len(left))
            self._resuming = asyncio.create_task(self._wake_later([received.conversation_id for received in left]))

    def wake(self, conversation_id: str) -> None:
        """Says that the conversation has a message to answer."""
        self._woken.add(conversation_id)
        if conversation_id not in self._tasks and not self._is_stopping:
            self._tasks[conversation_id] = asyncio.create_task(self._work_on(conversation_id))

    @contextmanager
    def watching(self, conversation_id: str, key: str) -> Iterator[asyncio.Event]:
        """An event that is set when the message of that key has been answered."""
        event = asyncio.Event()
        self._watched[conversation_id, key].add(event)
        try:
            yield event
        finally:
            self._watched[conversation_id, key].discard(event)
            if not self._watched[conversation_id, key]:
                del self._watched[conversation_id, key]

    async def drop(self, conversation_id: str) -> None:
        """Ends the work on a conversation that was erased, and lets go whoever waits for it."""
        self._woken.discard(conversation_id)
        if task := self._tasks.get(conversation_id):
            task.cancel()
            await asyncio.wait([task])
        for (watched, _), events in self._watched.items():
            if watched == conversation_id:
                for event in events:
                    event.set()

    async def stop(self) -> None:
        """Begins nothing more, and gives what is under way a moment to end; the rest stays in the inbox."""
        self._is_stopping = True
        if self._resuming:
            self._resuming.cancel()
        tasks = list(self._tasks.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=GRACE_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _wake_later(self, conversation_ids: Sequence[str]) -> None:
        for _ in range(ASSISTANT_STARTS_S):
            if await self._assistant.is_up():
                break
            await asyncio.sleep(1.0)
        for conversation_id in dict.fromkeys(conversation_ids):
            self.wake(conversation_id)

    async def _work_on(self, conversation_id: str) -> None:
        try:
            while conversation_id in self._woken and not self._is_stopping:
                self._woken.discard(conversation_id)
                await self._answer_all(conversation_id)
        finally:
            del self._tasks[conversation_id]
            self._listeners.set_typing(conversation_id, False)

    async def _answer_all(self, conversation_id: str) -> None:
        failures = 0
        while not self._is_stopping:
            try:
                taken = await asyncio.to_thread(self._store.take, conversation_id)
                if taken is None:
                    return
                await self._answer(taken)
                failures = 0
            except StoreError as error:
                log.error("store_failed", conversation_id=conversation_id, error=str(error))
                await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
                failures += 1

    async def _answer(self, taken: Taken) -> None:
        """Answers one message: asks, stores the answer, then wakes whoever waits for it."""
        started = time.perf_counter()
        received, conversation_id = taken.received, taken.received.conversation_id
        turn = await self._turns.turn(taken)
        answers: Sequence[Mapping[str, Any]] = []
        sender, outcome = "bot", "human"
        ready = await self._linking.answers(taken) if "link" in received.work else received.work.get("answers")
        if turn.answers is not None:
            answers, outcome = turn.answers, "handoff"
        elif ready is not None:
            answers, sender = [self._signer.sealed(conversation_id, each) for each in ready], "system"
            outcome = "system"
        elif taken.conversation.owner != "human" or not await self._is_left_to_human(received):
            self._listeners.set_typing(conversation_id, True)
            first_word = asyncio.create_task(self._say_first_later(taken))
            try:
                answers, outcome = await self._answers(taken, turn)
            finally:
                first_word.cancel()
        if outcome != "human":
            await asyncio.to_thread(self._store.answer, conversation_id, received.key, answers, sender)
        self._tell(conversation_id, received.key)
        took_s = time.perf_counter() - started
        self._metrics.turned(taken.conversation.channel, outcome, took_s)
        about = {"conversation_id": conversation_id, "seq": received.seq, "outcome": outcome}
        log.info("answered", **about, answers=len(answers), took_ms=round(1000 * took_s, 1))

    async def _is_left_to_human(self, received: Received) -> bool:
        """Leaves the message to the human; False when the human has gone since it was taken, for then it is ours."""
        return await asyncio.to_thread(self._store.leave_to_human, received.conversation_id, received.key)

    async def _say_first_later(self, taken: Taken) -> None:
        """Tells a person who still waits that the answer is being looked for, once a turn also after a crash."""
        await asyncio.sleep(self._first_word_s)
        conversation_id, channel = taken.conversation.conversation_id, taken.conversation.channel
        try:
            words = {**await self._spoken("first_word", taken.conversation), "type": "notice", "passing": True}
            if await asyncio.to_thread(self._store.say_first, conversation_id, taken.received.key, words):
                self._metrics.first_word(channel)
                self._listeners.wake(conversation_id)
        except StoreError as error:
            log.error("store_failed", conversation_id=conversation_id, error=str(error))

    async def _answers(self, taken: Taken, turn: Turn) -> tuple[Sequence[Mapping[str, Any]], str]:
        """What the assistant says, or what we say when it says nothing that can be used; and the name of that."""
        received, conversation = taken.received, taken.conversation
        if received.work.get("is_expired_choice"):
            return [await self._spoken("expired_choice", conversation)], "expired_choice"
        about: dict[str, object]
        try:
            if taken.tries > TRIES:
                raise AssistantError("unreachable", f"begun {taken.tries - 1} times without an end")
            async with self._slots:
                replies = await self._assistant.ask(conversation, received.key, turn.message, turn.about)
            if answers := [self._signer.sealed(conversation.conversation_id, each) for each in messages_of(replies)]:
                json.dumps(answers, allow_nan=False)  # what is no JSON would break every client that reads it
                return answers, "answered"
            raise AssistantError("speechless", "replies without words")
        except AssistantError as error:
            fault, about = "returned" if turn.about else error.fault, {"error": error.detail}
        except Exception as error:  # whatever the assistant sent, the person gets an answer
            fault, about = "unreachable", described(error)
        log.error("no_reply", conversation_id=conversation.conversation_id, seq=received.seq, fault=fault, **about)
        return [await self._spoken(fault, conversation)], fault

    async def _spoken(self, name: str, conversation: Conversation) -> dict[str, Any]:
        recent = await asyncio.to_thread(
            self._store.messages, conversation.conversation_id, max(0, conversation.last_seq - LATELY)
        )
        lately = [str(message.content.get("text")) for message in recent if message.sender == "bot"]
        return {"type": "text", "text": self._texts.say(name, conversation.language, lately)}

    def _tell(self, conversation_id: str, key: str) -> None:
        self._listeners.set_typing(conversation_id, False)
        for event in self._watched.get((conversation_id, key), ()):
            event.set()
