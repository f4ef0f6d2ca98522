"""Buttons of Slack: what is pressed reaches the assistant once, the message shows it, and the App Home has the need."""

from __future__ import annotations

import re
from typing import Any

import pytest

from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person
from tests.bot.channels.slack.fake_slack import FakeSlack, Workspace, click, event

LIKE = {"kind": "like", "title": "Like", "payload": '/feedback{"kind":"like","item_id":"1"}'}
ITEM = {
    "item_id": "1",
    "title": "Alien *3*",
    "subtitle": "1979 · horror",
    "url": "https://shop.example/1",
    "reasons": [{"kind": "text", "text": "you asked for <!channel>"}],
    "actions": [LIKE],
}
SLATE = {
    "type": "slate",
    "text": "Here you are:",
    "slate": {"items": [ITEM], "eligible": 1},
    "choices": [{"title": "More", "payload": "/more"}, {"title": "Start over", "payload": "/start_over"}],
    "need": {"chips": [{"title": "horror", "payload": '/remove_chip{"facet":"genre"}'}]},
}


@pytest.fixture
async def card(workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant) -> dict[str, Any]:
    """A slate as it was sent, in the direct chat of U1."""
    assistant.reply = lambda message: [{"custom": SLATE}] if message == "a film" else [{"text": f"Read: {message}"}]
    await workspace.send(event("1.1", "a film"))
    await slack.until(lambda: bool(slack.texts))
    return slack.made("chat.postMessage")[0]


