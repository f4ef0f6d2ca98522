"""Buttons: their payloads leave as signed tokens and come back only from where they were sent to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from bot.channels.tokens import Choice, Signer
from data.settings import Settings
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person

LIKE = '/feedback{"kind":"like","item_id":"50"}'
SLATE = {
    "type": "slate",
    "slate": {
        "eligible": 2,
        "items": [
            {
                "item_id": "50",
                "title": "Heat",
                "actions": [{"kind": "like", "title": "👍 Heat", "payload": LIKE}],
            }
        ],
    },
    "need": {"version": 1, "chips": [{"title": "funny", "payload": '/remove_chip{"facet":"genre"}'}]},
    "choices": [{"title": "More", "payload": "/more"}],
}


def show_slate(message: str) -> Any:
    return [{"text": "Here you are"}, {"custom": SLATE}]


async def test_no_payload_leaves_the_gateway_as_it_is(person: Person, assistant: FakeAssistant) -> None:
    assistant.reply = show_slate
    (answer,) = await person.say("a film")
    assert answer["text"] == "Here you are" and answer["slate"]["items"][0]["title"] == "Heat"
    for raw in (LIKE, "/remove_chip", "/more", "/feedback"):
        assert raw not in json.dumps(answer) and raw not in json.dumps(await person.messages())


async def test_a_button_reaches_the_assistant_and_the_person_has_said_its_title(
    person: Person, assistant: FakeAssistant
) -> None:
    assistant.reply = show_slate
    (answer,) = await person.say("a film")
    await person.press(answer["slate"]["items"][0]["actions"][0]["payload"])
    await person.press(answer["need"]["chips"][0]["payload"])
    await person.press(answer["choices"][0]["payload"])
    assert assistant.messages[1:] == [LIKE, '/remove_chip{"facet":"genre"}', "/more"]
    said = [message["text"] for message in await person.messages() if message["from"] == "user"]
    assert said == ["a film", "👍 Heat", "funny", "More"]


async def test_buttons_of_a_response_become_choices(person: Person, assistant: FakeAssistant) -> None:
    assistant.reply = lambda _: [{"text": "Which?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}]
    (answer,) = await person.say("a film")
    assert (answer["type"], answer["text"], answer["choices"][0]["title"]) == ("choices", "Which?", "Yes")
    assistant.reply = lambda _: [{"text": "Good"}]
    await person.press(answer["choices"][0]["payload"])
    assert assistant.messages[-1] == "/affirm"


@pytest.mark.parametrize(
    "token", ["/restart", "/more", "", "x.y.z", "Wy9tb3JlIl0.aaaa.bbbb", "\ud800", "推荐", "x" * 9000]
)
async def test_a_forged_button_has_expired_and_reaches_nobody(
    person: Person, assistant: FakeAssistant, token: str
) -> None:
    (answer,) = await person.press(token)
    assert answer["text"] == "That choice has expired. Please pick one from a newer message, or tell me in words."
    assert assistant.asked == []
    assert (await person.messages())[0]["text"] == "(a choice)"


async def test_a_button_of_another_conversation_has_expired(arrive: Any, assistant: FakeAssistant) -> None:
    assistant.reply = show_slate
    victim, thief = await arrive(), await arrive(locale="zh")
    (answer,) = await victim.say("a film")
    (refusal,) = await thief.press(answer["choices"][0]["payload"])
    assert refusal["text"] == "这个选项已过期。请从新的消息里选择，或者直接告诉我。"
    assert assistant.messages == ["a film"]


async def test_a_session_token_is_no_button_and_a_button_no_session(person: Person, assistant: FakeAssistant) -> None:
    assistant.reply = show_slate
    (answer,) = await person.say("a film")
    assert "expired" in (await person.press(person.token))[0]["text"]
    response = await person.call("GET", "/me", headers={"Authorization": f"Bearer {answer['choices'][0]['payload']}"})
    assert response.status == 401


async def test_a_button_that_is_too_old_has_expired_but_keeps_its_title(
    settings: Settings, http: ClientSession, assistant: FakeAssistant
) -> None:
    async with TestServer(create_app(settings)) as server:
        person = await Person.arrive(http, str(server.make_url("")).rstrip("/"))
        token = Signer(settings.secret, 30).choice_token(person.conversation_id, Choice("/more", "More"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("itsdangerous.timed.time.time", lambda: 4_000_000_000)
            assert Signer(settings.secret, 30).choice(person.conversation_id, token) == Choice("/more", "More", True)
        assert Signer(settings.secret, 30).choice(person.conversation_id, token) == Choice("/more", "More", False)
