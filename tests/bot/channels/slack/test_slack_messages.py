"""Slack: what people write is stored once and answered once, in its place, whatever Slack does."""

from __future__ import annotations

import dataclasses
import random
import time

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from data.settings import Settings
from data.store import Store, StoreError
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.slack.fake_slack import BROKEN, LEFT, TOO_MANY, FakeSlack, Workspace, event


async def test_a_direct_message_is_answered_in_its_chat(workspace: Workspace, slack: FakeSlack) -> None:
    assert await workspace.send(event("1.1", "hello")) == 200
    await slack.until(lambda: bool(slack.texts))
    (sent,) = slack.made("chat.postMessage")
    assert (sent["channel"], sent["text"], sent.get("thread_ts")) == ("D1", "You said: hello", None)
    assert sent["blocks"][0]["text"] == {"type": "plain_text", "text": "You said: hello", "emoji": False}


async def test_a_mention_begins_a_thread_that_goes_on_without_one(
    workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    mention = event("1.1", "<@UBOT> a film", channel="C1", type="app_mention")
    await workspace.send(mention)
    await workspace.send(event("1.1", "<@UBOT> a film", channel="C1"))
    await slack.until(lambda: len(slack.texts) == 1)
    await workspace.send(event("1.2", "a newer one", channel="C1", thread_ts="1.1"))
    await workspace.send(event("1.3", "not for the bot", channel="C1"))
    await workspace.send(event("1.4", "not with the bot", user="U2", channel="C1", thread_ts="1.1"))
    await slack.until(lambda: len(slack.texts) == 2)
    assert assistant.messages == ["a film", "a newer one"]
    assert [call["thread_ts"] for call in slack.made("chat.postMessage")] == ["1.1", "1.1"]


async def test_events_that_come_twice_and_out_of_order_are_answered_once_each(
    workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    for number in (2, 1, 3, 1, 2, 3, 2):
        assert await workspace.send(event(f"1.{number}", f"message {number}")) == 200
    await slack.until(lambda: len(slack.texts) == 3)
    assert assistant.messages == ["message 2", "message 1", "message 3"]
    assert slack.texts == [f"You said: {text}" for text in assistant.messages]


async def test_a_message_that_slack_does_not_take_yet_is_sent_again_before_those_behind_it(
    workspace: Workspace, slack: FakeSlack
) -> None:
    slack.faults["chat.postMessage"] = [BROKEN, TOO_MANY, BROKEN]
    await workspace.send(event("1.1", "one"))
    await workspace.send(event("1.2", "two"))
    await slack.until(lambda: len(slack.texts) == 2)
    assert slack.texts == ["You said: one", "You said: two"]


async def test_a_message_that_slack_refuses_does_not_hold_up_those_behind_it(
    workspace: Workspace, slack: FakeSlack, store: Store
) -> None:
    slack.faults["chat.postMessage"] = [LEFT]
    await workspace.send(event("1.1", "one"))
    await workspace.send(event("1.2", "two"))
    await slack.until(lambda: bool(slack.texts))
    assert slack.texts == ["You said: two"]


async def test_an_event_is_not_acknowledged_before_slack_says_who_the_bot_is(
    workspace: Workspace, slack: FakeSlack
) -> None:
    slack.faults["auth.test"] = [BROKEN]
    assert await workspace.send(event("1.1", "hello")) >= 500
    assert await workspace.send(event("1.1", "hello")) == 200
    await slack.until(lambda: slack.texts == ["You said: hello"])


async def test_an_event_that_was_not_stored_is_not_acknowledged(
    workspace: Workspace, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "receive", fail)
    assert await workspace.send(event("1.1", "hello")) == 500


async def test_unsigned_and_replayed_events_are_refused(workspace: Workspace, assistant: FakeAssistant) -> None:
    assert await workspace.send(event("1.1", "hello"), secret="wrong") == 401
    assert await workspace.send(event("1.1", "hello"), at=time.time() - 600) == 401
    assert assistant.asked == []


async def test_what_a_bot_says_and_edits_are_not_answered(
    workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    await workspace.send(event("1.1", "I am a bot", bot_id="B2"))
    await workspace.send(event("1.2", "edited", subtype="message_changed"))
    await workspace.send(event("1.3", "hello"))
    await slack.until(lambda: bool(slack.texts))
    assert assistant.messages == ["hello"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" /restart", "restart"),
        ("<@UBOT> /greet{}", "greet{}"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("see <https://a.example|this> in <#C1|films>", "see this in films"),
    ],
)
async def test_the_assistant_reads_words(
    workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant, typed: str, read: str
) -> None:
    await workspace.send(event("1.1", typed))
    await slack.until(lambda: bool(slack.texts))
    assert assistant.messages == [read]


async def test_nobody_is_mentioned_by_what_people_say(workspace: Workspace, slack: FakeSlack) -> None:
    await workspace.send(event("1.1", "&lt;!channel&gt; hi"))
    await slack.until(lambda: bool(slack.texts))
    assert slack.texts == ["You said: &lt;!channel&gt; hi"]
    assert slack.made("chat.postMessage")[0]["blocks"][0]["text"]["type"] == "plain_text"


async def test_by_socket_mode_an_event_is_acknowledged_and_answered_once(
    settings: Settings, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    server = TestServer(create_app(dataclasses.replace(settings, slack_app_token="xapp-1", slack_signing_secret="")))
    await server.start_server()
    try:
        await slack.until(lambda: bool(slack.sockets))
        for number in range(3):
            envelope = {"type": "events_api", "envelope_id": f"e{number}", "payload": event("1.1", "hello")}
            await slack.sockets[0].send_json(envelope)
        await slack.until(lambda: len(slack.acknowledged) == 3 and bool(slack.texts))
        assert (slack.texts, assistant.messages) == (["You said: hello"], ["hello"])
    finally:
        await server.close()


def test_a_bot_token_alone_is_refused_with_what_is_missing(settings: Settings) -> None:
    with pytest.raises(ValueError, match="INSTRUCTREC_SLACK_APP_TOKEN"):
        create_app(dataclasses.replace(settings, slack_signing_secret=""))


async def test_ten_deliveries_of_each_event_in_any_order_are_answered_once_each(
    workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    events = [event(f"{number}.1", f"message {number}") for number in range(5) for _ in range(10)]
    random.Random(1).shuffle(events)
    assert {await workspace.send(each) for each in events} == {200}
    await slack.until(lambda: len(slack.texts) == 5)
    assert sorted(slack.texts) == [f"You said: message {number}" for number in range(5)]
    assert len(assistant.messages) == 5
