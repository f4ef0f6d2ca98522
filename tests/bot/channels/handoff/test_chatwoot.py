"""Chatwoot as a desk, against a server of ours that speaks its API and misbehaves."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from bot.channels.handoff import chatwoot_desk, forwarder
from data.settings import Settings
from data.store import Store
from tests.bot.channels.handoff.fake_chatwoot import INBOX, SECRET, FakeChatwoot, Webhooks
from tests.bot.channels.person import Person


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "PAUSES_S", (0.02,))
    monkeypatch.setattr(forwarder, "LOOK_S", 0.05)
    monkeypatch.setattr(chatwoot_desk, "POLL_S", 3600.0)


@pytest.fixture
async def chatwoot() -> FakeChatwoot:
    return FakeChatwoot()


@pytest.fixture
async def settings(settings: Settings, chatwoot: FakeChatwoot) -> AsyncIterator[Settings]:
    server = TestServer(chatwoot.app())
    await server.start_server()
    yield dataclasses.replace(
        settings, handoff_desk="chatwoot", chatwoot_url=str(server.make_url("")), chatwoot_token="token",
        chatwoot_inbox=INBOX, chatwoot_secret=SECRET,
    )  # fmt: skip
    await server.close()


@pytest.fixture
def webhooks(http: ClientSession, gateway: TestServer) -> Webhooks:
    return Webhooks(http, str(gateway.make_url("/chatwoot/events")))


async def asked(person: Person, store: Store, chatwoot: FakeChatwoot) -> str:
    """A handoff that Chatwoot has been told of."""
    await person.say("a comedy")
    handoff_id = store.request_handoff(person.conversation_id, "asked", {"need": "comedy"})
    await chatwoot.until(lambda: bool(chatwoot.notes))
    return handoff_id


def told(messages: list[dict[str, str]], sender: str) -> list[str]:
    return [message["text"] for message in messages if message["from"] == sender]


async def test_a_request_is_a_conversation_of_the_person_with_the_packet_as_a_private_note(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks
) -> None:
    await asked(person, store, chatwoot)
    assert (list(chatwoot.contacts), chatwoot.statuses, chatwoot.tokens) == ([person.user_id], {1: "open"}, {"token"})
    assert "Wants: comedy\nWhy you: asked for a person" in chatwoot.notes[0]
    assert chatwoot.notes[0].endswith("Person: a comedy\nBot: You said: a comedy")


async def test_an_answer_takes_the_conversation_and_reaches_the_person_once_however_often_it_comes(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks
) -> None:
    handoff_id = await asked(person, store, chatwoot)
    message = chatwoot.answer("Hello, Ann here")
    assert [await webhooks.created(message) for _ in range(10)] == [200] * 10
    assert told(await person.messages(), "agent") == ["Hello, Ann here"]
    found = store.handoffs.find(handoff_id)
    assert found and (found.owner, found.agent) == ("human", "Ann")
    assert await person.say("hi Ann") == []
    await chatwoot.until(lambda: chatwoot.incoming == ["hi Ann"])


async def test_a_private_note_and_our_own_messages_are_no_answers(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks
) -> None:
    await asked(person, store, chatwoot)
    await webhooks.created(chatwoot.answer("between us", private=True))
    await webhooks.created({**chatwoot.answer("from a bot"), "sender": {"type": "agent_bot", "name": "x"}})
    await webhooks.created({"id": 7, "content": "echo", "message_type": "incoming", "sender": {"type": "contact"}})
    assert told(await person.messages(), "agent") == []


@pytest.mark.parametrize("status", ["resolved", "pending"])
async def test_resolved_or_pending_there_the_bot_is_back_here(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks, status: str
) -> None:
    handoff_id = await asked(person, store, chatwoot)
    await webhooks.created(chatwoot.answer("Hello"))
    await webhooks.status(status)
    found = store.handoffs.find(handoff_id)
    assert found and (found.state, found.owner) == ("resolved", "bot")
    await chatwoot.until(lambda: chatwoot.statuses == {1: "resolved"})
    assert len(await person.say("something newer")) == 1


async def test_what_the_webhooks_missed_is_found_by_polling(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chatwoot_desk, "POLL_S", 0.05)
    handoff_id = await asked(person, store, chatwoot)
    message = chatwoot.answer("no webhook told of me")
    await chatwoot.until(lambda: bool((found := store.handoffs.find(handoff_id)) and found.state == "taken"))
    await webhooks.created(message)
    chatwoot.statuses[1] = "resolved"
    await chatwoot.until(lambda: bool((found := store.handoffs.find(handoff_id)) and found.state == "resolved"))
    assert told(await person.messages(), "agent") == ["no webhook told of me"]


async def test_what_chatwoot_refuses_for_a_while_comes_through_in_order(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks
) -> None:
    chatwoot.faults = [429, 500, 503, 502]
    await asked(person, store, chatwoot)
    await webhooks.created(chatwoot.answer("Hello"))
    chatwoot.faults = [429, 500]
    for text in ("one", "two", "three"):
        await person.say(text)
    await chatwoot.until(lambda: len(chatwoot.incoming) == 3)
    assert chatwoot.incoming == ["one", "two", "three"]


async def test_a_contact_that_was_made_in_spite_of_an_error_is_found_again(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks
) -> None:
    chatwoot.late = 1
    await asked(person, store, chatwoot)
    assert (len(chatwoot.contacts), len(chatwoot.statuses)) == (1, 1)


async def test_an_answer_to_what_is_over_reaches_nobody(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks
) -> None:
    await asked(person, store, chatwoot)
    store.handoffs.end_waiting(person.conversation_id, "person")
    await chatwoot.until(lambda: chatwoot.statuses == {1: "resolved"})
    assert await webhooks.created(chatwoot.answer("too late")) == 200
    assert told(await person.messages(), "agent") == []


@pytest.mark.parametrize("how", [{"secret": "another"}, {"at": 0.0}, {"at": time.time() - 3600}])
async def test_what_is_not_signed_or_is_old_is_refused(
    person: Person, store: Store, chatwoot: FakeChatwoot, webhooks: Webhooks, how: dict[str, object]
) -> None:
    await asked(person, store, chatwoot)
    assert await webhooks.created(chatwoot.answer("forged"), **how) == 401
    assert told(await person.messages(), "agent") == []


@pytest.mark.parametrize("event", [[], "x", 1, {}, {"event": "message_created"}, {"event": "webwidget_triggered"}])
async def test_odd_events_are_acknowledged(gateway: TestServer, webhooks: Webhooks, event: object) -> None:
    assert await webhooks.send(event) == 200


def test_settings_that_lack_something_are_refused_by_name(settings: Settings) -> None:
    with pytest.raises(ValueError, match="needs INSTRUCTREC_CHATWOOT_SECRET too"):
        create_app(dataclasses.replace(settings, chatwoot_secret=""))


def test_an_unknown_desk_is_refused_with_what_exists(settings: Settings) -> None:
    with pytest.raises(ValueError, match="no desk 'phone'; there are console, chatwoot, slack"):
        create_app(dataclasses.replace(settings, handoff_desk="phone"))
