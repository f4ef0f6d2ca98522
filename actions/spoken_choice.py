"""A button chosen in words: its title or part of it, its place ("the second", 第二个), or its meaning ("both")."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from actions.turn import OFFERS, read_payload
from data.pack import LANGUAGES

WORDS = Path(__file__).with_name("answers.yml")
QUESTIONS = OFFERS | {
    "utter_clarify_examples",
    "utter_which_pack",
    "utter_which_title",
    "utter_ask_back",
    "utter_question_which",
    "utter_feedback_which",
    "utter_skipped",
}
"""Responses that are answered by one of their buttons."""
SELECTING = ("clarified", "explain", "feedback")
"""Intents of buttons that a part of their title may stand for; "Without comedy" is not meant by "comedy"."""
COUNT = re.compile(r"\s*[(（]\d+[)）]\s*$")
TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)*")
HAN = re.compile(r"[\u3400-\u9fff]")
LONGEST = 60
"""Characters of an answer; what is longer says more than which."""
FEWEST_SIGNS = 2
"""Chinese characters that make a part of a title; one may stand in any of them."""
Event = Mapping[str, Any]
Button = Mapping[str, Any]


@functools.cache
def words() -> Mapping[str, Any]:
    """The words of answers.yml."""
    content: Mapping[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return content


def spoken_choice(text: str, events: Sequence[Event]) -> str | None:
    """The payload of the button of the bot's last turn that `text` chooses; None when it chooses none, or not one."""
    said = _plain(text)
    if not said or text.startswith("/") or len(said) > LONGEST:
        return None
    messages = _last_messages(events)
    titled = [button for message in messages for button in _buttons(message) if _title(button) == said]
    if titled:
        return str(titled[0]["payload"])
    may_count = not any(map(_is_slate, messages))  # below a list "the second" is an item
    for message in filter(_is_question, messages):
        chosen = _chosen(said, _buttons(message), may_count)
        if chosen is not None:
            return str(chosen["payload"])
    return None


def _last_messages(events: Sequence[Event]) -> list[Event]:
    """What the bot said between the message before this one and this one."""
    users = [place for place, event in enumerate(events) if event.get("event") == "user"]
    if len(users) < 2:
        return []
    return [event for event in events[users[-2] : users[-1]] if event.get("event") == "bot"]


def _is_question(message: Event) -> bool:
    variants = (message.get("metadata") or {}).get("variants") or {}
    return bool(QUESTIONS & set(variants)) and not _is_slate(message)


def _is_slate(message: Event) -> bool:
    return ((message.get("data") or {}).get("custom") or {}).get("type") == "slate"


def _buttons(message: Event) -> list[Button]:
    data = message.get("data") or {}
    buttons = data.get("buttons") or (data.get("custom") or {}).get("choices") or ()
    return [button for button in buttons if button.get("payload") and button.get("title")]


def _chosen(said: str, buttons: Sequence[Button], may_count: bool) -> Button | None:
    for button in buttons:
        if said in _other_words(button):
            return button
    content = _content(said)
    if may_count and (place := _place(said, content, len(buttons))) is not None:
        return buttons[place]
    selecting = [b for b in buttons if str(b["payload"])[1:].split("{")[0] in SELECTING]
    fitting = [button for button in selecting if content and _is_part(content, _title(button))]
    return fitting[0] if len(fitting) == 1 else None


def _other_words(button: Button) -> set[str]:
    meaning = words()["meanings"].get(read_payload(str(button["payload"])).get("meant")) or {}
    return {word for language in LANGUAGES for word in meaning.get(language, ())}


def _place(said: str, content: Sequence[str], count: int) -> int | None:
    """The place that the words name, counted from 0."""
    named = {"".join(content), said}
    for place in range(count):
        for language in LANGUAGES:
            places = words()["places"][language]
            if place < len(places) and named & set(places[place]):
                return place
    is_last = any(named & set(words()["last"][language]) for language in LANGUAGES)
    return count - 1 if is_last and count else None


def _content(said: str) -> list[str]:
    """The words that carry the answer: without "the … one, please" and 我说的是……."""
    for filler in words()["fillers"]["zh"]:
        said = said.replace(filler, " ")
    return [token for token in TOKEN.findall(said) if token not in words()["fillers"]["en"]]


def _is_part(content: Sequence[str], title: str) -> bool:
    if any(HAN.search(token) for token in content):
        return len(content) >= FEWEST_SIGNS and "".join(content) in "".join(TOKEN.findall(title))
    return set(content) <= set(TOKEN.findall(title))


def _title(button: Button) -> str:
    return _plain(COUNT.sub("", str(button["title"])))


def _plain(text: str) -> str:
    """Lower case, one blank between words, no punctuation at the ends."""
    return " ".join(text.casefold().split()).strip(" .,!?;:。，！？；：、“”\"'…")
