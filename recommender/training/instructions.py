"""Instructions for training: what a person could have said who then chose a given item, in words and as constraints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from data.catalog import Catalog, Item
from data.need import Constraint
from data.pack import Facet
from recommender.training.templates import Phrasebook, say

AFTER_NOUN = (
    "with",
    "about",
    "that",
    "set",
    "for",
    "from",
    "where",
    "of",
    "made",
    "in",
    "between",
    "since",
    "up",
    "suitable",
    "full",
)
"""Words with which a phrase stands after the noun: "films with aliens"."""
MISHEARD = 0.25
"""Share of instructions of which only a part is heard: there the text has to carry what is missing."""
WEIGHTS = {"category": 1.0, "flag": 0.5, "year": 0.7, "number": 0.25}
"""How often people name a facet of a type, relative to a value of a category."""


@dataclass(frozen=True)
class Instruction:
    """One request and the item (position in the catalog) that its author chose."""

    text: str
    language: str
    constraints: tuple[Constraint, ...]
    """What was heard of it: at times less than the text says, as no reader hears everything."""
    likes: tuple[int, ...]
    target: int
    level: str
    """Intention as InstructRec has it: none, vague or specific; negation where something is unwanted."""


class InstructionWriter:
    """Writes instructions for the items of one catalog; the same generator state gives the same words."""

    def __init__(self, catalog: Catalog, books: Mapping[str, Phrasebook]):
        self.catalog = catalog
        self.books = books
        self.edges = {f.name: _edges(catalog, f) for f in catalog.pack.facets.values() if f.is_numeric}

    def write(
        self,
        target: int,
        likes: Sequence[int],
        rng: np.random.Generator,
        kind: str = "sentences",
        chinese: float = 0.15,
    ) -> Instruction:
        """An instruction that fits item `target`; `likes` its author may mention. The `kind` held has new wording."""
        language = "zh" if rng.random() < chinese else "en"
        level = str(rng.choice(["none", "vague", "specific", "negation"], p=[0.08, 0.27, 0.4, 0.25]))
        item = self.catalog.items[target]
        wanted, unwanted = self._wishes(item, level, rng)
        mentioned = (
            tuple(likes[: int(rng.integers(1, 4))])
            if likes and rng.random() < (0.7 if level == "none" else 0.3)
            else ()
        )
        lines, wanted, unwanted, mentioned = self._template(language, kind, wanted, unwanted, mentioned)
        fillings = {
            "wanted": self._noun_phrase(wanted, language, rng),
            "unwanted": self._unwanted_phrase(unwanted, language, rng),
            "likes": self._titles(mentioned, language),
            **self._item_words(language),
        }
        text = say(lines[int(rng.integers(len(lines)))], fillings, rng) if lines else fillings["wanted"]
        said = (*wanted, *unwanted)
        heard = tuple(c for c in said if rng.random() < 0.6) if rng.random() < MISHEARD else said
        return Instruction(text, language, heard, mentioned, target, level if said else "none")

    def _wishes(self, item: Item, level: str, rng: np.random.Generator) -> tuple[list[Constraint], list[Constraint]]:
        if level == "none":
            return [], []
        strength = "prefer" if rng.random() < (0.4 if level == "vague" else 0.15) else "must"
        count = 1 if level == "vague" else int(rng.integers(2, 4)) if level == "specific" else int(rng.integers(0, 3))
        wanted = self._wanted(item, count, strength, rng)
        unwanted = self._unwanted(item, 1 + int(rng.random() < 0.25), strength, rng) if level == "negation" else []
        return wanted, unwanted

    def _wanted(self, item: Item, count: int, strength: str, rng: np.random.Generator) -> list[Constraint]:
        choices: list[tuple[Facet, Any, float]] = []
        for facet in self.catalog.pack.facets.values():
            value = item.facets.get(facet.name)
            if value is None or facet.type == "text":
                continue
            values = value if isinstance(value, tuple) else (value,)
            choices += [(facet, part, WEIGHTS.get(facet.type, 1.0)) for part in values]
        if not choices or not count:
            return []
        weights = np.array([weight for *_, weight in choices])
        picked = rng.choice(len(choices), size=min(count, len(choices)), replace=False, p=weights / weights.sum())
        found: list[Constraint] = []
        for index in sorted(picked):
            facet, value, _ = choices[index]
            found += (
                self._range(facet, float(value), strength, rng)
                if facet.is_numeric
                else [Constraint(facet.name, "is", value, strength)]
            )
        return found

    def _unwanted(self, item: Item, count: int, strength: str, rng: np.random.Generator) -> list[Constraint]:
        absent = []
        for name, values in self.catalog.values.items():
            value = item.facets.get(name)
            own = value if isinstance(value, tuple) else (value,)
            absent += [Constraint(name, "is_not", value, strength) for value in values[:40] if value not in own]
        if not absent:
            return []
        picked = rng.choice(len(absent), size=min(count, len(absent)), replace=False)
        return [absent[int(index)] for index in picked]

    def _range(self, facet: Facet, value: float, strength: str, rng: np.random.Generator) -> list[Constraint]:
        edges = self.edges[facet.name]
        below, above = edges[edges <= value], edges[edges >= value]
        kind = (
            rng.choice(["decade", "at_least", "at_most", "between"])
            if facet.type == "year"
            else rng.choice(["at_least", "at_most", "between"], p=[0.6, 0.3, 0.1])
        )
        low = float(below[int(rng.integers(max(0, len(below) - 4), len(below)))]) if len(below) else value
        high = float(above[int(rng.integers(0, min(4, len(above))))]) if len(above) else value
        if kind == "decade":
            low, high = value // 10 * 10, value // 10 * 10 + 9
        bounds = {"at_least": [("at_least", low)], "at_most": [("at_most", high)]}.get(
            str(kind), [("at_least", low), ("at_most", high)]
        )
        return [Constraint(facet.name, op, int(n) if float(n).is_integer() else n, strength) for op, n in bounds]

    def _template(
        self, language: str, kind: str, wanted: list[Constraint], unwanted: list[Constraint], likes: tuple[int, ...]
    ) -> tuple[tuple[str, ...], list[Constraint], list[Constraint], tuple[int, ...]]:
        """Templates whose slots are what there is to say; what no template of the kind can say is left out."""
        book = self.books[language]
        for keep_likes, keep_unwanted in ((True, True), (False, True), (True, False), (False, False)):
            said = (wanted, unwanted if keep_unwanted else [], likes if keep_likes else ())
            names = frozenset(n for n, part in zip(("wanted", "unwanted", "likes"), said, strict=True) if part)
            lines = book.with_slots(kind, names)
            if lines:
                return lines, *said
        return book.with_slots("sentences", frozenset({"wanted"} if wanted else ())), wanted, [], ()

    def _noun_phrase(self, wanted: Sequence[Constraint], language: str, rng: np.random.Generator) -> str:
        before: list[str] = []
        after: list[str] = []
        for phrase in self._phrases(wanted, language, rng):
            (after if phrase.split(" ")[0] in AFTER_NOUN else before).append(phrase)
        if language == "zh":
            return "".join([*after, "的".join(before)])
        words = self._item_words("en")
        noun = words["items"] if rng.random() < 0.6 else words["item"]
        joined = (" " if rng.random() < 0.5 else ", " if rng.random() < 0.5 else " and ").join(before)
        parts = [joined, noun if rng.random() < 0.7 or not before else "", *after]
        return " ".join(part for part in parts if part)

    def _unwanted_phrase(self, unwanted: Sequence[Constraint], language: str, rng: np.random.Generator) -> str:
        return ("或" if language == "zh" else " or ").join(self._phrases(unwanted, language, rng))

    def _phrases(self, constraints: Sequence[Constraint], language: str, rng: np.random.Generator) -> list[str]:
        by_facet: dict[str, list[Constraint]] = {}
        found = []
        for constraint in constraints:
            facet = self.catalog.pack.facets[constraint.facet]
            if facet.is_numeric:
                by_facet.setdefault(facet.name, []).append(constraint)
            else:
                found.append(self._value_phrase(facet, constraint.value, language, rng))
        return found + [
            self._range_phrase(self.catalog.pack.facets[name], bounds, language, rng)
            for name, bounds in by_facet.items()
        ]

    def _value_phrase(self, facet: Facet, value: Any, language: str, rng: np.random.Generator) -> str:
        if facet.type == "flag":
            label = (facet.label or {}).get(language, facet.name)
            return label if value else ("不要" if language == "zh" else "not ") + label
        phrases = self.books[language].values.get(facet.name, {}).get(str(value), ())
        phrases = (*phrases, facet.value_label(value, language))
        return str(phrases[int(rng.integers(len(phrases)))])

    def _range_phrase(self, facet: Facet, bounds: list[Constraint], language: str, rng: np.random.Generator) -> str:
        low = next((c.value for c in bounds if c.op == "at_least"), None)
        high = next((c.value for c in bounds if c.op == "at_most"), None)
        kind = "between" if low is not None and high is not None else "at_least" if high is None else "at_most"
        is_decade = facet.type == "year" and _is_decade(low, high)
        ranges = self.books[language].ranges
        kind = "decade" if is_decade else kind
        lines = (*ranges.get(facet.type, {}).get(kind, ()), *ranges.get(facet.name, {}).get(kind, ()))
        decade = str(low)[-2 if rng.random() < 0.6 else 0 :] if is_decade else ""
        fillings = {
            "low": str(low),
            "high": str(high),
            "decade": decade,
            "label": (facet.label or {}).get(language, facet.name),
        }
        return say(lines[int(rng.integers(len(lines)))], fillings, rng)

    def _titles(self, likes: Sequence[int], language: str) -> str:
        titles = [self.catalog.items[position].title for position in likes]
        if language == "zh":
            return "、".join(titles)
        return titles[0] if len(titles) == 1 else ", ".join(titles[:-1]) + " and " + titles[-1] if titles else ""

    def _item_words(self, language: str) -> dict[str, str]:
        words = self.catalog.pack.item[language]
        return {"item": words["one"], "items": words.get("other", words["one"])}


def _is_decade(low: Any, high: Any) -> bool:
    return low is not None and high is not None and float(low) % 10 == 0 and float(high) - float(low) == 9


def _edges(catalog: Catalog, facet: Facet) -> np.ndarray:
    """Round numbers that people would name as bounds, spread over the values that occur."""
    values = np.array([float(i.facets[facet.name]) for i in catalog.items if i.facets.get(facet.name) is not None])  # type: ignore[arg-type]
    if not len(values):
        return np.array([])
    grid = np.quantile(values, np.linspace(0, 1, 21))
    if facet.type == "year":
        return np.unique(np.round(grid / 5) * 5)
    spread = max(float(grid[-2] - grid[1]), 1e-9)
    step = 10.0 ** np.floor(np.log10(spread / 4))
    return np.unique(np.round(np.round(grid / (step / 2)) * (step / 2), 6))
