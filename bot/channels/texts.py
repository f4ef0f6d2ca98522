"""What the gateway itself says, read from texts.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from data.errors import DataError
from data.pack import LANGUAGES

FILE = Path(__file__).with_name("texts.yml")


@dataclass(frozen=True)
class Texts:
    """Wordings by name and language."""

    wordings: Mapping[str, Mapping[str, tuple[str, ...]]]

    def say(self, name: str, language: str, lately: Sequence[str] = (), **facts: str) -> str:
        """The wording that was not said `lately` (oldest first), or the one that was said longest ago.

        `facts` stand in the wordings in braces.
        """
        last_said = {text: place for place, text in enumerate(lately)}
        wordings = [text.format(**facts) for text in self.wordings[name][language]]
        return min(wordings, key=lambda text: last_said.get(text, -1))


def load_texts(path: Path = FILE) -> Texts:
    """The wordings of a file. Raises DataError naming each name that lacks a language."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    problems = [
        f"{path.name}: {name}.{language}: missing"
        for name, wordings in content.items()
        for language in LANGUAGES
        if not wordings.get(language)
    ]
    if problems:
        raise DataError(problems)
    return Texts(
        {name: {language: tuple(texts) for language, texts in wordings.items()} for name, wordings in content.items()}
    )
