"""Templates of instructions: read from YAML, checked whole, and said in random variants."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from hassil.expression import Alternative, ListReference, Permutation, Sequence, TextChunk
from hassil.parse_expression import ParseExpressionError, parse_sentence
from hassil.parser import ParseError

from data.errors import DataError
from data.pack import LANGUAGES, Pack

NEUTRAL = Path(__file__).with_name("instructions.yml")
"""Templates that fit any catalog; a pack's own instructions.yml adds to them."""
KINDS = ("sentences", "held")
SLOTS = ("wanted", "unwanted", "likes", "item", "items", "low", "high", "decade", "label")


@dataclass(frozen=True)
class Phrasebook:
    """How people of one language ask: templates by kind, and words for values and ranges of facets."""

    templates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """values[facet][value]: phrases that mean it."""
    ranges: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """ranges[facet or facet type][at_least|at_most|between|decade]: phrases with {low}, {high}, {decade}."""

    def with_slots(self, kind: str, wanted: frozenset[str]) -> tuple[str, ...]:
        """The templates of a kind (sentences, held) that have exactly the slots `wanted`."""
        return tuple(line for line in self.templates.get(kind, ()) if slots(line) - {"item", "items"} == wanted)


def load_phrasebooks(pack: Pack) -> dict[str, Phrasebook]:
    """Phrasebook per language: the neutral one with the pack's on top. Raises DataError with every problem."""
    problems: list[str] = []
    contents = [_read(NEUTRAL, "training/instructions.yml", problems)]
    if pack.file("instructions.yml").is_file():
        contents.append(_read(pack.file("instructions.yml"), f"{pack.name}/instructions.yml", problems))
    books = {language: _merge(language, contents, pack, problems) for language in LANGUAGES}
    if problems:
        raise DataError(problems)
    return books


def _read(path: Path, where: str, problems: list[str]) -> tuple[str, Mapping[str, Any]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        problems.append(f"{where}: not YAML: {error}")
        return where, {}
    if not isinstance(content, dict):
        problems.append(f"{where}: expected a language each as key, got {type(content).__name__}")
        return where, {}
    problems += [
        f"{where}: {key}: no such language; there are {', '.join(LANGUAGES)}" for key in content if key not in LANGUAGES
    ]
    return where, content


def _merge(language: str, contents: list[tuple[str, Mapping[str, Any]]], pack: Pack, problems: list[str]) -> Phrasebook:
    templates: dict[str, list[str]] = {}
    values: dict[str, dict[str, list[str]]] = {}
    ranges: dict[str, dict[str, list[str]]] = {}
    for where, content in contents:
        section = content.get(language) or {}
        for key, entry in section.items():
            place = f"{where}: {language}.{key}"
            if key in KINDS:
                templates.setdefault(key, []).extend(_checked(entry, place, problems))
            elif key in ("values", "ranges"):
                target = values if key == "values" else ranges
                for name, by_value in entry.items():
                    if key == "values" and name not in pack.facets:
                        problems.append(
                            f"{place}.{name}: no such facet in pack {pack.name!r}; it has {', '.join(pack.facets)}"
                        )
                    for value, phrases in by_value.items():
                        checked = _checked(phrases, f"{place}.{name}.{value}", problems)
                        target.setdefault(str(name), {}).setdefault(str(value), []).extend(checked)
            else:
                problems.append(f"{place}: unknown key; there are {', '.join((*KINDS, 'values', 'ranges'))}")
    return Phrasebook(
        {kind: tuple(lines) for kind, lines in templates.items()},
        {facet: {value: tuple(lines) for value, lines in by_value.items()} for facet, by_value in values.items()},
        {facet: {kind: tuple(lines) for kind, lines in by_kind.items()} for facet, by_kind in ranges.items()},
    )


def _checked(entry: Any, place: str, problems: list[str]) -> list[str]:
    if not isinstance(entry, list):
        problems.append(f"{place}: expected a list of phrases, got {type(entry).__name__}")
        return []
    lines = [str(line) for line in entry]
    for number, line in enumerate(lines):
        try:
            unknown = [name for name in _slots(_parse(line)) if name not in SLOTS]
        except (ParseExpressionError, ParseError) as error:
            problems.append(f"{place}[{number}]: {line!r}: {error}")
            continue
        problems += [f"{place}[{number}]: {line!r}: no slot {name!r}; there are {', '.join(SLOTS)}" for name in unknown]
    return lines


@functools.cache
def _parse(line: str) -> Any:
    return parse_sentence(line).expression


def _slots(part: Any) -> list[str]:
    if isinstance(part, ListReference):
        return [part.slot_name]
    return [name for item in getattr(part, "items", ()) for name in _slots(item)]


def slots(line: str) -> set[str]:
    """Names of the slots that a template has."""
    return set(_slots(_parse(line)))


def say(line: str, fillings: Mapping[str, str], rng: np.random.Generator) -> str:
    """One random variant of a HassIL template with its {slots} filled in."""
    return " ".join(_say(_parse(line), fillings, rng).split())


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
