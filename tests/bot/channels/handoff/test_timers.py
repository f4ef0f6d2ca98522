"""Timers: nobody comes, a colleague does not answer, the person is silent; and what the person can do then."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.channels.handoff.handoffs import Handoffs
from bot.channels.handoff.timers import Timers
from data.store import Handoff, Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


@pytest.fixture
def timers(handoffs: Handoffs) -> Timers:
    return Timers(handoffs, wait_s=60, silence_s=600)


@pytest.fixture
def handoff(store: Store, person: Person) -> Handoff:
    found = store.handoffs.find(store.request_handoff(person.conversation_id, "asked", {}))
    assert found
    return found


def later(seconds: float) -> datetime:
    return datetime.now(timezone.utc) + timedelta(seconds=seconds)


def choice(message: dict[str, Any], title: str) -> str:
    return next(choice["payload"] for choice in message["choices"] if choice["title"] == title)


async def test_when_nobody_comes_the_person_is_told_once(person: Person, handoff: Handoff, timers: Timers) -> None:
    await timers.look(later(59))
    assert await person.messages() == []
    for seconds in (61, 120, 500):
        await timers.look(later(seconds))
    (offered,) = await person.messages()
    assert [choice["title"] for choice in offered["choices"]] == ["Go on with the bot", "Leave a message"]


async def test_going_on_with_the_bot_ends_the_request(
    person: Person, handoff: Handoff, timers: Timers, store: Store
) -> None:
    await timers.look(later(61))
    (offered,) = await person.messages()
    (said,) = await person.press(choice(offered, "Go on with the bot"))
    assert said["text"] == "All right, I am here. What would you like next?"
    found = store.handoffs.find(handoff.handoff_id)
    assert found and (found.state, found.outcome, found.owner) == ("resolved", "person", "bot")


async def test_a_message_that_is_left_stays_with_the_colleagues_and_the_bot_goes_on(
    person: Person, handoff: Handoff, timers: Timers, store: Store, assistant: FakeAssistant
) -> None:
    await timers.look(later(61))
    (offered,) = await person.messages()
    await person.press(choice(offered, "Leave a message"))
    (thanks,) = await person.say("please call me about the film night")
    assert thanks["text"] == "Thank you, your message is with the team. Meanwhile I am here."
    assert assistant.asked == []
    found = store.handoffs.find(handoff.handoff_id)
    assert found and (found.state, found.message_state, found.owner) == ("open", "left", "bot")
    assert (await person.say("something funny"))[0]["text"] == "You said: something funny"


async def test_typed_words_of_a_button_are_words(person: Person, handoff: Handoff, assistant: FakeAssistant) -> None:
    await person.say("/handoff_keep_bot")
    assert assistant.messages == ["handoff_keep_bot"]


async def test_a_colleague_who_does_not_answer_is_said_to_be_away_and_loses_the_conversation(
    person: Person, handoff: Handoff, handoffs: Handoffs, timers: Timers, store: Store
) -> None:
    await handoffs.take(handoff, "Ann")
    await person.say("hello?")
    await timers.look(later(61))
    assert (await person.messages())[-1]["text"].startswith("Ann has not answered yet")
    await timers.look(later(601))
    found = store.handoffs.find(handoff.handoff_id)
    assert found and (found.state, found.owner) == ("open", "waiting")


async def test_a_silent_person_is_given_back_to_the_bot(
    person: Person, handoff: Handoff, handoffs: Handoffs, timers: Timers, store: Store
) -> None:
    await handoffs.take(handoff, "Ann")
    await handoffs.say(handoff, "Ann", "anything else?", "a")
    await timers.look(later(599))
    still = store.handoffs.find(handoff.handoff_id)
    assert still and still.state == "taken"
    await timers.look(later(601))
    found = store.handoffs.find(handoff.handoff_id)
    assert found and (found.state, found.outcome, found.owner) == ("resolved", "silent", "bot")


async def test_words_of_anger_are_handed_over(person: Person, assistant: FakeAssistant) -> None:
    await person.say("this is ridiculous")
    await person.say("气死我了")
    await person.say("where is my order?")
    assert assistant.messages == ['/human{"why": "anger"}', '/human{"why": "anger"}', '/human{"why": "order"}']


async def test_who_waits_already_is_answered_as_ever(
    person: Person, handoff: Handoff, assistant: FakeAssistant
) -> None:
    await person.say("this is ridiculous")
    assert assistant.messages == ["this is ridiculous"]


async def test_an_assistant_that_is_down_at_the_return_still_leaves_one_word(
    person: Person, handoff: Handoff, handoffs: Handoffs, assistant: FakeAssistant
) -> None:
    assistant.status = 500
    await handoffs.take(handoff, "Ann")
    await handoffs.give_back(handoff, "Ann", "resolved")
    await person.say("hello")
    said = [message["text"] for message in await person.messages()]
    assert "I'm back. Tell me how I can go on helping you." in said
