"""A colleague accepts while the person writes: once accepted the bot is silent, and every message has one answerer."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from bot.channels.handoff.handoffs import Handoffs
from data.store import Store
from tests.bot.channels.conftest import Arrive
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person

RACES = 100
AT_ONCE = 10
LONGEST_S = 0.03


async def test_in_100_races_the_bot_never_speaks_after_the_colleague_and_each_message_has_one_answer(
    arrive: Arrive, assistant: FakeAssistant, handoffs: Handoffs, store: Store
) -> None:
    chance = random.Random(0)
    slots = asyncio.Semaphore(AT_ONCE)
    outcomes = await asyncio.gather(
        *(
            _race(number, arrive, assistant, handoffs, store, chance.random() * LONGEST_S, slots)
            for number in range(RACES)
        )
    )
    assert set(outcomes) == {"bot", "agent"}, "both must win sometimes, else nothing was raced"


async def _race(
    number: int, arrive: Arrive, assistant: FakeAssistant, handoffs: Handoffs, store: Store, after_s: float, slots: Any
) -> str:
    async with slots:
        person = await arrive(locale="en")
        handoff_id = store.request_handoff(person.conversation_id, "asked", {})
        handoff = store.handoffs.find(handoff_id)
        assert handoff
        assistant.delay_s = LONGEST_S / 2
        await asyncio.gather(
            person.post({"id": "m", "text": f"race {number}"}, wait=True), _take(handoffs, handoff, after_s)
        )
        unanswered = not store.replies(person.conversation_id, 1) and not store.replies(person.conversation_id, 2)
        if unanswered:
            assert await handoffs.say(handoff, "Ann", "here I am", "a")
        return await _outcome(person)


async def _take(handoffs: Handoffs, handoff: Any, after_s: float) -> None:
    await asyncio.sleep(after_s)
    assert await handoffs.take(handoff, "Ann")


async def _outcome(person: Person) -> str:
    senders = [message["from"] for message in await person.messages()]
    assert "bot" not in senders[senders.index("system") :]
    assert senders.count("bot") + senders.count("agent") == 1
    return "bot" if "bot" in senders else "agent"


async def test_in_100_races_of_giving_back_against_a_message_each_is_answered_once(
    arrive: Arrive, assistant: FakeAssistant, handoffs: Handoffs, store: Store
) -> None:
    chance = random.Random(1)
    slots = asyncio.Semaphore(AT_ONCE)

    async def race(after_s: float) -> None:
        async with slots:
            person = await arrive(locale="en")
            handoff = store.handoffs.find(store.request_handoff(person.conversation_id, "asked", {}))
            assert handoff and await handoffs.take(handoff, "Ann")

            async def back() -> None:
                await asyncio.sleep(after_s)
                assert await handoffs.give_back(handoff, "Ann", "resolved")

            await asyncio.gather(person.post({"id": "m", "text": "hello"}, wait=True), back())
            async with asyncio.timeout(10):
                while len(said := [m["text"] for m in await person.messages()]) < 5:
                    await asyncio.sleep(0.02)
            assert (said.count("You said: hello"), said.count("You said: /returned")) == (1, 1)

    await asyncio.gather(*(race(chance.random() * LONGEST_S) for _ in range(RACES)))
