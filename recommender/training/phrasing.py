"""Wishes in words: the phrases of one language, and noun phrases made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from data.catalog import Catalog
from data.pack import Facet
from recommender.training.phrasebook import Phrasebook, say
from recommender.training.wishes import Wish

AFTER_NOUN = re.compile(
    r"(?:with|without|about|that|which|who|when|where|set|for|from|of|made|in|on|at|by|to|near|around|between|since|"
    r"until|up|within|boasting|capped|dating|straight|out|neither|certified|under|over|below|above|not|no|nobody|everyone|everybody|few|suitable|full|like|worth|loved|known|rated|"
    r"whose|featuring|you|released|critics|people|aimed|based)\b"
)
"""Beginnings of phrases that stand after the noun: "films with aliens"."""
PLAIN = 0.5
"""How often people of the held-out group call a value simply by its name."""
NAMED = 0.35
"""How often the word for the items stands with what could stand alone: "no scary films"."""


class Phrasing:
    """Says wishes in one language, in the words of training or in those of the held-out group."""

    def __init__(self, catalog: Catalog, book: Phrasebook, language: str, is_held: bool):
        self.catalog, self.book, self.language, self.is_held = catalog, book, language, is_held

    def noun_phrase(self, wishes: Sequence[Wish], rng: np.random.Generator) -> str:
        """What is wanted: "funny films from the 90s", "90年代的搞笑片"."""
        phrases = [self.phrase(wish, rng) for wish in wishes]
        return self._chinese(phrases, rng) if self.language == "zh" else self._english(phrases, rng)

    def alternatives(self, wishes: Sequence[Wish], rng: np.random.Generator) -> str:
        """Things named one by one: "horror or films with cowboys", "恐怖片或西部片"."""
        return ("或" if self.language == "zh" else " or ").join(self._thing(wish, rng) for wish in wishes)

    def comparisons(self, wishes: Sequence[Wish], rng: np.random.Generator) -> str:
        """How it should differ from what was liked: "newer", "便宜一点"."""
        return ("且" if self.language == "zh" else " and ").join(self.phrase(wish, rng) for wish in wishes)

    def softened(self, text: str, rng: np.random.Generator) -> str:
        """The request as one that is no must: "…, if possible"."""
        lines = self.book.held_soft if self.is_held else self.book.soft
        return say(_one(lines, rng), {"request": text}, rng) if lines else text

    def titles(self, likes: Sequence[int]) -> str:
        """The names of items in this language, as a list."""
        items = [self.catalog.items[position] for position in likes]
        titles = [item.names.get(self.language, item.title) for item in items]
        if self.language == "zh":
            return "、".join(titles)
        return titles[0] if len(titles) == 1 else ", ".join(titles[:-1]) + " and " + titles[-1] if titles else ""

    def item_words(self) -> Mapping[str, str]:
        """What one item and several are called."""
        words = self.catalog.pack.item[self.language]
        return {"item": words["one"], "items": words.get("other", words["one"])}

    def _thing(self, wish: Wish, rng: np.random.Generator) -> str:
        """A wish that stands where a noun does."""
        phrase, noun = self.phrase(wish, rng), self.item_words()["items"]
        if self.language == "zh":
            return phrase + noun if phrase.endswith("的") and rng.random() < 0.8 else phrase
        if AFTER_NOUN.match(phrase):
            return f"{noun} {phrase}"
        return f"{phrase} {noun}" if rng.random() < NAMED else phrase

    def phrase(self, wish: Wish, rng: np.random.Generator) -> str:
        """One wish in words."""
        if wish.form == "about":
            return say(_one(self.book.ranges["text"]["about"], rng), {"about": wish.key}, rng)
        facet = self.catalog.pack.facets[wish.facet]
        if wish.form == "value":
            return self._value(facet, wish.key, rng)
        if wish.form == "flag":
            return self._flag(facet, wish.key == "true", rng)
        if wish.form == "level":
            level = self.book.levels[facet.name][wish.key]
            return self._filled(_one((self.is_held and level.held) or level.phrases, rng), facet, {}, rng)
        return self._range(facet, wish, rng)

    def _value(self, facet: Facet, value: str, rng: np.random.Generator) -> str:
        name = facet.value_label(value, self.language)
        if self.is_held:
            held = self.book.held_values.get(facet.name, {}).get(value, ())
            return _one(held, rng) if held and rng.random() >= PLAIN else name
        return _one((*self.book.values.get(facet.name, {}).get(value, ()), name), rng)

    def _flag(self, facet: Facet, is_wanted: bool, rng: np.random.Generator) -> str:
        label = self._label(facet)
        if not is_wanted:
            return ("不要" if self.language == "zh" else "not ") + label
        values = self.book.held_values if self.is_held else self.book.values
        return _one((*values.get(facet.name, {}).get("true", ()), label), rng)

    def _range(self, facet: Facet, wish: Wish, rng: np.random.Generator) -> str:
        books = (self.book.held_ranges, self.book.ranges) if self.is_held else (self.book.ranges,)
        lines = next(
            lines
            for ranges in books
            if (
                lines := tuple(
                    line for key in (facet.type, facet.name) for line in ranges.get(key, {}).get(wish.form, ())
                )
            )
        )
        if wish.form in ("more", "less"):
            words = ((facet.compare or {}).get(wish.form) or {}).get(self.language, ())
            lines = tuple(word for word in words if _is_comparative(word)) or lines
        low = next((c.value for c in wish.constraints if c.op != "at_most"), None)
        high = next((c.value for c in wish.constraints if c.op == "at_most"), None)
        is_short = wish.form == "decade" and int(low or 0) < 2000 and rng.random() < 0.6  # nobody says "the 10s"
        decade = str(low)[-2 if is_short else 0 :] if wish.form == "decade" else ""
        return self._filled(_one(lines, rng), facet, {"low": str(low), "high": str(high), "decade": decade}, rng)

    def _filled(self, line: str, facet: Facet, fillings: Mapping[str, str], rng: np.random.Generator) -> str:
        return say(line, {**fillings, "label": self._label(facet)}, rng) if "{" in line else line

    def _label(self, facet: Facet) -> str:
        return (facet.label or {}).get(self.language, facet.name).replace("_", " ")

    def _english(self, phrases: Sequence[str], rng: np.random.Generator) -> str:
        before = [phrase for phrase in phrases if not AFTER_NOUN.match(phrase)]
        after = [phrase for phrase in phrases if AFTER_NOUN.match(phrase)]
        words = self.item_words()
        noun = words["items"] if rng.random() < 0.6 else words["item"] if rng.random() < 0.7 else "something"
        joined = (" " if rng.random() < 0.5 else ", " if rng.random() < 0.5 else " and ").join(before)
        if noun == "something" and (after or rng.random() < 0.5):
            parts = [noun, joined, *after]
        else:
            noun = words["item"] if noun == "something" else noun
            parts = [joined, noun if rng.random() < 0.7 or not before else "", *after]
        return " ".join(part for part in parts if part)

    def _chinese(self, phrases: Sequence[str], rng: np.random.Generator) -> str:
        """Modifiers end in 的; a phrase without it is the head, else the word for the item."""
        heads = [phrase for phrase in phrases if not phrase.endswith("的")]
        modifiers = [phrase for phrase in phrases if phrase.endswith("的")]
        modifiers += [f"{phrase}的" for phrase in heads[:-1]]
        head, noun = (heads[-1] if heads else ""), self.item_words()["item"]
        if not head:
            return "".join(modifiers) + (noun if rng.random() < 0.6 else "")
        if head[-1] != noun[-1] and rng.random() < 0.35:
            head += noun if len(head) <= 2 else f"的{noun}"
        return "".join(modifiers) + head


def _is_comparative(word: str) -> bool:
    """True for "newer" and 便宜一点, not for what complains ("too expensive")."""
    return bool(re.match(r"(more|less)\b|\w+er\b|更", word) or re.search(r"[一点些]$", word))


def _one(lines: Sequence[str], rng: np.random.Generator) -> str:
    return str(lines[int(rng.integers(len(lines)))])
