"""A pack: one domain's content, read from a folder and checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data.errors import DataError
from data.settings import PROJECT

FACET_TYPES = ("category", "number", "year", "flag", "text")
LANGUAGES = ("en", "zh")
PACKS = PROJECT / "data" / "packs"
Words = Mapping[str, str]
"""A text per language."""


@dataclass(frozen=True)
class Facet:
    """A named property of items that people talk about."""

    name: str
    type: str
    column: str
    multi: bool = False
    unit: str | None = None
    label: Words | None = None
    """What people call the facet, per language."""
    ask: Words | None = None
    """The question that asks for it, per language."""
    values: Mapping[str, Words] | None = None
    """What people call each value of a category, per language; values not listed are called by their name."""
    compare: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None
    """Words that compare, as compare[more|less][language]: ("newer", "more recent")."""
    bounds: Mapping[str, Words] | None = None
    """How a bound on a number is said, as bounds[at_least|at_most][language]: "rated {value} or better"."""
    ask_back: bool = True
    """Whether the bot may ask for this facet to narrow a list."""
    display: bool = True
    """Whether a card shows it."""

    @property
    def is_numeric(self) -> bool:
        """True for facets whose values are numbers with an order."""
        return self.type in ("number", "year")

    def bound_label(self, op: str, value: str, language: str) -> str | None:
        """How the pack says a bound in `language`; None when it leaves that to the bot."""
        words = ((self.bounds or {}).get(op) or {}).get(language)
        return words.format(value=value) if words else None

    def value_label(self, value: Any, language: str) -> str:
        """What `value` is called in `language`."""
        words = (self.values or {}).get(str(value)) or {}
        return words.get(language, str(value))


@dataclass(frozen=True)
class Pack:
    """A domain's content: what its items are, which facets they have, where its files lie."""

    name: str
    folder: Path
    item: Mapping[str, Mapping[str, str]]
    """What one item is called: item["en"]["one"], item["en"]["other"], item["zh"]["one"], item["zh"]["measure"]."""
    facets: Mapping[str, Facet]
    title: str = "title"
    """Column of the title; `title_en`, `title_zh` and `aliases` (split by |), where present, are further names."""
    subtitle: tuple[str, ...] = ()
    """Facets shown below the title."""
    source: str = ""
    licence: str = ""
    prepare: str = ""
    """Name of the public source that the catalog is built from at set-up; empty when the items lie in the folder."""

    def file(self, name: str) -> Path:
        """Path of one of the pack's own files, whether or not it is there."""
        return self.folder / name

    def facet(self, name: str, where: str = "facet") -> Facet:
        """The facet of that name. Raises DataError that lists what exists."""
        if name not in self.facets:
            raise DataError(f"{where}: no facet {name!r} in pack {self.name!r}; it has {', '.join(self.facets)}")
        return self.facets[name]


def pack_folders(home: Path) -> dict[str, Path]:
    """Every pack by name: the project's own, then those a person imported under `home`/packs."""
    folders: dict[str, Path] = {}
    for root in (PACKS, home / "packs"):
        for entry in sorted(root.glob("*/pack.yml")):
            folders.setdefault(entry.parent.name, entry.parent)
    return folders


def load_pack(name_or_folder: str | Path, home: Path) -> Pack:
    """The pack of that name or folder. Raises DataError with every problem of its pack.yml."""
    folders = pack_folders(home)
    folder = folders.get(str(name_or_folder)) or Path(name_or_folder)
    path = folder / "pack.yml"
    if not path.is_file():
        raise DataError(
            f"pack {str(name_or_folder)!r}: no such pack or folder; there are {', '.join(folders) or 'none'}"
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DataError(f"{folder.name}/pack.yml: not YAML: {error}") from error
    return _parse_pack(content, folder)


def _parse_pack(content: Any, folder: Path) -> Pack:
    where = f"{folder.name}/pack.yml"
    if not isinstance(content, dict):
        raise DataError(f"{where}: expected keys and values, got {type(content).__name__}")
    known = {"name", "item", "title", "subtitle", "facets", "source", "licence", "prepare"}
    problems = [
        f"{where}: unknown key {key!r}; there are {', '.join(sorted(known))}" for key in content if key not in known
    ]
    problems += [f"{where}: {key}: missing" for key in ("name", "item", "facets") if not content.get(key)]
    if problems:
        raise DataError(problems)
    facets = {}
    for name, entry in content["facets"].items():
        facet = _parse_facet(name, entry, where, problems)
        if facet:
            facets[name] = facet
    subtitle = tuple(content.get("subtitle", ()))
    problems += [
        f"{where}: subtitle: no facet {name!r}; there are {', '.join(facets)}"
        for name in subtitle
        if name not in facets
    ]
    for language in LANGUAGES:
        if "one" not in content["item"].get(language, {}):
            problems.append(f"{where}: item.{language}.one: missing; it says what one item is called")
    if problems:
        raise DataError(problems)
    return Pack(
        content["name"],
        folder,
        content["item"],
        facets,
        content.get("title", "title"),
        subtitle,
        str(content.get("source", "")),
        str(content.get("licence", "")),
        str(content.get("prepare", "")),
    )


def _parse_facet(name: str, entry: Any, where: str, problems: list[str]) -> Facet | None:
    place = f"{where}: facets.{name}"
    if not isinstance(entry, dict) or entry.get("type") not in FACET_TYPES:
        given = entry.get("type") if isinstance(entry, dict) else entry
        problems.append(f"{place}.type: {given!r} is no type; there are {', '.join(FACET_TYPES)}")
        return None
    known = set(Facet.__dataclass_fields__) - {"name"}
    unknown = [key for key in entry if key not in known]
    problems += [f"{place}.{key}: unknown key; there are {', '.join(sorted(known))}" for key in unknown]
    if unknown:
        return None
    values = {**entry, "column": entry.get("column", name)}
    if "compare" in values:
        values["compare"] = {
            way: {language: tuple(words) for language, words in languages.items()}
            for way, languages in values["compare"].items()
        }
    return Facet(name, **values)
