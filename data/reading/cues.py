"""What words do in a request (refuse, soften, like), read from words.<language>.yml of all languages at once."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data.errors import DataError
from data.pack import LANGUAGES
from data.reading.table import PhraseTable
from data.reading.text import key_of

POLARITY = (
    "safe",
    "neutral",
    "negate",
    "too",
    "less",
    "negate_after",
    "contrast",
    "turn",
    "soft",
    "soft_after",
    "hard",
)
ROLES = ("like", "unlike", "seen", "about")
LISTS = (
    *POLARITY,
    *ROLES,
    "about_weak",
    *(f"{role}_after" for role in ROLES),
    "begin",
    "person",
    "plot",
    "or",
    "and",
    "replaces",
    "stop",
    "frame",
    "attribute",
    "besides",
    "verdict",
    "also",
)
KEYS = {*LISTS, "prefer_to", "any", "for_whom", "comparatives"}


@dataclass(frozen=True)
class ForWhom:
    """A pattern that says for whom something is; `label` is fixed or the first group of the pattern."""

    pattern: re.Pattern[str]
    label: str | None
    unless: re.Pattern[str] | None


@dataclass(frozen=True)
class Cues:
    """The words of every language, each kind in a table of phrases."""

    polarity: PhraseTable[str]
    """Kinds of POLARITY."""
    roles: PhraseTable[str]
    """like, unlike, seen, about and, for what comes after the title, like_after, unlike_after, seen_after."""
    lists: Mapping[str, PhraseTable[str]]
    """Every other kind by its name."""
    for_whom: tuple[ForWhom, ...]
    comparatives: PhraseTable[str]

    @property
    def words(self) -> set[str]:
        """Every word that has a function: they are never taken for a misspelt name."""
        tables = [self.polarity, self.roles, *self.lists.values(), self.comparatives]
        return {word for table in tables for word in table.words()}


@functools.lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The cues of all languages. Raises DataError for a key that does not exist or an entry that is no text."""
    polarity, roles, comparatives = PhraseTable[str](), PhraseTable[str](), PhraseTable[str]()
    lists: dict[str, PhraseTable[str]] = {}
    for_whom: list[ForWhom] = []
    for language in LANGUAGES:
        content = _read(Path(__file__).with_name(f"words.{language}.yml"))
        for kind in LISTS:
            table = (
                polarity
                if kind in POLARITY
                else roles
                if kind.removesuffix("_after").removesuffix("_weak") in ROLES
                else None
            )
            _fill(lists.setdefault(kind, PhraseTable()) if table is None else table, content.get(kind, ()), kind)
        for kind in ("verbs", "words"):
            _fill(lists.setdefault(f"prefer_{kind}", PhraseTable()), content["prefer_to"][kind], kind)
        for kind in ("before", "after"):
            _fill(lists.setdefault(f"any_{kind}", PhraseTable()), content["any"][kind], kind)
        for name, phrases in content["comparatives"].items():
            _fill(comparatives, phrases, name)
        for_whom += [_for_whom(entry) for entry in content["for_whom"]]
    return Cues(polarity, roles, lists, tuple(for_whom), comparatives)


def _read(path: Path) -> Mapping[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    problems = [f"{path.name}: unknown key {key!r}; there are {', '.join(sorted(KEYS))}" for key in set(content) - KEYS]
    for kind in LISTS:
        problems += [
            f"{path.name}: {kind}: {e!r} is no text; quote it" for e in content.get(kind, ()) if not isinstance(e, str)
        ]
    if problems:
        raise DataError(problems)
    loaded: Mapping[str, Any] = content
    return loaded


def _fill(table: PhraseTable[str], phrases: Iterable[str], kind: str) -> None:
    for phrase in phrases:
        for form in _forms(phrase, kind):
            table.add(key_of(form), kind)


def _forms(phrase: str, kind: str) -> tuple[str, ...]:
    """A refusal that stands after what it refuses, with the verb before it: "dramas are not my thing"."""
    if kind != "negate_after" or not phrase.startswith("not "):
        return (phrase,)
    rest = phrase.removeprefix("not ")
    said = [f"{verb} not {really}{rest}" for verb in ("is", "are", "s", "am", "was") for really in ("", "really ")]
    return (phrase, *said, *(f"{verb} {rest}" for verb in ("isn't", "aren't", "ain't", "wasn't")))


def _for_whom(entry: Mapping[str, str]) -> ForWhom:
    unless = re.compile(entry["unless"]) if "unless" in entry else None
    return ForWhom(re.compile(entry["pattern"]), entry.get("label"), unless)
