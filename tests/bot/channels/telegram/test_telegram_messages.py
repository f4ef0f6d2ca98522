"""Telegram, polled: what people write is stored once and answered once, in order, whatever Telegram does."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from bot.channels.keys import STORE
from data.settings import Settings
from data.store import Store, StoreError
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person
from tests.bot.channels.telegram.fake_telegram import BLOCKED, BROKEN, TOO_MANY, FakeTelegram, pressed, said


async def test_a_text_is_answered_in_its_chat(gateway: TestServer, telegram: FakeTelegram) -> None:
    telegram.send(said(1, "hello"))
    await telegram.until(lambda: len(telegram.texts) == 1)
    (sent,) = telegram.made("sendMessage")
    assert (sent["chat_id"], sent["text"]) == ("7", "You said: hello")


async def test_it_is_typing_while_the_assistant_thinks(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    assistant.delay_s = 0.2
    telegram.send(said(1, "hello"))
    await telegram.until(lambda: bool(telegram.texts))
    assert [(call["chat_id"], call["action"]) for call in telegram.made("sendChatAction")] == [("7", "typing")]


async def test_a_chat_is_one_conversation_of_one_person(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    telegram.send(said(1, "one"), said(2, "two"), said(3, "other", chat_id=8))
    await telegram.until(lambda: len(telegram.texts) == 3)
    senders = {body["message"]: body["sender"] for body in assistant.asked}
    assert senders["one"] == senders["two"] != senders["other"]
    assert {body["metadata"]["channel"] for body in assistant.asked} == {"telegram"}


async def test_updates_that_come_twice_and_out_of_order_are_answered_once_each(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    updates = [said(number, f"message {number}") for number in (2, 1, 3, 1, 2, 3, 1)]
    telegram.send(*updates)
    await telegram.until(lambda: len(telegram.texts) == 3)
    telegram.send(*updates, said(4, "the last"))
    await telegram.until(lambda: "You said: the last" in telegram.texts)
    assert assistant.messages == ["message 2", "message 1", "message 3", "the last"]
    assert telegram.texts == [f"You said: {text}" for text in assistant.messages]


async def test_a_message_that_telegram_does_not_take_yet_is_sent_again_before_those_behind_it(
    gateway: TestServer, telegram: FakeTelegram
) -> None:
    telegram.faults["sendMessage"] = [BROKEN, TOO_MANY, BROKEN]
    telegram.send(said(1, "one"), said(2, "two"))
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert telegram.texts == ["You said: one", "You said: two"]


async def test_a_message_that_telegram_refuses_does_not_hold_up_those_behind_it(
    gateway: TestServer, telegram: FakeTelegram, store: Store
) -> None:
    telegram.faults["sendMessage"] = [BLOCKED]
    telegram.send(said(1, "one"), said(2, "two"))
    await telegram.until(lambda: bool(telegram.texts) and not store.unsent("telegram"))
    assert telegram.texts == ["You said: two"]


async def test_polling_goes_on_after_a_fault(gateway: TestServer, telegram: FakeTelegram) -> None:
    telegram.faults["getUpdates"] = [BROKEN]
    telegram.send(said(1, "hello"))
    await telegram.until(lambda: telegram.texts == ["You said: hello"])


async def test_what_was_not_sent_is_sent_once_after_a_restart(
    settings: Settings, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    telegram.faults["sendMessage"] = [BROKEN] * 10_000
    assistant.reply = lambda message: [{"text": "a" * 4096 + "\nb"}]
    first = TestServer(create_app(settings))
    await first.start_server()
    telegram.send(said(1, "hello"))
    store = Store(settings.database_url)
    await telegram.until(lambda: bool(assistant.asked) and bool(store.unsent("telegram")))
    await first.close()
    telegram.faults.clear()
    second = TestServer(create_app(settings))
    await second.start_server()
    await telegram.until(lambda: not store.unsent("telegram"))
    await second.close()
    assert telegram.texts == ["a" * 4096, "b"]
    assert assistant.messages == ["hello"]


async def test_what_was_sent_is_not_sent_again_because_the_store_was_away(
    gateway: TestServer, telegram: FakeTelegram, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_sent, failures = store.record_sent, [StoreError("locked"), StoreError("locked")]

    def fail_twice(*arguments: Any) -> None:
        if failures:
            raise failures.pop()
        record_sent(*arguments)

    monkeypatch.setattr(store, "record_sent", fail_twice)
    telegram.send(said(1, "one"), said(2, "two"))
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert telegram.texts == ["You said: one", "You said: two"]


async def test_an_update_is_acknowledged_only_when_the_store_has_taken_it(
    gateway: TestServer, telegram: FakeTelegram, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive, failures = store.receive, [StoreError("locked"), StoreError("locked")]

    def fail_twice(*arguments: Any) -> Any:
        assert telegram.acknowledged == 0
        if failures:
            raise failures.pop()
        return receive(*arguments)

    monkeypatch.setattr(store, "receive", fail_twice)
    telegram.send(said(1, "hello"))
    await telegram.until(lambda: telegram.texts == ["You said: hello"] and telegram.acknowledged == 2)
    assert failures == []


async def test_what_a_colleague_says_is_sent_with_who_says_it(
    gateway: TestServer, telegram: FakeTelegram, store: Store
) -> None:
    telegram.send(said(1, "hello"))
    await telegram.until(lambda: len(telegram.texts) == 1)
    conversation = store.find_chat("telegram", "7")
    assert conversation and store.set_owner(conversation.conversation_id, "bot", "human")
    store.add_message(conversation.conversation_id, "agent", {"type": "text", "text": "I'm <here>"})
    telegram.send(said(2, "thanks"))
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert telegram.texts[1] == "<b>A colleague</b>\nI&#x27;m &lt;here&gt;"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/start", "/greet"),
        ("/start from_a_link", "/greet"),
        ("/help", "/help"),
        ("/help@the_bot", "/help"),
        ("/reset", "/start_over"),
        ("/human", "/human"),
        ("/restart", "restart"),
        ('/greet{"name":"x"}', 'greet{"name":"x"}'),
        ("/help me find a film", "help me find a film"),
        ("\N{FULLWIDTH SOLIDUS}restart", "restart"),
    ],
)
async def test_commands_are_ours_and_every_other_slash_is_words(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant, typed: str, read: str
) -> None:
    telegram.send(said(1, typed))
    await telegram.until(lambda: bool(telegram.texts))
    assert assistant.messages == [read]


async def test_a_command_for_another_bot_is_not_ours(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    telegram.send(said(1, "/help@another_bot"), said(2, "hello"))
    await telegram.until(lambda: bool(telegram.texts))
    assert assistant.messages == ["hello"]


async def test_a_text_that_is_too_long_is_refused_unread_in_the_language_of_the_talk(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    telegram.send(said(1, "你好"), said(2, "长" * 2001))
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert telegram.texts[1] == "这条消息有2,001个字，我一次最多读2,000个，请说得简短一些。"
    assert assistant.messages == ["你好"]


async def test_a_picture_is_answered_with_words(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    sticker = said(1, "")
    del sticker["message"]["text"]
    telegram.send(sticker)
    await telegram.until(lambda: bool(telegram.texts))
    assert telegram.texts == ["I can only read words, sorry. Tell me what you are looking for."]
    assert assistant.asked == []


async def test_a_picture_for_a_colleague_is_still_answered_with_words(
    gateway: TestServer, telegram: FakeTelegram, store: Store
) -> None:
    conversation_id = store.open_chat("telegram", "7", "7").conversation_id
    store.set_owner(conversation_id, "bot", "human")
    sticker = said(2, "")
    del sticker["message"]["text"]
    telegram.send(said(1, "hello"), sticker)
    await telegram.until(lambda: bool(telegram.texts))
    assert telegram.texts == ["I can only read words, sorry. Tell me what you are looking for."]
    assert [message.sender for message in store.messages(conversation_id)] == ["user", "user", "system"]


async def test_the_menu_of_commands_is_set_in_both_languages(gateway: TestServer, telegram: FakeTelegram) -> None:
    await telegram.until(lambda: len(telegram.made("setMyCommands")) == 2)
    english, chinese = telegram.made("setMyCommands")
    names = [command["command"] for command in english["commands"]]
    assert names == ["start", "help", "reset", "human", "link", "privacy"]
    assert (chinese["language_code"], chinese["commands"][3]["description"]) == ("zh", "转人工客服")


async def test_a_code_from_the_page_is_entered_by_the_link_command_and_confirmed(
    gateway: TestServer, telegram: FakeTelegram, store: Store, person: Person
) -> None:
    offered = (await person.say("link my telegram"))[0]["text"]
    code = re.search(r"\d{3}-\d{3}-\d{3}", offered)[0]  # type: ignore[index]
    telegram.send(said(1, f"/link {code}"))
    await telegram.until(lambda: bool(telegram.made("sendMessage")))
    button = telegram.made("sendMessage")[0]["reply_markup"]["inline_keyboard"][0][0]
    telegram.send(pressed(2, button["callback_data"]))
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert telegram.texts[1].startswith("Done: the two chats are one to me now.")
    assert store.identify("telegram", "7") == person.user_id


async def test_in_a_group_no_code_is_given(gateway: TestServer, telegram: FakeTelegram) -> None:
    update = said(1, "/link")
    update["message"]["chat"] = {"id": -5, "type": "group", "title": "Friends"}
    telegram.send(update)
    await telegram.until(lambda: bool(telegram.texts))
    assert telegram.texts[0].startswith("Others read along here.")


async def test_a_first_word_is_sent_before_a_slow_answer(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    assistant.delay_s = 1.5
    telegram.send(said(1, "找一部老电影"))
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert telegram.texts == ["请稍等，我在找…", "You said: 找一部老电影"]


async def test_who_floods_the_chat_is_asked_to_pause_once_and_reaches_nobody(
    settings: Settings, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    async with TestServer(create_app(dataclasses.replace(settings, session_rate="2/minute"))) as gateway:
        store = gateway.app[STORE]
        telegram.send(*(said(number, f"message {number}") for number in range(1, 8)))
        await telegram.until(
            lambda: telegram.acknowledged == 8 and not (store.unanswered() or store.unsent("telegram"))
        )
    assert assistant.messages == ["message 1", "message 2"]
    assert sorted(telegram.texts)[0].startswith("That is more than I can read at once.")
    assert len(telegram.texts) == 3
