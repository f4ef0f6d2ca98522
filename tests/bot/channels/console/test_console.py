"""The console's interface: take, say, recommend, note, give back, and what the person sees of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from data.store import Store
from tests.bot.channels.colleague import Colleague
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person

LIKE = {"kind": "like", "title": "Like", "payload": "/l"}
SLATE = {
    "type": "slate", "text": "How about these?", "need": {"pack": "movies", "version": 3, "chips": []},
    "slate": {"items": [{"item_id": "1", "title": "Heat", "actions": [LIKE]}, {"item_id": "2", "title": "Ran"}]},
}  # fmt: skip


def texts(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(message["from"], message["text"]) for message in messages]


async def test_what_is_said_reaches_the_person_and_the_bot_is_silent(
    ann: Colleague, handoff_id: str, person: Person, assistant: FakeAssistant
) -> None:
    assert (await ann.do(handoff_id, "take")).status == 200
    assert await person.say("are you there?") == []
    assert (await ann.say(handoff_id, "I am")).status == 200
    assert texts(await person.messages()) == [
        ("system", "Ann has joined and answers you now."), ("user", "are you there?"), ("agent", "I am"),
    ]  # fmt: skip
    assert assistant.asked == []


async def test_only_one_of_two_colleagues_gets_it(ann: Colleague, bob: Colleague, handoff_id: str) -> None:
    taken = await asyncio.gather(ann.do(handoff_id, "take"), bob.do(handoff_id, "take"))
    assert sorted(response.status for response in taken) == [200, 409]


@pytest.mark.parametrize("verb", ["say", "recommend", "suggest", "release", "resolve", "typing"])
async def test_who_does_not_have_it_can_do_nothing_in_it(
    ann: Colleague, bob: Colleague, handoff_id: str, verb: str
) -> None:
    await ann.do(handoff_id, "take")
    assert (await bob.do(handoff_id, verb, id="x", text="hi", item_ids=["1"])).status == 409


async def test_the_same_reply_twice_is_one_message(ann: Colleague, handoff_id: str, person: Person) -> None:
    await ann.do(handoff_id, "take")
    for _ in range(2):
        await ann.do(handoff_id, "say", id="one", text="hello")
    assert [text for sender, text in texts(await person.messages()) if sender == "agent"] == ["hello"]


async def test_the_packet_comes_with_the_transcript(ann: Colleague, handoff_id: str, person: Person) -> None:
    await person.say("hello")
    shown = await ann.show(handoff_id)
    assert (shown["need"], shown["reason"], shown["state"]) == ("a comedy", "asked", "open")
    assert texts(shown["messages"]) == [("user", "hello"), ("bot", "You said: hello")]


async def test_a_note_is_for_colleagues_only(ann: Colleague, bob: Colleague, handoff_id: str, person: Person) -> None:
    await ann.do(handoff_id, "note", text="a regular")
    assert [note["text"] for note in (await bob.show(handoff_id))["notes"]] == ["a regular"]
    assert await person.messages() == []


async def test_a_recommendation_is_chosen_from_sent_as_cards_and_counts_as_shown(
    ann: Colleague, handoff_id: str, person: Person, assistant: FakeAssistant, store: Store
) -> None:
    assistant.reply = lambda message: [{"custom": SLATE}]
    await ann.do(handoff_id, "take")
    suggested = await (await ann.do(handoff_id, "suggest")).json()
    assert [item["title"] for item in suggested["slate"]["items"]] == ["Heat", "Ran"]
    assert store.shown_items(person.conversation_id, "movies") == []
    await ann.do(handoff_id, "recommend", id="r", item_ids=["1"], text="Try this")
    (sent,) = [message for message in await person.messages() if message["from"] == "agent"]
    assert (sent["text"], [item["title"] for item in sent["slate"]["items"]]) == ("Try this", ["Heat"])
    assert sent["slate"]["items"][0]["actions"][0]["payload"] != "/l"
    assert store.shown_items(person.conversation_id, "movies") == ["1"]
    assert assistant.messages == ["/suggest"]


async def test_what_was_chosen_is_kept_if_it_was_shown(
    ann: Colleague, handoff_id: str, person: Person, assistant: FakeAssistant, store: Store
) -> None:
    assistant.reply = lambda message: [{"custom": SLATE}]
    await ann.do(handoff_id, "take")
    await ann.do(handoff_id, "suggest")
    await ann.do(handoff_id, "recommend", id="r", item_ids=["1"])
    assert [(await ann.do(handoff_id, "choose", item_id=item)).status for item in ("1", "2")] == [200, 422]
    assert [(p.item_id, p.kind) for p in store.interactions(person.user_id, "movies")] == [("1", "chosen")]


async def test_without_ranker_the_colleague_is_told_so(
    ann: Colleague, handoff_id: str, assistant: FakeAssistant
) -> None:
    await ann.do(handoff_id, "take")
    assistant.status = 500
    assert (await ann.do(handoff_id, "suggest")).status == 503


async def test_given_back_the_bot_hears_what_was_said_and_says_so_once(
    ann: Colleague, handoff_id: str, person: Person, assistant: FakeAssistant
) -> None:
    await ann.do(handoff_id, "take")
    await person.say("nothing with horror")
    await ann.say(handoff_id, "noted")
    await ann.do(handoff_id, "resolve")
    await asyncio.wait_for(_until(lambda: assistant.messages == ["/returned"]), 5)
    about = assistant.asked[0]["metadata"]
    assert [heard["text"] for heard in about["heard"]] == ["nothing with horror"]
    assert (about["has_more"], about["heard_after"]) == (False, 0)
    await asyncio.sleep(0.1)
    assert texts(await person.messages())[-2:] == [
        ("system", "Ann has left the conversation."),
        ("bot", "You said: /returned"),
    ]


async def test_what_nobody_answered_is_answered_by_the_bot_after_its_return(
    ann: Colleague, handoff_id: str, person: Person, assistant: FakeAssistant
) -> None:
    await ann.do(handoff_id, "take")
    await ann.say(handoff_id, "hello")
    await person.say("something newer?")
    await ann.do(handoff_id, "release")
    await asyncio.wait_for(_until(lambda: len(assistant.messages) == 2), 5)
    assert assistant.messages == ["/returned", "something newer?"]
    assert assistant.asked[0]["metadata"]["has_more"] is True


async def test_released_it_waits_again_and_another_colleague_may_take_it(
    ann: Colleague, bob: Colleague, handoff_id: str, store: Store
) -> None:
    await ann.do(handoff_id, "take")
    await ann.do(handoff_id, "release")
    handoff = store.handoffs.find(handoff_id)
    assert handoff and (handoff.state, handoff.owner, handoff.agent) == ("open", "waiting", None)
    assert (await bob.do(handoff_id, "take")).status == 200


async def test_the_stream_tells_of_the_queue_and_of_what_is_said(
    ann: Colleague, handoff_id: str, person: Person
) -> None:
    events: dict[str, Any] = {}
    async with ann.http.get(f"{ann.address}/agent/api/events", params={"open": handoff_id}) as response:
        await person.say("hello")
        await person.call("POST", "/typing", json={"typing": True})
        name = ""
        async with asyncio.timeout(5):
            async for line in response.content:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                name = value if field == "event" else name
                if field == "data":
                    events.setdefault(name, []).append(json.loads(value))
                if events.get("typing", [{}])[-1].get("typing") and len(events.get("message", [])) == 2:
                    break
    assert events["queue"][-1][0]["need"] == "a comedy"
    assert [message["text"] for message in events["message"]] == ["hello", "You said: hello"]


async def test_the_page_of_the_person_is_told_who_answers_and_that_they_type(
    ann: Colleague, handoff_id: str, person: Person
) -> None:
    async with person.events() as events:
        assert (await events.next())["data"] == {"owner": "waiting", "agent": None}
        await ann.do(handoff_id, "take")
        seen = [await events.next(), await events.next()]
        assert [event["event"] for event in seen] == ["message", "owner"]
        assert seen[1]["data"] == {"owner": "human", "agent": "Ann"}
        await ann.do(handoff_id, "typing", typing=True)
        assert await events.next() == {"event": "typing", "data": {"typing": True}}


async def test_canned_answers_come_in_both_languages(ann: Colleague) -> None:
    answers = await (await ann.call("GET", "canned")).json()
    assert set(answers) == {"en", "zh"}
    assert all(answer["title"] and answer["text"] for each in answers.values() for answer in each)


@pytest.mark.parametrize("path", ["me", "canned", "events", "handoffs/x"])
async def test_without_login_nothing_is_told(ann: Colleague, http, path: str) -> None:
    async with http.get(f"{ann.address}/agent/api/{path}") as response:
        assert response.status == 401


async def _until(holds: Any) -> None:
    while not holds():
        await asyncio.sleep(0.02)