def values(blocks: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """action_id and value by what stands on the button."""
    buttons = [button for block in blocks if block["type"] == "actions" for button in block["elements"]]
    return {button["text"]["text"]: (button["action_id"], button["value"]) for button in buttons}


async def test_a_slate_is_cards_of_rich_text_with_a_fallback(card: dict[str, Any]) -> None:
    assert card["text"] == "Here you are:\n1. Alien *3*"
    assert card["blocks"][1]["elements"][0]["elements"] == [
        {"type": "text", "text": "1. "},
        {"type": "link", "url": "https://shop.example/1", "text": "Alien *3*", "style": {"bold": True}},
        {"type": "text", "text": "\n1979 · horror\n• you asked for <!channel>"},
    ]
    assert list(values(card["blocks"])) == ["Like", "More", "Start over"]


async def test_a_quick_reply_reaches_the_assistant_once_and_the_message_shows_it(
    card: dict[str, Any], workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    action_id, value = values(card["blocks"])["More"]
    for _ in range(2):
        assert await workspace.click(click(value, action_id, blocks=card["blocks"])) == 200
    await slack.until(lambda: len(slack.texts) == 2)
    assert assistant.messages == ["a film", "/more"]
    updated = slack.made("chat.update")[0]
    assert (updated["channel"], updated["ts"]) == ("D1", "9000.0001")
    assert updated["blocks"][-1]["elements"] == [{"type": "plain_text", "text": "✓ More", "emoji": False}]


async def test_a_card_keeps_its_buttons_and_marks_the_one_that_was_pressed(
    card: dict[str, Any], workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    action_id, value = values(card["blocks"])["Like"]
    await workspace.click(click(value, action_id, blocks=card["blocks"]))
    await slack.until(lambda: len(slack.texts) == 2)
    assert assistant.messages == ["a film", LIKE["payload"]]
    assert list(values(slack.made("chat.update")[0]["blocks"])) == ["✓ Like", "More", "Start over"]


@pytest.mark.parametrize("forge", [lambda value: "/restart", lambda value: "0" * 12 + value[12:], lambda value: ""])
async def test_a_forged_button_has_expired(
    card: dict[str, Any], workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant, forge: Any
) -> None:
    action_id, value = values(card["blocks"])["More"]
    assert await workspace.click(click(forge(value), action_id)) == 200
    (whisper,) = slack.made("chat.postEphemeral")
    assert (whisper["user"], whisper["text"]) == ("U1", "That choice has expired")
    assert assistant.messages == ["a film"]


async def test_a_button_in_a_thread_is_only_for_whom_it_was_made(
    workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    assistant.reply = lambda message: [{"custom": SLATE}] if message == "a film" else [{"text": f"Read: {message}"}]
    await workspace.send(event("1.1", "<@UBOT> a film", channel="C1", type="app_mention"))
    await slack.until(lambda: bool(slack.texts))
    action_id, value = values(slack.made("chat.postMessage")[0]["blocks"])["More"]
    await workspace.click(click(value, action_id, user="U2", channel="C1", thread_ts="1.1"))
    assert slack.made("chat.postEphemeral")[0]["user"] == "U2"
    await workspace.click(click(value, action_id, user="U1", channel="C1", thread_ts="1.1"))
    await slack.until(lambda: len(slack.texts) == 2)
    assert assistant.messages == ["a film", "/more"]


def opened(tab: str = "home") -> dict[str, Any]:
    home = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": tab, "event_ts": "5"}
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev5", "event": home}


async def test_the_app_home_has_the_need_and_takes_wishes_away(
    card: dict[str, Any], workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant
) -> None:
    await workspace.send(opened())
    (published,) = slack.made("views.publish")
    shown = values(published["view"]["blocks"])
    assert list(shown) == [
        "horror",
        "What I can do",
        "Start over",
        "Talk to a human",
        "Continue in another chat",
        "Privacy",
    ]
    action_id, value = shown["horror"]
    press = {**click(value, action_id), "view": {"id": "V1"}}
    del press["message"], press["channel"]
    assert await workspace.click(press) == 200
    await slack.until(lambda: len(slack.texts) == 2)
    assert assistant.messages == ["a film", '/remove_chip{"facet":"genre"}']


async def test_the_app_home_of_somebody_new_says_what_to_do(workspace: Workspace, slack: FakeSlack) -> None:
    await workspace.send(opened())
    (published,) = slack.made("views.publish")
    assert published["view"]["blocks"][1]["text"]["text"].startswith("Nothing yet.")


async def test_privacy_erases_after_asking(
    card: dict[str, Any], workspace: Workspace, slack: FakeSlack, assistant: FakeAssistant, store: Store
) -> None:
    press = {**click("privacy", "home:privacy"), "view": {"id": "V1"}}
    await workspace.click(press)
    await slack.until(lambda: len(slack.texts) == 2)
    action_id, value = values(slack.made("chat.postMessage")[1]["blocks"])["Erase my data"]
    await workspace.click(click(value, action_id))
    await slack.until(lambda: len(slack.texts) == 3)
    action_id, value = values(slack.made("chat.postMessage")[2]["blocks"])["Erase my data"]
    conversation_id = assistant.asked[0]["sender"]
    assert await workspace.click({**click(value, action_id), "trigger_id": "2"}) == 200
    assert slack.made("chat.postEphemeral")[0]["text"] == "Your data has been erased."
    assert store.conversation(conversation_id) is None


async def test_the_app_home_has_what_the_person_likes(
    card: dict[str, Any], workspace: Workspace, slack: FakeSlack, store: Store
) -> None:
    user_id = store.identify("slack", "T1:U1")
    store.record_interaction(user_id, "movies", "1", "like")
    await workspace.send(opened())
    sections = [block["text"]["text"] for block in slack.made("views.publish")[0]["view"]["blocks"] if "text" in block]
    assert "What you like:\n• Alien *3*" in sections


async def test_the_link_command_gives_a_code_in_the_direct_chat_and_one_from_the_page_is_entered_by_it(
    workspace: Workspace, slack: FakeSlack, store: Store, person: Person
) -> None:
    assert await workspace.command("/link", "") == 200
    await slack.until(lambda: len(slack.texts) == 1)
    assert slack.made("chat.postMessage")[0]["channel"] == "D1"
    assert slack.texts[0].startswith("Your code is ")
    code = re.search(r"\d{3}-\d{3}-\d{3}", (await person.say("link my slack"))[0]["text"])[0]  # type: ignore[index]
    assert await workspace.command("/link", code) == 200
    await slack.until(lambda: len(slack.texts) == 2)
    action_id, value = values(slack.made("chat.postMessage")[1]["blocks"])["Link the chats"]
    assert await workspace.click(click(value, action_id)) == 200
    await slack.until(lambda: len(slack.texts) == 3)
    assert slack.texts[2].startswith("Done: ")
    assert store.identify("slack", "T1:U1") == person.user_id


async def test_in_a_channel_no_code_is_given(workspace: Workspace, slack: FakeSlack) -> None:
    mention = event("7.1", "<@UBOT> link my telegram", channel="C1")
    mention["event"]["type"] = "app_mention"
    await workspace.send(mention)
    await slack.until(lambda: bool(slack.texts))
    assert slack.texts[0].startswith("Others read along here.")
