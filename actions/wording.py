"""What the bot says, chosen from Rasa's `responses:` in the person's language, never the same variant twice running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.errors import DataError

Responses = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Said:
    """One message to the person: a text, buttons below it, or a whole `custom` Message of docs/architecture.md."""

    text: str = ""
    variants: Mapping[str, int] = field(default_factory=dict)
    """The responses that the text was worded from, in order, and which variant of each, counted from 1."""
    buttons: tuple[Mapping[str, str], ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Slots of Rasa's that are set with it; a message without words only sets them."""

    @property
    def utter(self) -> str:
        """Name of the response that the message mainly is: the last one."""
        return next(reversed(list(self.variants)), "")


@dataclass(frozen=True)
class Wording:
    """The responses in one language. `used` tells which variant of each was said last, counted from 1; it is kept."""

    responses: Responses
    language: str
    used: dict[str, int] = field(default_factory=dict)

    def say(self, name: str, buttons: Sequence[Mapping[str, str]] = (), **facts: Any) -> Said:
        """The next variant of the response `name`, filled with `facts`."""
        texts = self._texts(name)
        variant = self.used[name] = self.used.get(name, 0) % len(texts) + 1
        return Said(_filled(texts[variant - 1], name, facts), {name: variant}, tuple(buttons))

    def label(self, name: str, **facts: Any) -> str:
        """A short text that is always the same, such as a button's title."""
        return _filled(self._texts(name)[0], name, facts)

    def has(self, name: str) -> bool:
        """Whether there is a response of that name."""
        return bool(self.responses.get(name))

    def joined(self, parts: Sequence[str], name: str = "utter_list") -> str:
        """`parts` as people list them: "a, b and c"; the response `name` holds the comma and the last joint."""
        if len(parts) < 2:
            return "".join(parts)
        return self.label(name, most=self.label("utter_comma").join(parts[:-1]), last=parts[-1])

    def _texts(self, name: str) -> list[str]:
        entries = self.responses.get(name) or ()
        chosen = [entry for entry in entries if _asks_for(entry) == self.language]
        chosen = chosen or [entry for entry in entries if _asks_for(entry) is None]
        texts = [entry["text"] for entry in chosen if entry.get("text")]
        if not texts:
            known = ", ".join(self.responses) or "none"
            raise DataError(f"responses: {name!r}: nothing to say in {self.language!r}; there are {known}")
        return texts


def _asks_for(entry: Mapping[str, Any]) -> str | None:
    """The language that the variant is conditioned on."""
    for condition in entry.get("condition") or ():
        if condition.get("name") == "language":
            return condition.get("value")
    return None


def _filled(text: str, name: str, facts: Mapping[str, Any]) -> str:
    """Facts go in once and are never read as places themselves: a title may hold braces."""
    try:
        return text.format_map({key: str(value) for key, value in facts.items()})
    except (KeyError, IndexError, ValueError) as error:
        given = ", ".join(facts) or "no facts"
        raise DataError(f"responses: {name!r}: {text!r} needs {error}; given are {given}") from error


def together(said: Sequence[Said], language: str, custom: Mapping[str, Any] | None = None) -> Said:
    """Several texts as one message, with the buttons of all."""
    space = "" if language == "zh" else " "
    return Said(
        space.join(one.text for one in said if one.text),
        {name: variant for one in said for name, variant in one.variants.items()},
        tuple(button for one in said for button in one.buttons),
        custom or {},
    )


def last_variants(events: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """For each response said before in this conversation, the variant said last."""
    used: dict[str, int] = {}
    for event in events:
        if event.get("event") == "bot":
            used.update((event.get("metadata") or {}).get("variants") or {})
    return used
