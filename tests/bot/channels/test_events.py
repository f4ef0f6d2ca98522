"""GET /api/v1/events: every message once and in order, from where the client left off."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.keys import LISTENERS
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


async def test_events_have_the_form_that_the_page_expects(person: Person, assistant: FakeAssistant) -> None:
    assistant.delay_s = 0.2
    async with person.events() as events:
        await person.post({"id": "m1", "text": "hello"})
        seen = [await events.next() for _ in range(4)]
    for event in seen:
        assert event is not None
        event["data"].pop("at", None)
    assert seen == [
        {
            "event": "message",
            "id": "1",
            "data": {"seq": 1, "from": "user", "id": "m1", "type": "text", "text": "hello"},
        },
        {"event": "typing", "data": {"typing": True}},
        {"event": "message", "id": "2", "data": {"seq": 2, "from": "bot", "type": "text", "text": "You said: hello"}},
        {"event": "typing", "data": {"typing": False}},
    ]


async def test_a_new_stream_replays_the_conversation(person: Person) -> None:
    await person.say("one")
    await person.say("two")
    async with person.events(after=0) as events:
        assert [message["seq"] for message in await events.messages(4)] == [1, 2, 3, 4]


@pytest.mark.parametrize(("after", "last"), [(2, None), (None, "2"), (0, "2")])
async def test_a_stream_resumes_after_the_last_message_seen(
    person: Person, after: int | None, last: str | None
) -> None:
    await person.say("one")
    await person.say("two")
    async with person.events(after, last) as events:
        assert [message["text"] for message in await events.messages(2)] == ["two", "You said: two"]


async def test_every_open_page_hears_the_conversation(person: Person) -> None:
    async with person.events() as first, person.events() as second:
        await person.say("one")
        assert await first.messages(2) == await second.messages(2)


async def test_nobody_hears_the_conversation_of_another(person: Person, arrive: object) -> None:
    other = await arrive()  # type: ignore[operator]
    async with other.events() as events:
        await person.say("a secret")
        await other.say("mine")
        assert [message["text"] for message in await events.messages(2)] == ["mine", "You said: mine"]


async def test_reconnecting_again_and_again_loses_and_doubles_nothing(person: Person, assistant: FakeAssistant) -> None:
    async def talk() -> None:
        for number in range(12):
            await person.say(str(number))

    talking, seen = asyncio.create_task(talk()), [0]
    while len(seen) <= 24:
        async with person.events(after=seen[-1]) as events:
            seen += [message["seq"] for message in await events.messages(1)]
    await talking
    assert seen == list(range(25))


async def test_a_page_that_opens_while_the_bot_thinks_sees_it_typing(person: Person, assistant: FakeAssistant) -> None:
    assistant.delay_s = 0.5
    await person.post({"id": "m", "text": "hello"})
    while not assistant.asked:
        await asyncio.sleep(0.01)
    async with person.events(after=1) as events:
        assert await events.next() == {"event": "typing", "data": {"typing": True}}


async def test_a_message_stored_by_another_process_is_heard_with_the_heartbeat(
    person: Person, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.events.HEARTBEAT_S", 0.1)
    async with person.events() as events:
        await asyncio.to_thread(
            store.add_message, person.conversation_id, "agent", {"type": "text", "text": "I am human"}
        )
        assert (await events.messages(1))[0]["from"] == "agent"


async def test_a_quiet_stream_beats(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.events.HEARTBEAT_S", 0.05)
    async with person.events() as events:
        assert (await events.response.content.readline()).startswith(b": ping")


async def test_half_a_surrogate_pair_from_the_assistant_does_not_end_the_stream(
    person: Person, assistant: FakeAssistant
) -> None:
    assistant.reply = lambda _: '[{"text": "broken \\ud83d emoji"}]'
    await person.say("one")
    async with person.events(after=1) as events:
        assert (await events.messages(1))[0]["text"] == "broken \ud83d emoji"


async def test_a_stream_whose_client_left_is_let_go(
    person: Person, gateway: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.events.HEARTBEAT_S", 0.05)
    async with person.events():
        assert gateway.app[LISTENERS].count == 1
    async with asyncio.timeout(10):
        while gateway.app[LISTENERS].count:
            await asyncio.sleep(0.02)


async def test_a_stream_is_not_cached(person: Person) -> None:
    async with person.events() as events:
        assert events.response.headers["Content-Type"] == "text/event-stream"
        assert events.response.headers["Cache-Control"] == "no-store"
