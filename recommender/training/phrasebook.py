"""Phrasebooks: templates of instructions and words for values, levels and ranges, read from YAML and checked whole."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from hassil.expression import Alternative, ListReference, Permutation, Sequence, TextChunk
from hassil.parse_expression import parse_sentence

from data.errors import DataError

NEUTRAL = Path(__file__).with_name("instructions.yml")
"""Templates that fit any catalog; a pack's own files add to them."""
KINDS = ("sentences", "held")
"""What is trained on, and what never is."""
TASKS = ("recommend", "next", "rerank", "similar", "relative", "exclude", "occasion", "search")
"""Forms of a request: open, what next, put in order, like an item, like it but, all but, for an occasion, keywords."""
CONTENT = ("wanted", "unwanted", "likes", "taste", "relative")
"""Slots for what is said; what a template has of them decides what it can say."""
SLOTS = (*CONTENT, "item", "items", "low", "high", "decade", "label", "about", "request")
RANGES = ("at_least", "at_most", "between", "decade", "exact", "more", "less", "high", "low", "about")


@dataclass(frozen=True)
class Template:
    """One way to ask, and the form of request that it is."""

    line: str
    task: str

    @functools.cached_property
    def says(self) -> frozenset[str]:
        """The slots of CONTENT that it has."""
        return frozenset(slots(self.line)) & frozenset(CONTENT)


@dataclass(frozen=True)
class Level:
    """Words that stand for a bound on a number: "popular" is the 85th percentile or more."""

    op: str
    bound: str | float
    """A number, or "q85": the value that 85 % of the items do not exceed."""
    strength: str
    phrases: tuple[str, ...]
    held: tuple[str, ...] = ()


Phrases = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Phrasebook:
    """How people of one language ask."""

    templates: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)
    """By kind: sentences, held."""
    values: Phrases = field(default_factory=dict)
    """values[facet][value]: phrases that mean it."""
    held_values: Phrases = field(default_factory=dict)
    """The same, for the held-out group."""
    levels: Mapping[str, Mapping[str, Level]] = field(default_factory=dict)
    """levels[facet][level]."""
    ranges: Phrases = field(default_factory=dict)
    """ranges[facet or facet type][one of RANGES]: phrases with {low}, {high}, {decade}, {label}, {about}."""
    soft: tuple[str, ...] = ()
    """Ways to say that a request is no must: "{request}, if possible"."""
    held_soft: tuple[str, ...] = ()
    """The same, for the held-out group."""

    def saying(self, kind: str, content: frozenset[str]) -> Mapping[str, tuple[Template, ...]]:
        """The templates of a kind that say exactly `content`, by task."""
        return self._by_content.get((kind, content), {})

    @functools.cached_property
    def _by_content(self) -> Mapping[tuple[str, frozenset[str]], Mapping[str, tuple[Template, ...]]]:
        found: dict[tuple[str, frozenset[str]], dict[str, tuple[Template, ...]]] = {}
        for kind, templates in self.templates.items():
            for template in templates:
                by_task = found.setdefault((kind, template.says), {})
                by_task[template.task] = (*by_task.get(template.task, ()), template)
        return found


@functools.cache
def parse(line: str) -> Any:
    """The HassIL expression of a template. Raises ParseError or ParseExpressionError."""
    return parse_sentence(line).expression


def _slots(part: Any) -> list[str]:
    if isinstance(part, ListReference):
        return [part.slot_name]
    return [name for item in getattr(part, "items", ()) for name in _slots(item)]


def slots(line: str) -> set[str]:
    """Names of the slots that a template has."""
    return set(_slots(parse(line)))


def say(line: str, fillings: Mapping[str, str], rng: np.random.Generator) -> str:
    """One random variant of a HassIL template with its {slots} filled in."""
    text = " ".join(_say(parse(line), fillings, rng).split())
    return re.sub(r"\s+([,.?!;])", r"\1", text)


def _say(part: Any, fillings: Mapping[str, str], rng: np.random.Generator) -> str:
    if isinstance(part, TextChunk):
        return part.original_text
    if isinstance(part, ListReference):
        return fillings[part.slot_name]
    if isinstance(part, Alternative):
        return _say(part.items[int(rng.integers(len(part.items)))], fillings, rng)
    if isinstance(part, Permutation):
        return " ".join(_say(part.items[i], fillings, rng) for i in rng.permutation(len(part.items)))
    if isinstance(part, Sequence):
        return "".join(_say(item, fillings, rng) for item in part.items)
    raise DataError(f"template: {type(part).__name__} is not understood here; use text, (a|b), [optional] and {{slot}}")
