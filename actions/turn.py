"""One turn as the actions see it: who speaks, what was said or pressed, and what was asked before."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from actions.reading import Reading
from data.pack import LANGUAGES

CLARIFY = "action_clarify"
WHICH_PACK = "utter_which_pack"
"""The response that asks which of the served packs is meant."""
WHICH_TITLE = "utter_which_title"
"""The response that asks which of the items with one title is meant."""
CLARIFYING = frozenset({"utter_clarify", "utter_clarify_wishes", "utter_clarify_examples", "utter_clarify_human"})
"""Responses that say that the message was not understood."""
ABOUT_A_MESSAGE = CLARIFYING | {WHICH_PACK, WHICH_TITLE}
"""Responses whose buttons go back to the message that they answer."""
Event = Mapping[str, Any]
OFFERS = frozenset(
    {
        "utter_clarify",
        "utter_clarify_wishes",
        "utter_clarify_human",
        "utter_maybe",
        "utter_ways_out",
        "utter_greet_again",
        "utter_greet_earlier",
        "utter_explain_what",
        "utter_affirm_list",
        "utter_deny_list",
        "utter_forget_confirm",
        "utter_choose_nothing",
        "utter_about_nothing",
        "utter_returned_need",
        "utter_instead_or_both",
    }
)
"""Responses that ask what their first button does."""


@dataclass(frozen=True)
class Asked:
    """The message that the bot did not understand with confidence and asked about."""

    text: str
    reading: Reading
    ranking: tuple[str, ...]
    message_id: str | None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    """What the same words say in a conversation about a pack, where that is something else."""

    def reading_in(self, pack: str) -> Reading:
        """What the message says when it is about `pack`."""
        return self.readings.get(pack, self.reading)


@dataclass(frozen=True)
class Turn:
    """What the person said or pressed. `payload` holds what a button carries; a button has no reading."""

    conversation_id: str
    user_id: str
    language: str
    text: str
    intent: str
    ranking: tuple[str, ...] = ()
    """Intents, the likeliest first."""
    reading: Reading = Reading()
    readings: Mapping[str, Reading] = field(default_factory=dict)
    """What the same words say in a conversation about a pack, where that is something else."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    message_id: str | None = None
    channel: str = ""
    asked: tuple[Asked, ...] = ()
    """Messages asked about, the latest first."""
    offer: str | None = None
    """Payload of the button that a plain "yes" would press: the first one of a question just asked."""
    answers_which: bool = False
    """The bot's last message asked which pack is meant."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Rasa's slots: how far a questionnaire is, and nothing of the need."""
    failures: int = 0
    """Clarifications in a row just before this turn."""

    @property
    def is_button(self) -> bool:
        """True when a button was pressed instead of something said."""
        return self.text.startswith("/")

    def pressing(self, button: str) -> Turn:
        """The turn as if the button with that payload had been pressed."""
        intent = button[1:].split("{")[0]
        return dataclasses.replace(
            self, text=button, intent=intent, payload=read_payload(button), reading=Reading(), readings={}
        )

    @property
    def form_pack(self) -> str | None:
        """The pack that an open questionnaire asks about."""
        is_open = self.slots.get("requested_slot") is not None
        return (self.slots.get("questionnaire") or {}).get("pack") if is_open else None

    def staying_in(self, pack: str) -> Turn:
        """The turn of somebody who only turns back to themselves: words that another pack knows change nothing."""
        reading = self.reading
        if reading.pack in (None, pack):
            return self
        kept = Reading(language=reading.language, pack=pack, for_whom=reading.for_whom)
        return dataclasses.replace(self, reading=kept)

    def within(self, pack: str | None) -> Turn:
        """The turn as heard in a conversation about `pack`; an answer to "which?" takes along what was asked about."""
        turn = dataclasses.replace(self, reading=self.readings.get(pack or "", self.reading))
        chosen = turn.reading.pack
        if not (self.answers_which and chosen and self.asked):
            return turn
        earlier = self.asked[0]
        reading = turn.reading.with_wishes(earlier.reading_in(chosen))
        return dataclasses.replace(turn, reading=reading, text=f"{turn.text}, {earlier.text}")


