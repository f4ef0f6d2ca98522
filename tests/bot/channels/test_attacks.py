"""What an attacker may try: other sites, sessions of their choosing, huge bodies, the same message again and again."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from aiohttp.test_utils import TestServer

from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person

EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/sessions"), ("POST", "/messages"), ("GET", "/events"), ("GET", "/me"), ("DELETE", "/me")],
)
async def test_a_page_of_another_site_is_refused_also_with_a_good_token(
    person: Person, store: Store, method: str, path: str
) -> None:
    response = await person.call(method, path, headers=EVIL, json={"id": "1", "text": "hello"})
    assert response.status == 403
    assert not [name for name in response.headers if name.lower().startswith("access-control")]
    assert store.messages(person.conversation_id) == []


async def test_a_form_of_another_site_cannot_speak_json(person: Person) -> None:
    body = json.dumps({"id": "1", "text": "hello"})
    response = await person.call("POST", "/messages", data=body, headers={"Content-Type": "text/plain"})
    assert response.status == 415


async def test_nobody_is_let_ask_first_by_another_site(gateway: TestServer, http: ClientSession) -> None:
    asked = {**EVIL, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with http.options(gateway.make_url("/api/v1/messages"), headers=asked) as response:
        assert response.status in (403, 405)
        assert not [name for name in response.headers if name.lower().startswith("access-control-allow")]


async def test_nobody_chooses_the_session_of_another(arrive: Any, person: Person) -> None:
    chosen = {"conversation_id": person.conversation_id, "user_id": person.user_id, "session": person.conversation_id}
    victim = await arrive(**chosen)
    assert victim.conversation_id != person.conversation_id
    assert victim.user_id != person.user_id


async def test_a_token_in_the_address_is_no_token(person: Person, http: ClientSession) -> None:
    url = f"{person.address}/api/v1/messages?token={person.token}&access_token={person.token}"
    async with http.get(url, cookies={"token": person.token}) as response:
        assert response.status == 401


async def test_ten_megabytes_are_refused_and_another_person_goes_on_chatting(person: Person, arrive: Any) -> None:
    other = await arrive()

    async def flood() -> int:
        try:
            body = json.dumps({"id": "big", "text": "x" * 10_000_000})
            headers = {"Content-Type": "application/json"}
            return (await person.call("POST", "/messages", data=body, headers=headers)).status
        except ClientError:  # cut off before all of it was sent
            return 413

    flooding = asyncio.create_task(flood())
    answers = [(await other.say(f"message {number}"))[0]["text"] for number in range(5)]
    assert answers == [f"You said: message {number}" for number in range(5)]
    assert await flooding == 413


@pytest.mark.parametrize("seed", range(3))
async def test_ten_deliveries_of_each_message_in_any_order_are_one_each(
    person: Person, store: Store, assistant: FakeAssistant, seed: int
) -> None:
    posts = [{"id": f"m{number}", "text": f"message {number}"} for number in range(5) for _ in range(10)]
    random.Random(seed).shuffle(posts)
    statuses = await asyncio.gather(*(person.post(post) for post in posts))
    assert {response.status for response in statuses} == {202}
    async with asyncio.timeout(20):
        while store.unanswered():
            await asyncio.sleep(0.01)
    said = [message.content["text"] for message in store.messages(person.conversation_id)]
    assert sorted(said) == sorted([*(f"message {n}" for n in range(5)), *(f"You said: message {n}" for n in range(5))])
    assert len(assistant.messages) == 5
