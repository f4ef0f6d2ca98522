"""A slow answer: typing at once, a first word soon, then the answer, each once."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from bot.channels.texts import load_texts
from data.settings import Settings
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person

TEXTS = load_texts()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, first_word_s=0.05)


async def test_a_slow_answer_is_typed_then_announced_then_there(person: Person, assistant: FakeAssistant) -> None:
    assistant.delay_s = 0.4
    async with person.events() as events:
        await person.post({"id": "m", "text": "a long film"})
        seen = []
        while len(seen) < 4:
            event = await events.next()
            assert event is not None
            seen.append(event)
    assert [event["event"] for event in seen] == ["message", "typing", "message", "message"]
    first, answer = seen[2]["data"], seen[3]["data"]
    assert (first["from"], first["type"], first["passing"]) == ("bot", "notice", True)
    assert first["text"] in TEXTS.wordings["first_word"]["en"]
    assert answer["text"] == "You said: a long film"


async def test_it_is_in_the_language_of_the_person_and_not_worded_the_same_twice_running(
    person: Person, assistant: FakeAssistant
) -> None:
    assistant.delay_s = 0.2
    for text in ("找一部老电影", "再老一点"):
        await person.say(text)
    firsts = [message["text"] for message in await person.messages() if message.get("passing")]
    assert len(set(firsts)) == 2
    assert set(firsts) < set(TEXTS.wordings["first_word"]["zh"])


async def test_a_quick_answer_needs_none(person: Person) -> None:
    await person.say("hello")
    await asyncio.sleep(0.1)
    assert [message["type"] for message in await person.messages()] == ["text", "text"]


async def test_who_waits_for_the_answer_in_one_request_gets_only_that(person: Person, assistant: FakeAssistant) -> None:
    assistant.delay_s = 0.2
    assert [message["text"] for message in await person.say("hello")] == ["You said: hello"]


async def test_it_is_said_once_however_often_the_work_is_begun(store: Store, person: Person) -> None:
    cid, words = person.conversation_id, {"type": "notice", "text": "One moment"}
    store.receive(cid, "m", {"type": "text", "text": "hello"}, {"message": "hello"})
    assert store.say_first(cid, "m", words) is not None
    assert store.say_first(cid, "m", words) is None


async def test_after_the_answer_and_beside_a_human_it_is_not_said(store: Store, person: Person) -> None:
    cid, words = person.conversation_id, {"type": "notice", "text": "One moment"}
    for key in ("answered", "with a human"):
        store.receive(cid, key, {"type": "text", "text": "hello"}, {"message": "hello"})
    store.answer(cid, "answered", [{"type": "text", "text": "hi"}])
    assert store.say_first(cid, "answered", words) is None
    store.set_owner(cid, "bot", "human")
    assert store.say_first(cid, "with a human", words) is None
