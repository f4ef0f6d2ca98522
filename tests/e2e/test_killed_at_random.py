"""`kill -9` of the processes at random moments: what was acknowledged is stored, and answered once.

KILLS=50 pytest tests/e2e/test_killed_at_random.py
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientError, ClientSession

from data.store import Store
from tests.bot.channels.person import Person
from tests.e2e.four_processes import FourProcesses

pytestmark = pytest.mark.asyncio(loop_scope="session")
KILLS = int(os.environ.get("KILLS", "5"))
VICTIMS = ("gateway", "ranker", "actions", "gateway", "assistant")
WORDS = ("a funny film", "something older", "no horror", "show me more", "undo", "推荐一部科幻片", "start over")


@dataclass
class Talker:
    """Somebody who goes on talking, sends again what was not acknowledged, and remembers what was."""

    person: Person
    acknowledged: list[str] = field(default_factory=list)

    async def talk(self, choose: random.Random, is_over: asyncio.Event) -> None:
        number = 0
        while not is_over.is_set():
            key = f"m{number}"
            await self._send(key, choose.choice(WORDS))
            self.acknowledged.append(key)
            number += 1
            await asyncio.sleep(choose.uniform(0.2, 1.0))

    async def _send(self, key: str, text: str) -> None:
        while True:
            try:
                if (await self.person.post({"id": key, "text": text})).status == 202:
                    return
            except (ClientError, OSError):
                pass
            await asyncio.sleep(0.2)


async def test_what_was_acknowledged_is_stored_and_answered_once(bot: FourProcesses) -> None:
    choose, is_over = random.Random(20), asyncio.Event()
    async with ClientSession() as http:
        talkers = [Talker(await Person.arrive(http, bot.address, locale="en")) for _ in range(3)]
        talking = [asyncio.create_task(talker.talk(random.Random(n), is_over)) for n, talker in enumerate(talkers)]
        for number in range(KILLS):
            await asyncio.sleep(choose.uniform(0.1, 2.0))
            victim = VICTIMS[number % len(VICTIMS)]
            bot.kill(victim)
            await bot.restart(victim)
        is_over.set()
        await asyncio.gather(*talking)
    store = Store(bot.settings.database_url)
    async with asyncio.timeout(180):
        while store.unanswered():
            await asyncio.sleep(0.2)
    for talker in talkers:
        check(store, talker)


def check(store: Store, talker: Talker) -> None:
    """Every acknowledged message is there once, and has the answers of one turn."""
    messages = store.messages(talker.person.conversation_id)
    said = {message.seq: message.key for message in messages if message.sender == "user"}
    assert Counter(said.values()) == Counter(talker.acknowledged)
    answers: dict[int, list[str]] = {}
    for message in messages:
        if message.reply_to is not None:
            answers.setdefault(message.reply_to, []).append(str(message.content))
    assert set(answers) == set(said)
    assert [texts for texts in answers.values() if len(set(texts)) != len(texts)] == []
    seqs = [message.reply_to for message in messages if message.reply_to is not None]
    assert seqs == sorted(seqs)
