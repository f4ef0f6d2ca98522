"""Rules that hand over without being asked: which words call for a human, by reason and language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from data.errors import DataError
from data.pack import LANGUAGES

FILE = Path(__file__).with_name("rules.yml")
APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\uff07": "'"})


@dataclass(frozen=True)
class Rules:
    """One pattern for each reason."""

    patterns: Mapping[str, re.Pattern[str]]

    def reason(self, text: str) -> str | None:
        """Why the text calls for a human; None when it does not."""
        words = " ".join(text.translate(APOSTROPHES).casefold().split())
        return next((reason for reason, pattern in self.patterns.items() if pattern.search(words)), None)


def load_rules(path: Path = FILE) -> Rules:
    """The rules of a file. Raises DataError naming each reason that lacks a language."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    problems = [
        f"{path.name}: {reason}.{language}: missing"
        for reason, phrases in content.items()
        for language in LANGUAGES
        if not phrases.get(language)
    ]
    if problems:
        raise DataError(problems)
    return Rules({reason: _pattern(phrases) for reason, phrases in content.items()})


def _pattern(phrases: Mapping[str, list[str]]) -> re.Pattern[str]:
    bounded = "|".join(re.escape(phrase.casefold()) for phrase in phrases["en"])
    anywhere = "|".join(re.escape(phrase) for phrase in phrases["zh"])
    return re.compile(rf"\b(?:{bounded})\b|{anywhere}")
