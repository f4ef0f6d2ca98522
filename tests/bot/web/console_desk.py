"""A real gateway that serves the built console, with a fake assistant behind it and somebody who waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from bot.channels.keys import STORE
from data.settings import Settings
from data.store import Store
from tests.bot.channels.colleague import KEPT
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


@dataclass(frozen=True)
class Desk:
    """The gateway, and the person who waits."""

    address: str
    store: Store
    assistant: FakeAssistant
    person: Person

    def request(self, **packet: Any) -> str:
        return self.store.request_handoff(self.person.conversation_id, "asked", packet)


@asynccontextmanager
async def open_desk(home: Path, built_page: Path) -> AsyncIterator[Desk]:
    (home / "web").symlink_to(built_page)
    assistant = FakeAssistant()
    behind = TestServer(assistant.app())
    await behind.start_server()
    settings = Settings(home=home, assistant_url=str(behind.make_url("")), secret="a secret for tests only").completed()
    gateway = TestServer(create_app(settings))
    await gateway.start_server(shutdown_timeout=0.1)
    address = str(gateway.make_url("")).rstrip("/")
    store = gateway.app[STORE]
    store.handoffs.set_agent("Ann", KEPT)
    async with ClientSession() as http:
        yield Desk(address, store, assistant, await Person.arrive(http, address, locale="en"))
    await gateway.close()
    await behind.close()
