"""A row of words as one string for patterns: English number words as digits, and a way back to the words."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from data.reading.text import Word

ONES = dict(
    zip(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(20),
        strict=True,
    )
)
TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
DECADE_WORDS = {
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fourties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
    "ninties": 90,
    "ninetees": 90,
    "eightees": 80,
    "nintees": 90,
    "aughts": 0,
    "noughties": 0,
}


@dataclass(frozen=True)
class View:
    """`text` holds every word once; word i begins at `starts[i]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def words_in(self, start: int, end: int) -> tuple[int, int]:
        """First word and the one after the last word of text[start:end]."""
        first = bisect.bisect_right(self.ends, start)
        last = bisect.bisect_left(self.starts, end)
        return first, max(last, first)


def view_of(words: Sequence[Word]) -> View:
    """Words parted by one blank, Chinese characters by none; signs between words stay where they were."""
    parts: list[str] = []
    starts, ends = [0] * len(words), [0] * len(words)
    length, place = 0, 0
    while place < len(words):
        value, stop = _number(words, place)
        piece = str(value) if stop > place else words[place].form
        stop = max(stop, place + 1)
        glue = _glue(words, place)
        parts += [glue, piece]
        length += len(glue)
        for index in range(place, stop):
            starts[index], ends[index] = length, length + len(piece)
        length += len(piece)
        place = stop
    return View("".join(parts), tuple(starts), tuple(ends))


def _glue(words: Sequence[Word], place: int) -> str:
    if place == 0:
        return words[0].sign
    word, last = words[place], words[place - 1]
    between_han = word.is_han and last.is_han
    blank = "" if word.is_glued or between_han or (word.is_han or last.is_han) else " "
    if not word.sign:
        return blank
    return f" {word.sign}" if word.sign[-1] in "'$¥£€#<>=" else f"{word.sign} " if word.sign in ",.;:!?" else word.sign


def _number(words: Sequence[Word], start: int) -> tuple[int, int]:
    """The value of the number words from `start` on and where they end; `start` itself when there are none."""
    first = words[start].form
    if first not in ONES and first not in TENS and not (first == "a" and _form(words, start + 1) in SCALES):
        return 0, start
    if first == "a":
        return _scaled(words, start + 1, 1)
    if _form(words, start + 1) in DECADE_WORDS:
        return (ONES | TENS)[first], start + 1
    head, stop = _below_hundred(words, start)
    if 10 <= head <= 20 and stop < len(words) and not words[stop].before:
        tail, after = _year_tail(words, stop)
        if after > stop:
            return head * 100 + tail, after
    return _scaled(words, stop, head)


def _year_tail(words: Sequence[Word], start: int) -> tuple[int, int]:
    form = _form(words, start)
    if form in ("oh", "o") and 0 < ONES.get(_form(words, start + 1), 0) < 10:
        return ONES[_form(words, start + 1)], start + 2
    if form in TENS or ONES.get(form, 0) >= 10:
        return _below_hundred(words, start)
    return 0, start


def _below_hundred(words: Sequence[Word], start: int) -> tuple[int, int]:
    form = _form(words, start)
    if form in ONES:
        return ONES[form], start + 1
    if form not in TENS:
        return 0, start
    one = ONES.get(_form(words, start + 1), 0)
    if 0 < one < 10 and not words[start + 1].before.strip():
        return TENS[form] + one, start + 2
    return TENS[form], start + 1


def _scaled(words: Sequence[Word], start: int, value: int) -> tuple[int, int]:
    total = 0
    while _form(words, start) in SCALES:
        value *= SCALES[_form(words, start)]
        start += 1
        total, value = total + value, 0
        skip = start + 1 if _form(words, start) == "and" else start
        tail, after = _below_hundred(words, skip)
        if after > skip:
            value, start = tail, after
    return total + value, start


def _form(words: Sequence[Word], place: int) -> str:
    return words[place].form if place < len(words) else ""


CHINESE_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
CHINESE_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
CHINESE_NUMBER = "[零〇一二两三四五六七八九十百千万]+"
ANY_NUMBER = rf"(?:\d+(?:[.,]\d+)*|{CHINESE_NUMBER})"


def number_of(text: str) -> float | None:
    """The value of digits or Chinese numerals: 4.5, 1,000, 二十, 九零, 一九九四, 一百五; None for anything else."""
    plain = text.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        pass
    if not text or any(c not in CHINESE_DIGITS and c not in CHINESE_SCALES for c in text):
        return None
    if not any(c in CHINESE_SCALES for c in text):
        return float("".join(str(CHINESE_DIGITS[c]) for c in text))
    total, digit, scale = 0, 0, 1
    for character in text:
        if character in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[character]
        else:
            scale = CHINESE_SCALES[character]
            total += (digit or 1) * scale
            digit = 0
    return float(
        total + (digit * scale // 10 if text[-1] in CHINESE_DIGITS and scale > 10 and "零" not in text else digit)
    )
