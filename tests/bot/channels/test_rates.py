"""Rate limits: who asks too often is told so in words a program and a person can read, and others are not slowed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer, make_mocked_request

from bot.channels.addresses import address_of, site_of
from bot.channels.app import create_app
from data.settings import Settings
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, session_rate="3/minute", address_rate="40/minute", newcomer_rate="6/minute")


async def test_a_message_too_many_is_refused_with_the_seconds_to_wait(person: Person, assistant: FakeAssistant) -> None:
    for number in range(3):
        await person.say(f"message {number}")
    refused = await person.post({"id": "four", "text": "message 3"})
    problem = await refused.json()
    assert (refused.status, refused.content_type) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert problem["where"] == "/api/v1/messages"
    assert problem["detail"].startswith("too many: 3 per 60 s may come; try again in ")
    assert len(assistant.messages) == 3


async def test_one_who_writes_too_much_does_not_slow_another(person: Person, arrive: Any) -> None:
    for number in range(5):
        await person.post({"id": f"m{number}", "text": "again"})
    other = await arrive()
    assert (await other.say("hello"))[0]["text"] == "You said: hello"


async def test_an_address_can_only_begin_so_many_conversations(http: ClientSession, gateway: TestServer) -> None:
    url = gateway.make_url("/api/v1/sessions")
    statuses = [(await http.post(url)).status for _ in range(8)]
    assert statuses == [200] * 6 + [429] * 2


async def test_an_address_can_only_ask_so_often_whatever_it_asks(person: Person) -> None:
    statuses = [(await person.call("GET", "/messages")).status for _ in range(41)]
    assert statuses.count(429) == 2  # one request opened the session
    assert statuses[0] == 200


async def test_addresses_behind_a_proxy_are_counted_apart(http: ClientSession, gateway: TestServer) -> None:
    url = gateway.make_url("/api/v1/sessions")
    for _ in range(8):
        await http.post(url, headers={"X-Forwarded-For": "203.0.113.9"})
    async with http.post(url, headers={"X-Forwarded-For": "203.0.113.10"}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_only_what_a_trusted_proxy_says_is_believed(
    settings: Settings, peer: str, forwarded: str, address: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers, app=create_app(settings))
    assert address_of(request.clone(remote=peer)) == address


def test_the_many_addresses_of_one_site_count_as_one() -> None:
    assert site_of("2001:db8:1:2:3:4:5:6") == site_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert site_of("203.0.113.9") == "203.0.113.9"
