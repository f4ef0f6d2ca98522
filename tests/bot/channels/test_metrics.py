"""What the gateway counts, and who may see it."""

from __future__ import annotations

import dataclasses

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from data.settings import Settings
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


async def read(http: ClientSession, gateway: TestServer, **headers: str) -> tuple[int, str]:
    async with http.get(gateway.make_url("/metrics"), headers=headers) as response:
        return response.status, await response.text()


async def test_messages_turns_and_requests_are_counted(
    person: Person, gateway: TestServer, http: ClientSession, assistant: FakeAssistant
) -> None:
    await person.say("my secret wish", id="one")
    await person.say("my secret wish", id="one")
    assistant.reply = lambda _: []
    await person.say("and this one goes wrong")
    status, text = await read(http, gateway)
    assert status == 200
    assert 'gateway_messages_received_total{channel="web"} 2.0' in text
    assert 'gateway_turns_total{channel="web",outcome="answered"} 1.0' in text
    assert 'gateway_turns_total{channel="web",outcome="speechless"} 1.0' in text
    assert 'gateway_requests_total{method="POST",route="/api/v1/messages",status="200"} 3.0' in text
    assert "secret" not in text


async def test_open_streams_are_counted(person: Person, gateway: TestServer, http: ClientSession) -> None:
    async with person.events() as events:
        await person.say("hello")
        await events.messages(1)
        assert "gateway_open_streams 1.0" in (await read(http, gateway))[1]


async def test_who_comes_from_elsewhere_finds_nothing(gateway: TestServer, http: ClientSession) -> None:
    assert (await read(http, gateway, **{"X-Forwarded-For": "203.0.113.9"}))[0] == 404


async def test_another_network_may_be_let_in(settings: Settings, http: ClientSession) -> None:
    let_in = dataclasses.replace(settings, metrics_from=("203.0.113.0/24",))
    async with TestServer(create_app(let_in)) as gateway:
        assert (await read(http, gateway, **{"X-Forwarded-For": "203.0.113.9"}))[0] == 200
        assert (await read(http, gateway))[0] == 404
