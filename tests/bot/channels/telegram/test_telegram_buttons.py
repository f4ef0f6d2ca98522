"""Buttons of Telegram: cards that page, what is pressed, and every press answered."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.telegram.fake_telegram import FakeTelegram, pressed, said

ITEMS = [
    {
        "item_id": str(number),
        "title": title,
        "subtitle": "1979 · horror",
        "url": "https://shop.example/?a=1&b=2",
        "reasons": [{"kind": "text", "text": "you asked for <horror> & space"}],
        "actions": [
            {"kind": "like", "title": "Like", "payload": f'/feedback{{"kind":"like","item_id":"{number}"}}'},
            {"kind": "explain", "title": "Why?", "payload": f'/explain{{"item_id":"{number}"}}'},
        ],
    }
    for number, title in enumerate(("Alien", "Aliens <&>", "Alien 3"), 1)
]
SLATE = {
    "type": "slate",
    "text": "Here you are:",
    "slate": {"items": ITEMS, "eligible": 3},
    "choices": [{"title": "More", "payload": "/more"}],
}


@pytest.fixture
async def card(gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant) -> dict[str, Any]:
    """A slate as it was sent, in chat 7; what the assistant says from then on repeats what it read."""
    assistant.reply = lambda message: [{"custom": SLATE}] if message == "a film" else [{"text": f"Read: {message}"}]
    telegram.send(said(1, "a film"))
    await telegram.until(lambda: bool(telegram.texts))
    return telegram.made("sendMessage")[0]


def buttons(call: dict[str, Any]) -> dict[str, str]:
    """callback_data by what stands on the button."""
    rows = call["reply_markup"]["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def test_a_slate_is_one_card_with_every_title_and_the_first_item(card: dict[str, Any]) -> None:
    assert card["text"] == (
        "Here you are:\n\n"
        "1. <b>Alien</b>\n2. Aliens &lt;&amp;&gt;\n3. Alien 3\n\n"
        '<a href="https://shop.example/?a=1&amp;b=2"><b>Alien</b></a>\n'
        "1979 · horror\n• you asked for &lt;horror&gt; &amp; space"
    )
    assert list(buttons(card)) == ["Like", "Why?", "1/3", "▶", "More"]


async def test_what_a_button_carries_is_short_and_says_nothing(card: dict[str, Any]) -> None:
    assert all(len(data) <= 64 and "feedback" not in data for data in buttons(card).values())


async def test_the_card_turns_to_the_next_item_and_back_in_its_own_message(
    card: dict[str, Any], telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    telegram.send(pressed(2, buttons(card)["▶"]))
    await telegram.until(lambda: len(telegram.made("answerCallbackQuery")) == 1)
    (turned,) = telegram.made("editMessageText")
    assert turned["message_id"] == "900"
    assert "2. <b>Aliens &lt;&amp;&gt;</b>" in turned["text"]
    assert list(buttons(turned)) == ["Like", "Why?", "◀", "2/3", "▶", "More"]
    telegram.send(pressed(3, buttons(turned)["◀"]))
    await telegram.until(lambda: len(telegram.made("answerCallbackQuery")) == 2)
    assert telegram.made("editMessageText")[1]["text"] == card["text"]
    assert assistant.messages == ["a film"]


@pytest.mark.parametrize(("title", "payload"), [("Like", '/feedback{"kind":"like","item_id":"1"}'), ("More", "/more")])
async def test_a_press_reaches_the_assistant_once_and_is_answered(
    card: dict[str, Any], telegram: FakeTelegram, assistant: FakeAssistant, store: Store, title: str, payload: str
) -> None:
    press = pressed(2, buttons(card)[title])
    telegram.send(press, press)
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert assistant.messages == ["a film", payload]
    assert telegram.made("answerCallbackQuery")[0]["callback_query_id"] == "q2"
    conversation = store.find_chat("telegram", "7")
    assert conversation
    assert [m.content["text"] for m in store.messages(conversation.conversation_id) if m.sender == "user"][1] == title


@pytest.mark.parametrize(
    "forge",
    [
        lambda data: "/restart",
        lambda data: "",
        lambda data: data.replace(".c0", ".c9"),
        lambda data: data.replace(".c0", ".p\N{SUPERSCRIPT TWO}"),
        lambda data: "0" * 12 + data[12:],
        lambda data: data[:12] + ".1.c0",
        lambda data: data + "\n",
    ],
)
async def test_a_forged_button_has_expired(
    card: dict[str, Any], telegram: FakeTelegram, assistant: FakeAssistant, forge: Any
) -> None:
    telegram.send(pressed(2, forge(buttons(card)["More"])))
    await telegram.until(lambda: bool(telegram.made("answerCallbackQuery")))
    (answer,) = telegram.made("answerCallbackQuery")
    assert (answer["text"], answer["show_alert"]) == ("That choice has expired", "true")
    assert assistant.messages == ["a film"]


async def test_a_button_of_another_chat_has_expired(
    card: dict[str, Any], telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    telegram.send(said(2, "hello", chat_id=8), pressed(3, buttons(card)["More"], chat_id=8))
    await telegram.until(lambda: bool(telegram.made("answerCallbackQuery")))
    assert telegram.made("answerCallbackQuery")[0]["text"] == "That choice has expired"
    await telegram.until(lambda: len(telegram.texts) == 2)
    assert assistant.messages == ["a film", "hello"]


async def test_privacy_erases_after_asking_and_the_old_buttons_mean_nothing(
    card: dict[str, Any], telegram: FakeTelegram, assistant: FakeAssistant, store: Store
) -> None:
    conversation = store.find_chat("telegram", "7")
    assert conversation
    telegram.send(said(2, "/privacy"))
    await telegram.until(lambda: len(telegram.texts) == 2)
    telegram.send(pressed(3, buttons(telegram.made("sendMessage")[1])["Erase my data"]))
    await telegram.until(lambda: len(telegram.texts) == 3)
    assert telegram.texts[2].startswith("This erases")
    telegram.send(pressed(4, buttons(telegram.made("sendMessage")[2])["Erase my data"]))
    await telegram.until(lambda: len(telegram.made("answerCallbackQuery")) == 2)
    assert telegram.made("answerCallbackQuery")[1]["text"] == "Your data has been erased."
    assert store.everything_about(conversation.user_id) == {}
    assert assistant.forgotten == [conversation.conversation_id]
    telegram.send(said(5, "hello again"), pressed(6, buttons(card)["More"]))
    await telegram.until(lambda: len(telegram.made("answerCallbackQuery")) == 3)
    assert telegram.made("answerCallbackQuery")[2]["text"] == "That choice has expired"


async def test_a_compare_table_is_a_line_a_facet(
    gateway: TestServer, telegram: FakeTelegram, assistant: FakeAssistant
) -> None:
    rows = [{"facet": "year", "label": "Year", "values": [1979, None], "differs": True}]
    items = [{"item_id": "1", "title": "Alien"}, {"item_id": "2", "title": "Heat & <b>"}]
    table = {"type": "compare", "text": "Side by side:", "compare": {"items": items, "rows": rows}}
    assistant.reply = lambda message: [{"custom": table}]
    telegram.send(said(1, "compare"))
    await telegram.until(lambda: bool(telegram.texts))
    assert telegram.texts == ["Side by side:\n\n<b>Alien</b> – <b>Heat &amp; &lt;b&gt;</b>\n<b>Year</b>: 1979 – ?"]
