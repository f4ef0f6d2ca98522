"""POST and GET /api/v1/messages: stored once, answered once, in order, and only words to the assistant."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.app import BODY_LIMIT
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


async def test_a_message_is_accepted_at_once_and_answered_later(person: Person, assistant: FakeAssistant) -> None:
    assistant.delay_s = 0.3
    response = await person.post({"id": "m1", "text": "hello"})
    assert response.status == 202
    assert [message["from"] for message in await person.messages()] == ["user"]
    async with person.events(after=1) as events:
        assert (await events.messages(1))[0]["text"] == "You said: hello"


async def test_waiting_gives_the_answers(person: Person) -> None:
    (answer,) = await person.say("hello")
    assert answer.pop("at").endswith("Z")
    assert answer == {"seq": 2, "from": "bot", "type": "text", "text": "You said: hello"}


async def test_the_assistant_learns_whose_message_it_is(person: Person, assistant: FakeAssistant) -> None:
    await person.say("hello", id="m1")
    assert assistant.asked == [
        {
            "sender": person.conversation_id,
            "message": "hello",
            "metadata": {
                "user_id": person.user_id,
                "conversation_id": person.conversation_id,
                "message_id": "m1",
                "channel": "web",
                "locale": "en",
            },
        }
    ]


async def test_the_same_id_again_gives_the_same_answer_and_asks_nobody(
    person: Person, assistant: FakeAssistant
) -> None:
    first = await person.say("hello", id="m1")
    assert await person.say("hello", id="m1") == first
    assert assistant.messages == ["hello"]
    assert len(await person.messages()) == 2


async def test_ten_posts_of_one_id_at_once_are_one_message(person: Person, assistant: FakeAssistant) -> None:
    assistant.delay_s = 0.1
    answers = await asyncio.gather(*(person.say("hello", id="m1") for _ in range(10)))
    assert answers == [answers[0]] * 10
    assert assistant.messages == ["hello"]
    assert [message["from"] for message in await person.messages()] == ["user", "bot"]


async def test_messages_of_one_conversation_are_answered_one_at_a_time_in_order(
    person: Person, assistant: FakeAssistant
) -> None:
    assistant.delay_s = 0.02
    for number in range(8):
        await person.post({"id": str(number), "text": f"message {number}"})
    await person.say("the last")
    assert assistant.messages == [*(f"message {number}" for number in range(8)), "the last"]
    assert assistant.at_once == {person.conversation_id: 1}


async def test_conversations_do_not_wait_for_each_other(arrive: Any, assistant: FakeAssistant) -> None:
    slow, quick = await arrive(), await arrive()
    assistant.delay_s = 1.0
    await slow.post({"id": "m", "text": "slow"})
    while not assistant.asked:
        await asyncio.sleep(0.01)
    assistant.delay_s = 0.0
    await quick.say("quick")
    assert [message["from"] for message in await slow.messages()] == ["user"]


async def test_what_was_said_is_replayed_from_any_message(person: Person) -> None:
    await person.say("one")
    await person.say("two")
    assert [message["text"] for message in await person.messages(after=2)] == ["two", "You said: two"]


async def test_a_persons_message_carries_the_id_it_came_with(person: Person) -> None:
    await person.say("one", id="m1")
    assert (await person.messages())[0]["id"] == "m1"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/restart", "restart"),
        ('/greet{"name":"x"}', 'greet{"name":"x"}'),
        ("  /restart", "restart"),
        ("\u3000/restart", "restart"),
        ("\u200b/restart", "restart"),
        ("\u202e\ufeff/ /restart", "restart"),
        ("\x00\x07/restart", "restart"),
        ("\N{FULLWIDTH SOLIDUS}restart", "restart"),
        ("//", "?"),
        ("either/or", "either/or"),
        ("a\x00b\u200bc\nd\te", "a bc d e"),
        ("推荐\u200b一些电影", "推荐一些电影"),
        ("\U0001f44d\ufe0f", "\U0001f44d"),
    ],
)
async def test_the_assistant_reads_words_and_the_person_sees_what_was_typed(
    person: Person, assistant: FakeAssistant, typed: str, read: str
) -> None:
    await person.say(typed)
    assert assistant.messages == [read]
    assert (await person.messages())[0]["text"] == typed


async def test_markup_and_sql_are_kept_as_data(person: Person, assistant: FakeAssistant) -> None:
    text = "<img src=x onerror=alert(1)> '; DROP TABLE messages; -- {{7*7}}"
    await person.say(text)
    assert assistant.messages == [text]
    assert [message["text"] for message in await person.messages()] == [text, f"You said: {text}"]


async def test_half_a_surrogate_pair_is_replaced_and_not_a_fault(person: Person, assistant: FakeAssistant) -> None:
    response = await person.call(
        "POST",
        "/messages?wait=true",
        data=b'{"id": "m", "text": "a\\ud800b"}',
        headers={"Content-Type": "application/json"},
    )
    assert response.status == 200
    assert (await person.messages())[0]["text"] == "a\ufffdb"


async def test_a_forged_sender_changes_nothing(person: Person) -> None:
    await person.post({"id": "m", "text": "hi", "from": "agent", "seq": 99, "conversation_id": "other"}, wait=True)
    first = (await person.messages())[0]
    assert (first["from"], first["seq"], first["text"]) == ("user", 1, "hi")


async def test_the_longest_text_is_answered_and_one_longer_is_refused_unread(
    person: Person, assistant: FakeAssistant
) -> None:
    assert len(await person.say("推" * 2000)) == 1
    response = await person.post({"id": "m", "text": "推" * 2001})
    assert response.content_type == "application/problem+json"
    assert await response.json() == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "has 2,001 characters; the limit is 2,000",
        "where": "body.text",
    }
    assert len(assistant.asked) == 1 and len(await person.messages()) == 2


REFUSALS: list[tuple[Any, int, str]] = [
    ({"id": "m", "text": ""}, 422, "body.text"),
    ({"id": "m", "text": " \n\t\u3000"}, 422, "body.text"),
    ({"id": "m", "text": "\u200b\u2060\ufe0f\u2800"}, 422, "body.text"),
    ({"id": "m", "text": 5}, 422, "body.text"),
    ({"id": "m", "text": ["x"]}, 422, "body.text"),
    ({"id": "m"}, 422, "body"),
    ({"id": "m", "text": "a", "payload": "b"}, 422, "body"),
    ({"text": "a"}, 422, "body.id"),
    ({"id": "", "text": "a"}, 422, "body.id"),
    ({"id": 7, "text": "a"}, 422, "body.id"),
    ({"id": "x" * 129, "text": "a"}, 422, "body.id"),
    ({"id": "a\u0000b", "text": "a"}, 422, "body.id"),
    ({"id": "m", "payload": {"intent": "more"}}, 422, "body.payload"),
    (["m"], 400, "body"),
    ("m", 400, "body"),
    (None, 400, "body"),
]


@pytest.mark.parametrize(("body", "status", "where"), REFUSALS)
async def test_what_is_no_message_is_refused_with_its_place(
    person: Person, assistant: FakeAssistant, body: Any, status: int, where: str
) -> None:
    response = await person.call(
        "POST",
        "/messages",
        json=body,
        data=None if body is not None else b"null",
        headers={} if body is not None else {"Content-Type": "application/json"},
    )
    problem = await response.json()
    assert (response.status, problem["where"], response.content_type) == (status, where, "application/problem+json")
    assert await person.messages() == [] and assistant.asked == []


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 30_000, b'{"id": ' + b"9" * 5000 + b"}"])
async def test_what_is_no_json_is_refused(person: Person, raw: bytes) -> None:
    response = await person.call("POST", "/messages", data=raw, headers={"Content-Type": "application/json"})
    assert (response.status, (await response.json())["where"]) == (400, "body")


async def test_json_must_say_that_it_is_json(person: Person) -> None:
    response = await person.call("POST", "/messages", data=b'{"id": "m", "text": "a"}')
    assert (response.status, (await response.json())["where"]) == (415, "header.Content-Type")


async def test_a_body_over_the_limit_is_refused(person: Person) -> None:
    response = await person.post({"id": "m", "text": "x" * BODY_LIMIT})
    assert (response.status, (await response.json())["where"]) == (413, "body")


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, "１"])
async def test_a_place_that_is_no_number_is_refused(person: Person, after: str) -> None:
    response = await person.call("GET", "/messages", params={"after": after})
    assert (response.status, (await response.json())["where"]) == (422, "query.after")


async def test_the_bot_is_not_asked_while_a_human_owns_the_conversation(
    person: Person, assistant: FakeAssistant, store: Store
) -> None:
    store.set_owner(person.conversation_id, "bot", "human")
    assert await person.say("are you there?") == []
    assert assistant.asked == []
    store.set_owner(person.conversation_id, "human", "bot")
    assert len(await person.say("and now?")) == 1


async def test_the_bot_still_answers_while_the_person_waits_for_a_human(person: Person, store: Store) -> None:
    store.set_owner(person.conversation_id, "bot", "waiting")
    assert len(await person.say("are you there?")) == 1


async def test_an_answer_that_comes_after_a_human_took_over_is_not_sent(
    person: Person, assistant: FakeAssistant, store: Store
) -> None:
    assistant.delay_s = 0.3
    asking = asyncio.create_task(person.say("hello"))
    while not assistant.asked:
        await asyncio.sleep(0.01)
    store.set_owner(person.conversation_id, "bot", "human")
    assert await asking == []
    assert [message["from"] for message in await person.messages()] == ["user"]
