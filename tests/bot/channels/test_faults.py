"""When the assistant fails, the person gets an honest answer, in their language, never the same one twice running."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp.test_utils import TestServer

from bot.channels.texts import load_texts
from data.errors import DataError
from data.pack import LANGUAGES
from tests.bot.channels.fake_assistant import FakeAssistant, echo
from tests.bot.channels.person import Person

TEXTS = load_texts()


@pytest.mark.parametrize(
    ("reply", "status", "fault"),
    [
        (lambda _: [], 200, "speechless"),
        (lambda _: [{"recipient_id": "x"}], 200, "speechless"),
        (lambda _: [{"text": "  "}], 200, "speechless"),
        (lambda _: [{"custom": {"type": "hologram"}}], 200, "speechless"),
        (lambda _: [{"text": "fine"}], 500, "unreachable"),
        (lambda _: {"text": "no list"}, 200, "unreachable"),
        (lambda _: ["no object"], 200, "unreachable"),
        (lambda _: "<html>no JSON</html>", 200, "unreachable"),
        (lambda _: [{"text": "x", "buttons": ["no object"]}], 200, "unreachable"),
        (lambda _: [{"text": "x", "buttons": 5}], 200, "unreachable"),
        (lambda _: '[{"custom": {"type": "slate", "slate": {"eligible": NaN}}}]', 200, "unreachable"),
        (lambda _: '[{"custom": {"type": "slate", "slate": {"eligible": 1e999}}}]', 200, "unreachable"),
        (lambda _: '[{"custom": {"type": "slate", "slate": ' + "[" * 900 + "]" * 900 + "}}]", 200, "unreachable"),
    ],
)
async def test_a_reply_that_cannot_be_used_becomes_an_honest_answer(
    person: Person, assistant: FakeAssistant, reply: Callable[[str], Any], status: int, fault: str
) -> None:
    assistant.reply, assistant.status = reply, status
    (answer,) = await person.say("hello")
    assert (answer["from"], answer["type"], answer["text"]) == ("bot", "text", TEXTS.say(fault, "en"))
    assistant.reply, assistant.status = echo, 200
    assert (await person.say("again"))[0]["text"] == "You said: again"


async def test_a_slow_assistant_is_not_waited_for(person: Person, assistant: FakeAssistant) -> None:
    assistant.delay_s = 30.0
    (answer,) = await person.say("hello")
    assert answer["text"] == "Sorry, that is taking me too long. Please ask again in a moment."


async def test_an_assistant_that_is_down_and_comes_back_is_noticed(
    person: Person, assistant: FakeAssistant, assistant_server: TestServer
) -> None:
    port = assistant_server.port
    await assistant_server.close()
    assert (await person.say("hello"))[0]["text"] == TEXTS.say("unreachable", "en")
    async with TestServer(assistant.app(), port=port):
        assert (await person.say("hello"))[0]["text"] == "You said: hello"


async def test_the_same_apology_is_never_given_twice_running(person: Person, assistant: FakeAssistant) -> None:
    assistant.reply = lambda _: []
    answers = [(await person.say("hello"))[0]["text"] for _ in range(6)]
    assert all(first != second for first, second in zip(answers, answers[1:], strict=False))
    assert len(set(answers)) == 3


@pytest.mark.parametrize(
    ("locale", "texts", "language"),
    [
        ("en", ["推荐一些电影"], "zh"),
        ("zh", ["a film please"], "en"),
        ("zh", ["👍"], "zh"),
        ("en", ["我要看電影", "1999"], "zh"),
        ("zh", ["推荐 Heat"], "zh"),
    ],
)
async def test_the_apology_is_in_the_language_of_the_person(
    arrive: Any, assistant: FakeAssistant, locale: str, texts: list[str], language: str
) -> None:
    person = await arrive(locale=locale)
    for text in texts[:-1]:
        await person.say(text)
    assistant.reply = lambda _: []
    assert (await person.say(texts[-1]))[0]["text"] == TEXTS.say("speechless", language)


async def test_what_people_say_is_not_in_the_log(person: Person, assistant: FakeAssistant) -> None:
    with structlog.testing.capture_logs() as lines:
        await person.say("my secret wish")
        assistant.reply = lambda message: {"oops": message}
        await person.say("my secret fault")
        await person.call("POST", "/messages", data=b"my secret garbage", headers={"Content-Type": "application/json"})
    assert len(lines) >= 5
    assert "secret" not in json.dumps(lines, default=str)


def test_every_text_is_there_in_every_language_and_in_several_wordings() -> None:
    for name, wordings in TEXTS.wordings.items():
        for language in LANGUAGES:
            assert len(set(wordings[language])) >= (1 if name == "unknown_choice" else 3), (name, language)


def test_a_text_without_a_language_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "texts.yml").write_text("slow:\n  en: [wait]\n")
    with pytest.raises(DataError, match=r"texts.yml: slow.zh: missing"):
        load_texts(tmp_path / "texts.yml")
