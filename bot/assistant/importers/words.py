"""The words of a pack that fill the slots of sentences: {item}, {value}, {title}, {facet}, {more}, {less}, {<facet>}."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from data.catalog import Catalog
from data.pack import LANGUAGES, Facet, Pack

TITLES = 120
VALUES_PER_FACET = 40
PHRASES_PER_VALUE = 5
"""Of the many names of a value: enough for variety, few enough that the common ones stay common."""
Phrases = Mapping[str, Any]
"""Content of a pack's phrases.<lang>.yml; its `values` name each value as facet → value → strong."""
HAN = re.compile(r"[\u3400-\u9fff]")


def language_of(text: str) -> str:
    """The language a training sentence is written in: zh as soon as it holds a Chinese character."""
    return "zh" if HAN.search(text) else "en"


def words_of(pack: Pack, catalog: Catalog, phrases: Mapping[str, Phrases], language: str) -> dict[str, list[str]]:
    """What each slot may be filled with in `language`; a slot without words of its own falls back to English ones."""
    values = {f.name: _values(f, catalog, phrases.get(language, {}), language) for f in _categories(pack)}
    named = [values[facet.name] for facet in _categories(pack) if facet.ask_back] or list(values.values())
    item = pack.item[language]
    lists = {
        "item": [item["one"]],
        "items": [item.get("other", item["one"])],
        "measure": [item.get("measure", "个")],
        "value": _unique(word for words in named for word in words),
        "facet": _unique((facet.label or {}).get(language, facet.name) for facet in pack.facets.values()),
        "title": _titles(catalog, language),
        "more": _comparisons(pack, "more", language),
        "less": _comparisons(pack, "less", language),
        **values,
    }
    if language == LANGUAGES[0]:
        return lists
    english = words_of(pack, catalog, phrases, LANGUAGES[0])
    return {slot: words or english[slot] for slot, words in lists.items()}


def _categories(pack: Pack) -> list[Facet]:
    return [facet for facet in pack.facets.values() if facet.type == "category"]


def _values(facet: Facet, catalog: Catalog, phrases: Phrases, language: str) -> list[str]:
    """The labels of a facet's values, and for each the first of its strong phrases."""
    known = ((phrases.get("values") or {}).get(facet.name)) or {}
    words = []
    for value in catalog.values.get(facet.name, ())[:VALUES_PER_FACET]:
        label = facet.value_label(value, language)
        names = [label] if language == LANGUAGES[0] or HAN.search(label) else []
        names += map(str, (known.get(value) or {}).get("strong", ())[:PHRASES_PER_VALUE])
        words += [name.lower() for name in names]
    return _unique(words)


def _titles(catalog: Catalog, language: str) -> list[str]:
    """Titles spread evenly over the catalog."""
    names = [name for item in catalog.items for name in (item.title, *item.aliases)]
    fitting = _unique(name for name in names if language_of(name) == language)
    step = max(1, len(fitting) // TITLES)
    return fitting[::step][:TITLES]


def _comparisons(pack: Pack, direction: str, language: str) -> list[str]:
    found = [
        word for facet in pack.facets.values() for word in (facet.compare or {}).get(direction, {}).get(language, ())
    ]
    return _unique(found)


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))