def read_turn(tracker: Tracker) -> Turn:
    """The turn in Rasa's tracker."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    text = message.get("text") or ""
    intent = (message.get("intent") or {}).get("name") or ""
    is_button = text.startswith("/")
    reading = Reading() if is_button else Reading.from_dict(message.get("reading"))
    spoken = reading.language if any(map(str.isalpha, text)) else None
    return Turn(
        conversation_id=str(metadata.get("conversation_id") or tracker.sender_id),
        user_id=str(metadata.get("user_id") or tracker.sender_id),
        language=language_of(spoken, tracker.slots.get("language"), metadata.get("locale")),
        text=text,
        intent=intent,
        ranking=_ranking(message),
        reading=reading,
        readings={} if is_button else readings_of(message),
        payload=read_payload(text),
        message_id=metadata.get("message_id") or message.get("message_id"),
        channel=str(metadata.get("channel") or ""),
        asked=asked_about(tracker.events),
        offer=offered(tracker.events),
        answers_which=WHICH_PACK in last_said(tracker.events),
        failures=failures_in_a_row(tracker.events),
        slots=tracker.slots,
    )


def readings_of(message: Mapping[str, Any]) -> dict[str, Reading]:
    """The readings that a message has in conversations about a pack."""
    found = message.get("readings")
    return {name: Reading.from_dict(entry) for name, entry in found.items()} if isinstance(found, Mapping) else {}


def language_of(*claims: Any) -> str:
    """The first claim that names a language we speak ("zh-CN" is zh), else English."""
    for claim in claims:
        if isinstance(claim, str) and claim[:2].casefold() in LANGUAGES:
            return claim[:2].casefold()
    return LANGUAGES[0]


def read_payload(text: str) -> dict[str, Any]:
    """The object that a button's payload `/intent{…}` carries; empty for words and for buttons without one."""
    start = text.find("{")
    if not text.startswith("/") or start < 0:
        return {}
    try:
        content = json.loads(text[start:])
    except json.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def asked_about(events: Sequence[Event]) -> tuple[Asked, ...]:
    """The messages that a clarification answered, the latest first."""
    found: list[Asked] = []
    latest: Event | None = None
    for event in events:
        if event.get("event") == "user":
            latest = event
        elif latest is not None and ABOUT_A_MESSAGE & set(_variants(event)):
            found.insert(0, _asked(latest))
    return tuple(found)


def _variants(event: Event) -> Mapping[str, int]:
    """The responses that a message of the bot was worded from."""
    if event.get("event") != "bot":
        return {}
    found: Mapping[str, int] = (event.get("metadata") or {}).get("variants") or {}
    return found


def last_said(events: Sequence[Event]) -> Mapping[str, int]:
    """The responses that the bot's last message was worded from."""
    last = next((event for event in reversed(events) if event.get("event") == "bot"), None)
    return ((last or {}).get("metadata") or {}).get("variants") or {}


def _asked(event: Event) -> Asked:
    parsed = event.get("parse_data") or {}
    message_id = (event.get("metadata") or parsed.get("metadata") or {}).get("message_id")
    reading = Reading.from_dict(parsed.get("reading"))
    return Asked(event.get("text") or "", reading, _ranking(parsed), message_id, readings_of(parsed))


def offered(events: Sequence[Event]) -> str | None:
    """The first button of the bot's last message, if that message asked a question that a yes answers."""
    last = next((event for event in reversed(events) if event.get("event") == "bot"), None)
    if last is None or not OFFERS & set(last_said(events)):
        return None
    data = last.get("data") or {}
    buttons = data.get("buttons") or (data.get("custom") or {}).get("choices") or ()
    return next((str(button["payload"]) for button in buttons if button.get("payload")), None)


def failures_in_a_row(events: Sequence[Event]) -> int:
    """How many turns just before this one ended in a clarification or a plain "no" to one."""
    count, said = 0, set[str]()
    for event in reversed(events):
        said |= set(_variants(event))
        name = event.get("name")
        if event.get("event") != "action" or name in (None, "action_listen", "action_session_start"):
            continue
        if name != "action_deny":
            if not CLARIFYING & said:
                break
            count += 1
        said.clear()
    return count


def _ranking(message: Mapping[str, Any]) -> tuple[str, ...]:
    entries = message.get("intent_ranking") or ()
    return tuple(str(entry.get("name")) for entry in entries if entry.get("name"))
