"""The real gateway on a real socket, with a fake assistant behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from bot.channels.keys import STORE
from data.settings import Settings
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person

Arrive = Callable[..., Awaitable[Person]]


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
async def assistant_server(assistant: FakeAssistant) -> AsyncIterator[TestServer]:
    server = TestServer(assistant.app())
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def settings(tmp_path: Path, assistant_server: TestServer) -> Settings:
    return Settings(
        home=tmp_path,
        assistant_url=str(assistant_server.make_url("")),
        secret="a secret for tests only",
        reply_timeout_s=2.0,
    ).completed()


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[TestServer]:
    server = TestServer(create_app(settings))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def store(gateway: TestServer) -> Store:
    return gateway.app[STORE]


@pytest.fixture
def arrive(http: ClientSession, gateway: TestServer) -> Arrive:
    """Opens a session for a new person."""

    def one(**body: Any) -> Awaitable[Person]:
        return Person.arrive(http, str(gateway.make_url("")).rstrip("/"), **body)

    return one


@pytest.fixture
async def person(arrive: Arrive) -> Person:
    return await arrive(locale="en")
