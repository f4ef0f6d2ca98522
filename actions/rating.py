"""A rating said in words ("4 stars", "7 out of 10", "打四分") as a number on the scale of one to five."""

from __future__ import annotations

import re
from collections.abc import Sequence

LOWEST, HIGHEST = 1.0, 5.0
NUMBERS = {
    **{word: n for n, word in enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven"))},
    "eight": 8,
    "nine": 9,
    "ten": 10,
    **{word: n for n, word in enumerate("零一二三四五六七八九十")},
    "两": 2,
}
NUMBER = r"(?P<number>\d+(?:[.,]\d)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
HALF = r"(?P<half> and a half|个半|颗半|星半|分半)?"
MARK = r" ?-?(?:stars?|points?|颗星|颗|星|分|/ ?(?:5|10)|(?:out )?of (?:5|five|10|ten))"
MARKED = re.compile(rf"(?<![\d.]){NUMBER}{HALF}(?:{MARK}|(?<=半))", re.IGNORECASE)
BARE = re.compile(rf"(?:(?<![\w.])|(?<=[给打评是])){NUMBER}{HALF}(?![\w.])", re.IGNORECASE)
PLACE = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|this|that) one\b|\bnumber \w+|第.[个部家款]", re.IGNORECASE
)
OF_TEN = re.compile(r"(?:/|out of|of) ?(?:10|ten)\b|满分(?:10|十)|(?:10|十)分制", re.IGNORECASE)


def rating_in(text: str, titles: Sequence[str] = (), is_bare: bool = False) -> float | None:
    """The rating that `text` gives; numbers inside `titles` are none. `is_bare`: it needs no "stars" or "分"."""
    for title in titles:
        text = re.sub(re.escape(title), " ", text, flags=re.IGNORECASE)
    text = PLACE.sub(" ", text)
    found = MARKED.search(text) or (BARE.search(text) if is_bare else None)
    if found is None:
        return None
    said = found["number"].lower()
    value = float(NUMBERS[said] if said in NUMBERS else said.replace(",", "."))
    value += 0.5 if found["half"] else 0.0
    if OF_TEN.search(text) or value > HIGHEST:
        value /= 2
    return min(max(value, LOWEST), HIGHEST)
