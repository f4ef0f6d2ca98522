"""Reads the phrasebooks of a pack: neutral templates, the pack's instructions*.yml, the words of its lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hassil.parse_expression import ParseExpressionError
from hassil.parser import ParseError

from data.errors import DataError
from data.pack import LANGUAGES, Facet, Pack
from recommender.training.phrasebook import (
    KINDS,
    NEUTRAL,
    RANGES,
    SLOTS,
    TASKS,
    Level,
    Phrasebook,
    Template,
    slots,
)

__all__ = ["NEUTRAL", "Phrasebook", "instruction_files", "load_phrasebooks"]
KEYS = (*KINDS, "values", "held_values", "levels", "held_levels", "ranges", "soft", "held_soft")
PERSON = re.compile(r"\b(?:i|me|my|you|your|us|don't|doesn't|do not)\b")
"""Marks phrases of the lexicon that are half a sentence ("makes me cry") and stand in no noun phrase."""
HIGH, LOW = ("at_least", "q75"), ("at_most", "q25")
"""What "a high …" and "a low …" mean where a pack has no words of its own for a number."""


def instruction_files(pack: Pack) -> list[Path]:
    """Every file that phrasebooks are read from, in order; those of the pack where it has them."""
    own = [pack.file("instructions.yml"), *sorted(pack.folder.glob("instructions.*.yml"))]
    lexicon = [pack.file(f"phrases.{language}.yml") for language in LANGUAGES]
    return [NEUTRAL, *(path for path in (*own, *lexicon) if path.is_file())]


def load_phrasebooks(pack: Pack) -> dict[str, Phrasebook]:
    """Phrasebook per language: the neutral one with the pack's on top. Raises DataError with every problem."""
    problems: list[str] = []
    makers = {language: _Maker(pack, language, problems) for language in LANGUAGES}
    for path in instruction_files(pack):
        where = f"{'training' if path == NEUTRAL else pack.name}/{path.name}"
        content = _read(path, where, problems)
        if path.name.startswith("phrases."):
            makers[path.name.split(".")[1]].add_lexicon(content)
            continue
        problems += [
            f"{where}: {key}: no such language; there are {', '.join(LANGUAGES)}"
            for key in content
            if key not in LANGUAGES
        ]
        for language, maker in makers.items():
            maker.add(content.get(language) or {}, f"{where}: {language}")
    books = {language: maker.book() for language, maker in makers.items()}
    if problems:
        raise DataError(problems)
    return books


def _read(path: Path, where: str, problems: list[str]) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        problems.append(f"{where}: not YAML: {error}")
        return {}
    if not isinstance(content, dict):
        problems.append(f"{where}: expected keys and values, got {type(content).__name__}")
        return {}
    return content


