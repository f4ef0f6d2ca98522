"""Phrases that name two values: the reading takes one, the others become doubtful wishes that the bot asks about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data.pack import Pack
from data.reading.phrases import load_phrases
from data.reading.text import key_of

Value = tuple[str, str]
"""Facet and value."""


class Ambiguities:
    """The ambiguous phrases of some packs."""

    def __init__(self, values_of: Mapping[str, Mapping[tuple[str, ...], frozenset[Value]]]):
        self._values_of = values_of

    @classmethod
    def of(cls, packs: Iterable[Pack]) -> Ambiguities:
        """Finds strong phrases that several values have, of one facet or of two ("orange": a colour, a fruit)."""
        return cls({pack.name: _shared(load_phrases(pack).values()) for pack in packs})

    def doubts(self, text: str, reading: Mapping[str, Any]) -> list[dict[str, Any]]:
        """For each wish on an ambiguous phrase the other values that the phrase names, as wishes like it."""
        shared = self._values_of.get(reading["pack"] or "", {})
        heard = {(wish["facet"], str(wish["value"])) for wish in (*reading["constraints"], *reading["maybe"])}
        found = []
        for wish in reading["constraints"]:
            if wish.get("span") and wish["op"] == "is":
                meant = shared.get(key_of(text[wish["span"][0] : wish["span"][1]]), frozenset())
                found += [{**wish, "facet": facet, "value": value} for facet, value in sorted(meant - heard)]
        return found


def _shared(contents: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], frozenset[Value]]:
    owners: dict[tuple[str, ...], set[Value]] = {}
    for content in contents:
        for facet, by_value in (content.get("values") or {}).items():
            for value, phrases in by_value.items():
                for phrase in phrases.get("strong", ()):
                    owners.setdefault(key_of(str(phrase)), set()).add((facet, str(value)))
    return {key: frozenset(values) for key, values in owners.items() if len(values) > 1}
