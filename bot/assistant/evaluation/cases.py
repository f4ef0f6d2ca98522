"""The messages that understanding is measured on: held-out wording of the skills and of the packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import yaml

from bot.assistant.importers.packs import PackWords, pack_examples
from bot.assistant.importers.words import language_of
from bot.assistant.paths import SKILLS
from data.errors import DataError
from data.pack import LANGUAGES, Pack
from data.reading.gold import Fact, parse_gold
from data.settings import Settings

HELD_OUT = "held_out.yml"


@dataclass(frozen=True)
class Case:
    """One message and what it means; what is None is not judged."""

    text: str
    language: str
    source: str
    """Where it comes from: a skill, a pack, a public set."""
    intent: Optional[str] = None
    constraints: Optional[frozenset[Fact]] = None
    item_id: Optional[str] = None
    """The item that is named."""
    kind: str = ""
    """What makes it hard: unseen, clean, typo …; kinds that follow from the constraints are added when measured."""


def held_out_cases(settings: Settings) -> list[Case]:
    """All held-out wording of the project. Raises DataError with every line that cannot be used."""
    problems: list[str] = []
    cases = list(_skill_cases(problems))
    for name in settings.packs:
        words = PackWords.load(name, settings.home)
        cases += [
            Case(text, language_of(text), words.pack.name, intent) for intent, text in pack_examples(words, "held_out")
        ]
        cases += _pack_cases(words.pack, problems)
    if problems:
        raise DataError(problems)
    return cases


def _skill_cases(problems: list[str]) -> Iterator[Case]:
    for path in sorted(SKILLS.glob(f"*/{HELD_OUT}")):
        where = f"skills/{path.parent.name}/{HELD_OUT}"
        for intent, by_language in _mapping(_read(path).get("held_out"), where, problems).items():
            for language, texts in _languages(by_language, f"{where}: {intent}", problems):
                yield from (Case(str(text), language, path.parent.name, str(intent)) for text in texts)


def _pack_cases(pack: Pack, problems: list[str]) -> Iterator[Case]:
    """Messages with their constraints: `messages: {en: [[text, notation], …]}`, notation as in data.reading.gold."""
    path = pack.file(HELD_OUT)
    if not path.is_file():
        return
    where = f"{pack.name}/{HELD_OUT}"
    for language, rows in _languages(_read(path).get("messages"), where, problems):
        for number, row in enumerate(rows):
            place = f"{where}: messages.{language}[{number}]"
            if not isinstance(row, list) or len(row) != 2:
                problems.append(f"{place}: expected [text, wishes], got {str(row)[:60]!r}")
                continue
            try:
                yield Case(str(row[0]), language, pack.name, constraints=parse_gold(str(row[1]), pack, place))
            except DataError as error:
                problems += error.problems


def _read(path: Path) -> Mapping[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def _mapping(content: Any, where: str, problems: list[str]) -> Mapping[str, Any]:
    if isinstance(content, dict):
        return content
    problems.append(f"{where}: expected names with lists, got {type(content).__name__}")
    return {}


def _languages(content: Any, where: str, problems: list[str]) -> Iterable[tuple[str, Sequence[Any]]]:
    for language, rows in _mapping(content, where, problems).items():
        if language not in LANGUAGES:
            problems.append(f"{where}: no language {language!r}; there are {', '.join(LANGUAGES)}")
        elif not isinstance(rows, list):
            problems.append(f"{where}.{language}: expected a list, got {type(rows).__name__}")
        else:
            yield language, rows
