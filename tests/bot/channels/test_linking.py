"""A person links chats by a code that is short, expires, works once and cannot be guessed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import yaml

from bot.channels import linking
from bot.channels.linking import link_command_work, link_work
from data.need import Constraint, Need
from data.settings import PROJECT
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


async def code_of(person: Person) -> str:
    """A fresh code."""
    (offered,) = await person.say("link my telegram")
    return re.search(r"\d{3}-\d{3}-\d{3}", offered["text"])[0]  # type: ignore[index]


async def confirmed(person: Person, code: str) -> str:
    """What is said after the code was entered and the warning accepted."""
    (asked,) = await person.say(code)
    (done,) = await person.press(asked["choices"][0]["payload"])
    return str(done["text"])


async def test_a_code_makes_two_chats_those_of_one_person(
    person: Person, arrive: Any, store: Store, assistant: FakeAssistant
) -> None:
    need = Need("movies", 1, constraints=(Constraint("genre", "is", "Comedy", "must"),))
    store.save_need(person.conversation_id, need)
    store.record_interaction(person.user_id, "movies", "50", "like")
    other = await arrive()
    assert (await confirmed(other, await code_of(person))).startswith("Done")
    assert store.current_need(other.conversation_id, "movies") == need
    assert await other.say("hello") and await person.say("hello")
    assert {asked["metadata"]["user_id"] for asked in assistant.asked} == {person.user_id}


async def test_erasing_from_either_chat_afterwards_erases_both(person: Person, arrive: Any, store: Store) -> None:
    other = await arrive()
    await confirmed(other, await code_of(person))
    assert (await other.call("DELETE", "/me")).status == 200
    assert (await person.call("GET", "/me")).status == 401
    assert store.everything_about(person.user_id) == {}


async def test_nothing_is_linked_before_the_person_has_confirmed(person: Person, arrive: Any, store: Store) -> None:
    other = await arrive()
    (asked,) = await other.say(await code_of(person))
    assert asked["choices"][0]["title"] == "Link the chats"
    assert store.linked_with(other.conversation_id) == []


async def test_a_code_works_once(person: Person, arrive: Any) -> None:
    code = await code_of(person)
    await confirmed(await arrive(), code)
    assert (await (await arrive()).say(code))[0]["text"].startswith("I do not know that code")


async def test_a_code_expires(person: Person, arrive: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "VALID", timedelta(seconds=-1))
    assert (await (await arrive()).say(await code_of(person)))[0]["text"].startswith("I do not know that code")


async def test_a_code_is_for_the_other_chat(person: Person) -> None:
    assert "belongs in your other chat" in (await person.say(await code_of(person)))[0]["text"]


async def test_codes_cannot_be_guessed_one_after_the_other(person: Person, arrive: Any) -> None:
    code, guesser = await code_of(person), await arrive()
    for number in range(5):
        await guesser.say(f"111-111-11{number}")
    assert (await guesser.say(code))[0]["text"] == "That were too many codes at once. Please try again in 10 minutes."


async def test_the_button_that_links_is_only_for_the_chat_it_was_made_in(person: Person, arrive: Any) -> None:
    other, thief = await arrive(), await arrive()
    (asked,) = await other.say(await code_of(person))
    assert "expired" in (await thief.press(asked["choices"][0]["payload"]))[0]["text"]


async def test_the_code_itself_is_not_in_the_database(person: Person, store: Store) -> None:
    code = (await code_of(person)).replace("-", "")
    kept = store.everything_about(person.user_id)["conversations"][0]["link_codes"]
    assert len(kept) == 1 and code not in str(kept)


@pytest.mark.parametrize(
    "text",
    ["link my telegram", "Please link my chats!", "how do I connect my phone?", "关联我的telegram", "在手机上继续"],
)
def test_who_asks_for_a_link_gets_a_code(text: str) -> None:
    assert link_work(text) == {"link": "ask"}


@pytest.mark.parametrize(
    "text", ["a film about a missing link", "1990-1999", "connect four", "555-1234", "link " * 40, "手机"]
)
def test_other_words_are_for_the_assistant(text: str) -> None:
    assert link_work(text) is None


def test_a_code_may_be_typed_in_any_form_where_one_is_expected() -> None:
    entered = {"link": "enter", "code": "123456789"}
    assert (
        link_work("１２３-４５６-７８９")
        == link_command_work("123456789")
        == link_command_work("123 456-789")
        == entered
    )
    assert link_command_work("") == {"link": "ask"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_menu_of_the_page_says_what_asks_for_a_code(language: str) -> None:
    texts = yaml.safe_load((PROJECT / "bot" / "web" / "src" / "texts" / f"{language}.yml").read_text(encoding="utf-8"))
    assert link_work(texts["link_words"]) == {"link": "ask"}