class _Maker:
    """Gathers the phrasebook of one language from several files."""

    def __init__(self, pack: Pack, language: str, problems: list[str]):
        self.pack, self.language, self.problems = pack, language, problems
        self.templates: dict[str, list[Template]] = {kind: [] for kind in KINDS}
        self.phrases: dict[str, dict[str, dict[str, list[str]]]] = {
            key: {} for key in ("values", "held_values", "levels", "held_levels", "ranges")
        }
        self.bounds: dict[str, dict[str, Level]] = {}
        self.places: list[tuple[str, str, str]] = []
        self.soft: dict[str, list[str]] = {"soft": [], "held_soft": []}

    def add(self, section: Any, where: str) -> None:
        """One language of an instructions file."""
        if not isinstance(section, dict):
            self.problems.append(f"{where}: expected keys, got {type(section).__name__}")
            return
        for key, entry in section.items():
            place = f"{where}.{key}"
            if key in KINDS:
                for task, lines in self._entries(entry, place, TASKS, "task"):
                    self.templates[key] += [Template(line, task) for line in self._checked(lines, f"{place}.{task}")]
            elif key in self.soft:
                self.soft[key] += self._checked(entry, place)
            elif key in self.phrases:
                names = tuple(self.pack.facets) if key != "ranges" else None
                for name, by_value in self._entries(entry, place, names, "facet"):
                    self._add_phrases(key, name, by_value, f"{place}.{name}")
            else:
                self.problems.append(f"{place}: unknown key; there are {', '.join(KEYS)}")

    def _add_phrases(self, key: str, name: str, by_value: Any, place: str) -> None:
        known = RANGES if key == "ranges" else None
        for value, phrases in self._entries(by_value, place, known, "range"):
            lines = self._checked(phrases, f"{place}.{value}", is_template=key == "ranges")
            self.phrases[key].setdefault(name, {}).setdefault(value, []).extend(lines)
            if key.endswith("levels"):
                self.places.append((name, value, f"{place}.{value}"))

    def _entries(self, entry: Any, place: str, known: tuple[str, ...] | None, what: str) -> Iterator[tuple[str, Any]]:
        if not isinstance(entry, dict):
            self.problems.append(f"{place}: expected a {what} each as key, got {type(entry).__name__}")
            return
        for name, content in entry.items():
            name = str(name).lower() if isinstance(name, bool) else str(name)
            if known is not None and name not in known:
                self.problems.append(
                    f"{place}.{name}: no such {what} in pack {self.pack.name!r}; it has {', '.join(known)}"
                    if what == "facet"
                    else f"{place}.{name}: no such {what}; there are {', '.join(known)}"
                )
                continue
            yield name, content

    def _checked(self, entry: Any, place: str, is_template: bool = True) -> list[str]:
        if not isinstance(entry, list):
            self.problems.append(f"{place}: expected a list of phrases, got {type(entry).__name__}")
            return []
        lines = [str(line) for line in entry]
        for number, line in enumerate(lines if is_template else ()):
            try:
                unknown = sorted(slots(line) - set(SLOTS))
            except (ParseExpressionError, ParseError) as error:
                self.problems.append(f"{place}[{number}]: {line!r}: {error}")
                continue
            self.problems += [
                f"{place}[{number}]: {line!r}: no slot {name!r}; there are {', '.join(SLOTS)}" for name in unknown
            ]
        return lines

    def add_lexicon(self, content: Mapping[str, Any]) -> None:
        """The strong phrases and the levels of phrases.<language>.yml; data.reading checks that file."""
        for name, by_value in (content.get("values") or {}).items():
            for value, groups in by_value.items() if name in self.pack.facets else ():
                key = str(value).lower() if isinstance(value, bool) else str(value)
                strong = [phrase for phrase in _nouns(groups.get("strong", ())) if not PERSON.search(phrase)]
                self.phrases["values"].setdefault(name, {}).setdefault(key, []).extend(strong)
        for name, by_level in (content.get("levels") or {}).items():
            for level, entry in by_level.items() if name in self.pack.facets else ():
                op = next((op for op in ("at_least", "at_most") if op in entry), None)
                phrases = tuple(_nouns(entry.get("phrases", ())))
                if op and not {"at_least", "at_most"} <= set(entry):
                    made = Level(op, entry[op], entry.get("strength", "must"), phrases)
                    self.bounds.setdefault(name, {})[str(level)] = made

    def book(self) -> Phrasebook:
        """The phrasebook of all that was added."""
        levels = {f.name: self._levels(f) for f in self.pack.facets.values() if f.is_numeric}
        for name, level, place in self.places:
            if level not in levels.get(name, {}):
                there = ", ".join(levels.get(name, {})) or "none"
                self.problems.append(f"{place}: no such level of {name}; it has {there}")
        return Phrasebook(
            {kind: tuple(templates) for kind, templates in self.templates.items()},
            _frozen(self.phrases["values"]),
            _frozen(self.phrases["held_values"]),
            levels,
            _frozen(self.phrases["ranges"]),
            tuple(self.soft["soft"]),
            tuple(self.soft["held_soft"]),
        )

    def _levels(self, facet: Facet) -> dict[str, Level]:
        known = self.bounds.get(facet.name) or self._neutral_levels(facet)
        more, held = (self.phrases[key].get(facet.name, {}) for key in ("levels", "held_levels"))
        return {
            name: replace(
                level, phrases=_unique([*level.phrases, *more.get(name, ())]), held=_unique(held.get(name, ()))
            )
            for name, level in known.items()
        }

    def _neutral_levels(self, facet: Facet) -> dict[str, Level]:
        by_name = self.phrases["ranges"].get(facet.type, {})
        return {
            name: Level(op, bound, "must", tuple(by_name[name]))
            for name, (op, bound) in (("high", HIGH), ("low", LOW))
            if by_name.get(name)
        }


def _nouns(phrases: Iterable[Any]) -> list[str]:
    """Phrases without the gap for the word for the items, which is added when they are said."""
    return [str(phrase).replace("<noun>", "").strip() for phrase in phrases]


def _unique(phrases: Any) -> tuple[str, ...]:
    return tuple({phrase.casefold(): phrase for phrase in reversed(list(phrases)) if phrase}.values())[::-1]


def _frozen(phrases: Mapping[str, Mapping[str, list[str]]]) -> dict[str, dict[str, tuple[str, ...]]]:
    return {name: {value: _unique(lines) for value, lines in by.items()} for name, by in phrases.items()}
