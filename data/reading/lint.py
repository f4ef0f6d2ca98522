"""What is doubtful in a pack's phrases: values nobody can name, phrases of two values, phrases that are titles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from data.catalog import Catalog
from data.pack import LANGUAGES, Pack
from data.reading.phrases import load_phrases
from data.reading.text import form_key_of, key_of


def lint(pack: Pack, catalog: Catalog) -> list[str]:
    """One line per doubt, with its file and key. Raises DataError when a phrases file cannot be read at all."""
    contents = load_phrases(pack)
    return [
        *(f"{pack.name}/phrases.{language}.yml: missing" for language in LANGUAGES if language not in contents),
        *(doubt for language, content in contents.items() for doubt in _unnamed(pack, catalog, language, content)),
        *(doubt for language, content in contents.items() for doubt in _shared(pack, language, content)),
        *(doubt for language, content in contents.items() for doubt in _titles(pack, catalog, language, content)),
    ]


def _unnamed(pack: Pack, catalog: Catalog, language: str, content: Mapping[str, Any]) -> Iterator[str]:
    for facet, values in catalog.values.items():
        known = {str(value).casefold() for value in (content.get("values") or {}).get(facet) or {}}
        labelled = pack.facets[facet].values or {}
        for value in values:
            if value.casefold() not in known and language not in labelled.get(value, {}):
                yield f"{pack.name}/phrases.{language}.yml: values.{facet}: {value!r} has no phrases and no label"


def _shared(pack: Pack, language: str, content: Mapping[str, Any]) -> Iterator[str]:
    for facet, values in (content.get("values") or {}).items():
        owners: dict[tuple[str, ...], list[str]] = {}
        for value, phrases in values.items():
            for phrase in dict.fromkeys(map(key_of, phrases.get("strong", ()))):
                owners.setdefault(phrase, []).append(str(value))
        for key, names in owners.items():
            if len(names) > 1:
                said = ("" if language == "zh" else " ").join(key)
                yield f"{pack.name}/phrases.{language}.yml: values.{facet}: {said!r} names {' and '.join(names)}"


def _titles(pack: Pack, catalog: Catalog, language: str, content: Mapping[str, Any]) -> Iterator[str]:
    titles = {form_key_of(name): item.title for item in catalog.items for name in (item.title, *item.aliases)}
    for facet, values in (content.get("values") or {}).items():
        for value, phrases in values.items():
            for phrase in phrases.get("strong", ()):
                if form_key_of(phrase) in titles:
                    place = f"{pack.name}/phrases.{language}.yml: values.{facet}.{value}"
                    yield f"{place}: {phrase!r} is also the title {titles[form_key_of(phrase)]!r}"
