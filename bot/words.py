"""What a person typed, as words and nothing else."""

from __future__ import annotations

import re
import unicodedata

BLANKS = re.compile(r"\s+")
SLASHES = "/\N{FULLWIDTH SOLIDUS}\N{FRACTION SLASH}\N{DIVISION SLASH}\N{BIG SOLIDUS}"
"""Signs that are a slash or that some normalisation makes one."""
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
UNSEEN = re.compile("[\u034f\u115f\u1160\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Fillers and variation selectors: letters or marks by category, but nothing to see."""
UNSPEAKABLE = "?"
"""What the assistant reads when nothing but slashes was typed: it answers that it did not understand."""


def storable(text: str) -> str:
    """The text as typed; halves of surrogate pairs, which no encoding can hold, become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def visible(text: str) -> str:
    """The text without control and zero-width characters, blanks collapsed; empty when nothing can be seen."""
    spaced = BLANKS.sub(" ", text)
    return BLANKS.sub(" ", "".join(map(_seen, spaced))).strip()


def for_assistant(text: str) -> str:
    """The visible text without leading slashes, which Rasa would take for an intent. Never empty."""
    return visible(text).lstrip(SLASHES + " ") or UNSPEAKABLE


def language_of(text: str) -> str | None:
    """zh for text with Chinese characters, en for other text with Latin letters, None when the script does not tell."""
    if HAN.search(text):
        return "zh"
    return "en" if LATIN.search(text) else None


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in ("Cf", "Cs") or UNSEEN.match(character) else character
