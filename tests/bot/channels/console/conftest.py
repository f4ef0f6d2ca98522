"""A colleague who is logged in, and a person who waits for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from data.store import Store
from tests.bot.channels.colleague import Colleague
from tests.bot.channels.person import Person


@pytest.fixture
async def ann(gateway: TestServer, store: Store) -> AsyncIterator[Colleague]:
    colleague = await Colleague.arrive(str(gateway.make_url("")).rstrip("/"), store)
    yield colleague
    await colleague.http.close()


@pytest.fixture
async def bob(gateway: TestServer, store: Store) -> AsyncIterator[Colleague]:
    colleague = await Colleague.arrive(str(gateway.make_url("")).rstrip("/"), store, "Bob")
    yield colleague
    await colleague.http.close()


@pytest.fixture
def handoff_id(store: Store, person: Person) -> str:
    """The request of a person who wants a comedy."""
    return store.request_handoff(person.conversation_id, "asked", {"need": "a comedy", "language": "en"})
