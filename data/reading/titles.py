"""The titles of a catalog, found in a text in full, in part, misspelt, or by another name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from data.catalog import Catalog, Item
from data.reading.text import HAN, Word, words_of
from data.reading.view import ONES, TENS

ARTICLES = ("the", "a", "an")
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
NUMBERS = {word: str(value) for word, value in (ONES | TENS).items() if value > 1}
LONGEST = 12
"""Most words of a text that are tried as one title."""
FUZZY_SCORE = 84.0
"""Similarity in per cent from which a phrase in a title's place is that title misspelt."""


@dataclass(frozen=True)
class Hit:
    """Words [start:end] are a name of `items`; `is_full` when it is a whole title, `is_fuzzy` when misspelt."""

    start: int
    end: int
    items: tuple[Item, ...]
    is_full: bool
    is_fuzzy: bool = False


class TitleIndex:
    """Every name of every item without its blanks: "braveheart" and "brave heart" are the same."""

    def __init__(self, catalog: Catalog):
        self.full: dict[str, list[Item]] = {}
        self.short: dict[str, list[Item]] = {}
        self.words: set[str] = set()
        self.popularity = _popularity(catalog)
        for item in catalog.items:
            for name in (item.title, *item.aliases):
                self._add(item, name)
        self.keys = [key for key in self.full if len(key) >= 5 and not HAN.search(key)]
        self.short_keys = [key for key, items in self.short.items() if len(key) >= 7 and len(items) == 1]

    def _add(self, item: Item, name: str) -> None:
        words = words_of(name)
        if not words:
            return
        self.words |= {word.form for word in words if len(word.form) >= 4}
        for spelling in _spellings([word.form for word in words], "&" in name):
            _file(self.full, spelling, item)
            if spelling[0] in ARTICLES and len(spelling) > 1:
                _file(self.full, spelling[1:], item)
        parts = [part for part in re.split(r"[:：(]| - |; ", name) if part.strip(" )")]
        for place, part in enumerate(parts if len(parts) > 1 else ()):
            forms = [word.form for word in words_of(part)]
            if forms and (place == 0 or len(forms) >= 2):
                _file(self.short, forms, item)
                _file(self.short, forms[1:] if forms[0] in ARTICLES else (), item)
        self._add_beginnings(item, [word.form for word in words])

    def _add_beginnings(self, item: Item, forms: Sequence[str]) -> None:
        """Parts of long titles: two words or more from the start, or up to the end."""
        if HAN.search("".join(forms)):
            return
        bare = forms[1:] if forms[0] in ARTICLES else forms
        for length in range(2, len(bare)):
            _file(self.short, bare[:length], item)
            _file(self.short, bare[-length:], item)
        if len(bare) >= 2 and len(bare[0]) >= 7:
            _file(self.short, bare[:1], item)

    def find(self, words: Sequence[Word], spelt: Sequence[str]) -> list[Hit]:
        """Every name at every place; `spelt` are the forms with spelling mistakes put right."""
        hits: list[Hit] = []
        for start in range(len(words)):
            as_written, as_spelt = "", ""
            for end in range(start + 1, min(len(words), start + LONGEST) + 1):
                as_written += words[end - 1].form
                as_spelt += spelt[end - 1]
                for key, is_fuzzy in dict.fromkeys([(as_written, False), (as_spelt, as_spelt != as_written)]):
                    if key in self.full:
                        hits.append(Hit(start, end, self._ordered(self.full[key]), True, is_fuzzy))
                    elif key in self.short and len(self.short[key]) <= 8:
                        hits.append(Hit(start, end, self._ordered(self.short[key]), False, is_fuzzy))
        return hits

    def misspelt(self, words: Sequence[Word], start: int, end: int) -> Hit | None:
        """The title that words [start:end] come near, the longest stretch from `start` on."""
        best: tuple[float, Hit] | None = None
        for stop in range(end, start, -1):
            text = "".join(word.form for word in words[start:stop])
            if len(text) < 5:
                break
            for keys, table, is_full in ((self.keys, self.full, True), (self.short_keys, self.short, False)):
                found = process.extractOne(text, keys, scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE if is_full else 90)
                if found and (best is None or found[1] > best[0]):
                    best = (found[1], Hit(start, stop, self._ordered(table[found[0]]), is_full, True))
        return best[1] if best else None

    def _ordered(self, items: Iterable[Item]) -> tuple[Item, ...]:
        return tuple(sorted(items, key=lambda item: -self.popularity.get(item.item_id, 0.0)))


def _file(table: dict[str, list[Item]], forms: Sequence[str], item: Item) -> None:
    key = "".join(forms)
    if len(key) > 0 and item not in table.setdefault(key, []):
        table[key].append(item)


def _spellings(forms: list[str], has_ampersand: bool) -> list[list[str]]:
    """The title with numbers in words, digits and Roman numerals, with and without "part"."""
    spellings = [forms]
    if has_ampersand:
        spellings.append(_with_and(forms))
    if "and" in forms:
        spellings.append([form for form in forms if form != "and"])
    for spelling in list(spellings):
        digits = [
            ROMAN.get(form, NUMBERS.get(form, form)) if place or len(forms) > 1 else NUMBERS.get(form, form)
            for place, form in enumerate(spelling)
        ]
        numbers = {value: word for word, value in NUMBERS.items()}
        in_words = [numbers.get(form, form) for form in spelling]
        for other in (digits, in_words, [f for f in digits if f != "part"]):
            if other and other not in spellings:
                spellings.append(other)
    return spellings


def _with_and(forms: Sequence[str]) -> list[str]:
    return [forms[0], "and", *forms[1:]] if len(forms) > 1 else list(forms)


def _popularity(catalog: Catalog) -> dict[str, float]:
    """How well known each item is: the facet of that name where there is one, else the order of the catalog."""
    total = len(catalog.items)
    known: dict[str, float] = {}
    for place, item in enumerate(catalog.items):
        value = item.facets.get("popularity")
        known[item.item_id] = float(value) if isinstance(value, (int, float)) else (total - place) / total
    return known
