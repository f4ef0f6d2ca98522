"""A Slack channel as a desk: a thread for each handoff, whoever replies in it answers the person."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from bot.channels.handoff import forwarder
from data.settings import Settings
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person
from tests.bot.channels.slack.fake_slack import BROKEN, TOO_MANY, FakeSlack, Workspace, click, event


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "PAUSES_S", (0.02,))
    monkeypatch.setattr(forwarder, "LOOK_S", 0.05)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, handoff_desk="slack", handoff_slack_channel="CDESK")


async def asked(person: Person, store: Store, slack: FakeSlack) -> tuple[str, str]:
    """A handoff that Slack was told of, and the thread it is."""
    handoff_id = store.request_handoff(person.conversation_id, "order", {"need": "a comedy"})
    await slack.until(lambda: len(slack.made("chat.postMessage")) == 2)
    found = store.handoffs.find(handoff_id)
    assert found
    return handoff_id, found.desk["ref"]["thread"]


def reply(thread: str, ts: str, text: str) -> dict[str, Any]:
    return event(ts, text, user="UANN", channel="CDESK", thread_ts=thread)


async def agents_words(person: Person) -> list[str]:
    return [message["text"] for message in await person.messages() if message["from"] == "agent"]


async def test_a_request_is_a_thread_with_buttons_and_the_packet_below(
    person: Person, store: Store, slack: FakeSlack, workspace: Workspace
) -> None:
    handoff_id, thread = await asked(person, store, slack)
    head, packet = slack.made("chat.postMessage")
    assert [button["value"] for button in head["blocks"][1]["elements"]] == [handoff_id] * 3
    assert (packet["thread_ts"], packet["text"].split("\n")[:2]) == (
        thread, ["Wants: a comedy", "Why you: trouble with an order"],
    )  # fmt: skip


async def test_a_reply_in_the_thread_takes_and_answers_once_however_often_it_comes(
    person: Person, store: Store, slack: FakeSlack, workspace: Workspace, assistant: FakeAssistant
) -> None:
    handoff_id, thread = await asked(person, store, slack)
    for _ in range(3):
        assert await workspace.send(reply(thread, "5.1", "Hello &amp; welcome")) == 200
    assert await agents_words(person) == ["Hello & welcome"]
    found = store.handoffs.find(handoff_id)
    assert found and (found.state, found.owner) == ("taken", "human")
    assert await person.say("hi") == []
    await slack.until(lambda: slack.made("chat.postMessage")[-1]["text"] == "Person: hi")
    assert assistant.asked == []


async def test_what_begins_with_two_slashes_is_a_note(
    person: Person, store: Store, slack: FakeSlack, workspace: Workspace
) -> None:
    handoff_id, thread = await asked(person, store, slack)
    await workspace.send(reply(thread, "5.1", "// a regular"))
    assert await agents_words(person) == []
    assert [note.text for note in store.handoffs.notes(handoff_id)] == ["a regular"]


async def test_the_buttons_take_and_give_back(
    person: Person, store: Store, slack: FakeSlack, workspace: Workspace
) -> None:
    handoff_id, thread = await asked(person, store, slack)
    for verb, state in (("take", "taken"), ("release", "open"), ("take", "taken"), ("resolve", "resolved")):
        assert await workspace.click(click(handoff_id, f"desk:{verb}", user="UANN", channel="CDESK")) == 200
        found = store.handoffs.find(handoff_id)
        assert found and found.state == state
    await slack.until(lambda: slack.made("chat.postMessage")[-1]["text"] == "This conversation is the bot's again.")


async def test_talk_in_the_desks_channel_is_nobodys_wish(
    gateway: TestServer, workspace: Workspace, assistant: FakeAssistant
) -> None:
    await workspace.send(event("6.1", "lunch?", channel="CDESK"))
    mention = event("6.2", "<@UBOT> a comedy", channel="CDESK")
    mention["event"]["type"] = "app_mention"
    await workspace.send(mention)
    await asyncio.sleep(0.1)
    assert assistant.asked == []


async def test_what_slack_refuses_for_a_while_comes_through(
    person: Person, store: Store, slack: FakeSlack, workspace: Workspace
) -> None:
    slack.faults["chat.postMessage"] = [TOO_MANY, BROKEN, BROKEN]
    _, thread = await asked(person, store, slack)
    assert thread.startswith("9000.")


def test_the_desk_needs_its_channel(settings: Settings) -> None:
    with pytest.raises(ValueError, match="_HANDOFF_SLACK_CHANNEL"):
        create_app(dataclasses.replace(settings, handoff_slack_channel=""))
