"""Instructions for the cases of an evaluation, and what the assistant's reader makes of their words."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.catalog import Catalog, Item
from data.errors import DataError
from data.need import Change, Constraint, Need, apply
from data.reading.reader import Reader
from data.reading.reading import Reading, Relative
from recommender.evaluation.cases import Case, Heard
from recommender.training.instructions import Instruction, InstructionWriter
from recommender.training.templates import load_phrasebooks

LEVELS = ("vague", "specific", "negation")
WORDINGS = {"held": "held", "seen": "sentences"}
"""Wordings of the report, and the group of templates that each is made of; `held` is never trained on."""
TRIES = 30
Write = Callable[..., tuple[Instruction, ...]]
"""A writer, an item, what its author liked, a generator, the group of templates → one instruction a language."""
TEXT_LIMIT = 600
"""Characters of the words that the assistant passes on."""


class Instructor:
    """Writes the same instructions in the same order for the same seed, and reads them as the assistant does."""

    def __init__(self, catalog: Catalog, home: Path):
        self.catalog = catalog
        self.writer = InstructionWriter(catalog, load_phrasebooks(catalog.pack))
        self.reader = Reader.load([(catalog.pack, catalog)], home)

    def instruct(self, cases: Sequence[Case], wording: str, seed: int) -> list[Case]:
        """The cases for which somebody would have something to say of the item, each with an English instruction."""
        return self._asked(cases, wording, seed, lambda writer, *given: (writer.write(*given, chinese=0.0),))["en"]

    def twins(self, cases: Sequence[Case], wording: str, seed: int) -> dict[str, list[Case]]:
        """By language, the same wishes about the same items in English and in Chinese."""
        return self._asked(cases, wording, seed, InstructionWriter.write_twins)

    def _asked(self, cases: Sequence[Case], wording: str, seed: int, write: Write) -> dict[str, list[Case]]:
        found: dict[str, list[tuple[Case, Instruction]]] = {"en": []}
        for case in cases:
            for instruction in self._write(case, wording, seed, write):
                found.setdefault(instruction.language, []).append((case, instruction))
        return {language: self._heard_all(pairs) for language, pairs in found.items()}

    def _write(self, case: Case, wording: str, seed: int, write: Write) -> tuple[Instruction, ...]:
        rng = np.random.default_rng([seed, 23, case.user])
        likes = [int(item) for item in case.past.items[-3:][::-1] if item != case.target]
        for _ in range(TRIES):
            written = write(self.writer, case.target, likes, rng, WORDINGS[wording])
            is_new = wording == "seen" or all(one.is_held for one in written)
            if is_new and written[0].level in LEVELS and written[0].constraints:
                return written
        return ()

    def _heard_all(self, pairs: Sequence[tuple[Case, Instruction]]) -> list[Case]:
        heard = self.hear([instruction.text for _, instruction in pairs])
        return [
            replace(case, heard=one, said=instruction.constraints, level=instruction.level)
            for (case, instruction), one in zip(pairs, heard, strict=True)
        ]

    def hear(self, texts: Sequence[str]) -> list[Heard]:
        """What the assistant takes from each text, said as the first message of a conversation."""
        name = self.catalog.pack.name
        readings = self.reader.read_many(texts, [name] * len(texts))
        return [self._heard(text, reading) for text, reading in zip(texts, readings, strict=True)]

    def _heard(self, text: str, reading: Reading) -> Heard:
        wishes = [
            *(wish.constraint for wish in reading.constraints),
            *(bound_of(one, self.catalog) for one in reading.relative),
        ]
        constraints = tuple(c for c in wishes if c is not None and self._is_usable(c))
        like = [item.item_id for item in reading.items if item.role == "like"]
        if not constraints:  # then what is only talked about is the example
            like += [item.item_id for item in reading.items if item.role == "about"]
        unlike = tuple(item.item_id for item in reading.items if item.role == "unlike")
        change = Change(text[:TEXT_LIMIT], constraints, like=tuple(like), unlike=unlike)
        need = apply(Need(self.catalog.pack.name), change, self.catalog.pack)
        return Heard(need.text, need.constraints, need.like, need.unlike)

    def _is_usable(self, constraint: Constraint) -> bool:
        try:
            self.catalog.check(constraint)
        except DataError:
            return False
        return True


def bound_of(relative: Relative, catalog: Catalog) -> Constraint | None:
    """ "newer than Alien" as a bound: the next value beyond the item named, or beyond the catalog's median."""
    facet = catalog.pack.facets.get(relative.facet)
    if facet is None or not facet.is_numeric or (relative.position is not None and relative.item_id is None):
        return None
    numbers = [n for item in catalog.items if (n := _number(item, facet.name)) is not None]
    if not numbers:
        return None
    named = None if relative.item_id is None else _number(catalog[relative.item_id], facet.name)
    if relative.item_id is not None and named is None:
        return None
    reference = statistics.median_low(numbers) if named is None else named
    if relative.direction == "more":
        beyond = min((n for n in numbers if n > reference), default=reference)
        return Constraint(facet.name, "at_least", beyond)
    return Constraint(facet.name, "at_most", max((n for n in numbers if n < reference), default=reference))


def _number(item: Item, facet: str) -> float | None:
    value = item.facets.get(facet)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
