"""What a reading proves about a message: that it is about the catalog, whatever its sentence sounds like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.pack import Pack
from data.reading.phrases import load_phrases

HAN = re.compile(r"[\u3400-\u9fff]")
SPANNED = ("constraints", "relative", "items", "positions")
CLAIMS = 13


@dataclass(frozen=True)
class Evidence:
    """Counts of what was read. `strong` says it beyond doubt, `weak` may be a coincidence of words."""

    strong: int = 0
    weak: int = 0
    demands: int = 0
    """Of the strong ones those that are constraints."""
    titles: int = 0
    positions: int = 0
    changes: int = 0
    """Wishes relative to the list, facets that do not matter any more, doubtful wishes."""
    guesses: int = 0
    """Constraints that the reading's classifier or a weak word gave."""
    names_item: bool = False
    explained: float = 0.0
    """Share of the letters of the text that what was read stands on."""

    @classmethod
    def of(cls, reading: Mapping[str, Any] | None, names_item: bool = False, text: str = "") -> Evidence:
        """Strong is what the lexicon, a rule or a title says as a demand; all else is weak, "film" as well."""
        if not reading:
            return cls()
        demands = sum(1 for constraint in reading["constraints"] if _is_certain(constraint))
        titles, positions = len(reading["items"]), len(reading["positions"])
        guesses = len(reading["constraints"]) - demands
        changes = len(reading["relative"]) + len(reading["dropped_facets"]) + len(reading["maybe"])
        return cls(
            demands + titles + positions, guesses + changes + names_item, demands, titles, positions, changes, guesses,
            names_item, _explained(reading, text),
        )  # fmt: skip


def _explained(reading: Mapping[str, Any], text: str) -> float:
    """Letters and figures of `text` inside a span of the reading, of all that it has."""
    said = [entry.get("span") for key in SPANNED for entry in reading[key]]
    inside = {place for span in said if span for place in range(span[0], span[1])}
    letters = [place for place, character in enumerate(text) if character.isalnum()]
    return sum(place in inside for place in letters) / len(letters) if letters else 0.0


def _is_certain(constraint: Mapping[str, Any]) -> bool:
    return constraint["strength"] == "must" and constraint["source"] != "classifier"


def claims(reading: Mapping[str, Any], names_item: bool) -> np.ndarray:
    """The same for the intent classifier, (CLAIMS,) of 0 and 1: what a question about a title has, and small talk has not."""
    constraints, roles = reading["constraints"], {item["role"] for item in reading["items"]}
    stated = [
        bool(reading["items"]),
        bool(reading["positions"]),
        any(_is_certain(c) and c["op"] != "is_not" for c in constraints),
        any(c["op"] == "is_not" for c in constraints),
        any(not _is_certain(c) for c in constraints),
        bool(reading["relative"]),
        bool(reading["dropped_facets"]),
        names_item,
        "like" in roles,
        "unlike" in roles,
        "seen" in roles,
        bool(reading["maybe"]),
        bool(reading["unmet"]),
    ]
    return np.array(stated, np.float32)


class ItemNames:
    """Finds what one item is called: "film", "电影", "restaurant"."""

    def __init__(self, names: Iterable[str]):
        known = {name.lower() for name in names}
        words = sorted(map(re.escape, (name for name in known if not HAN.search(name))), key=len, reverse=True)
        self._chinese: Sequence[str] = tuple(name for name in known if HAN.search(name))
        self._words = re.compile(rf"\b(?:{'|'.join(words)})(?:e?s)?\b") if words else None

    @classmethod
    def of(cls, packs: Sequence[Pack]) -> ItemNames:
        """What an item of each pack is called, by its pack.yml and by its phrases."""
        words = [
            word
            for pack in packs
            for language in pack.item.values()
            for key, word in language.items()
            if key != "measure"
        ]
        phrases = [content for pack in packs for content in load_phrases(pack).values()]
        return cls([*words, *(str(noun) for content in phrases for noun in content.get("nouns") or ())])

    def in_text(self, text: str) -> bool:
        """True when `text`, in whatever case, has one of the names."""
        lower = text.lower()
        return any(name in lower for name in self._chinese) or bool(self._words and self._words.search(lower))
