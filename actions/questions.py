"""What a question about an item asks for: why it was chosen, one facet of it, whether it is this, or all about it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.scene import Scene
from data.need import Constraint
from data.pack import LANGUAGES, Facet

SHORT_WORDS, SHORT_CHARACTERS = 3, 8
"""A question no longer than this names no item."""
WORDS = Path(__file__).with_name("questions.yml")


@dataclass(frozen=True)
class Question:
    """The facets asked for, the values asked about ("is it a comedy"), and whether something unknown is asked."""

    facets: tuple[Facet, ...] = ()
    values: tuple[Constraint, ...] = ()
    is_general: bool = False
    """All that is known is asked for."""
    is_unknown: bool = False
    """Something is asked that no facet of the catalog holds."""


@functools.cache
def words() -> Mapping[str, Any]:
    """The words of questions.yml."""
    content: Mapping[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return content


def question_of(scene: Scene) -> Question | None:
    """What is asked of an item; None for a question why, and for a button."""
    text = scene.turn.text.casefold()
    if scene.turn.is_button or says(text, words()["why"]):
        return None
    values = tuple(c for c in scene.turn.reading.constraints if c.facet in scene.pack.facets)
    kinds = {name: kind["units"] for name, kind in words()["kinds"].items() if says(text, kind["asked"])}
    facets = [facet for facet in scene.pack.facets.values() if _is_asked(facet, text, kinds)]
    if facets or values:
        return Question(tuple(facets), values)
    if kinds or says(text, words()["others"]):
        return Question(is_unknown=True)
    return Question(is_general=True) if says(text, words()["general"]) else None


def _is_asked(facet: Facet, text: str, kinds: Mapping[str, Sequence[str]]) -> bool:
    """By its name in either language, or by the kind of its values."""
    labels = [(facet.label or {}).get(language, "") for language in LANGUAGES]
    if says(text, [label.casefold() for label in labels if label]):
        return True
    if facet.type == "year":
        return "year" in kinds
    return facet.is_numeric and any(facet.unit in units for units in kinds.values())


def points_back(text: str) -> bool:
    """Whether `text` speaks of an item without naming it: "how long is it", and in Chinese often by leaving it out."""
    text = text.casefold()
    is_short = len(text.split()) <= SHORT_WORDS if text.isascii() else len(text) <= SHORT_CHARACTERS
    return is_short or says(text, words()["it"])


def says(text: str, phrases: Sequence[str]) -> bool:
    """Whether one of `phrases` stands in `text`: Latin ones as whole words, Chinese ones anywhere."""
    return any(_pattern(phrase).search(text) for phrase in phrases)


@functools.cache
def _pattern(phrase: str) -> re.Pattern[str]:
    edge = r"\b" if phrase.isascii() else ""
    return re.compile(f"{edge}{re.escape(phrase)}{edge}")
