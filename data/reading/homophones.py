"""Chinese slips of the input method: a character that sounds like the one meant."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import yaml

SHORTEST, LONGEST = 2, 5
"""Characters of the phrases that are put right."""


@functools.lru_cache(maxsize=1)
def sounds() -> dict[str, str]:
    """The first character of its group by character."""
    groups = yaml.safe_load(Path(__file__).with_name("homophones.yml").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for group in groups:
        for character in group:
            found.setdefault(character, group[0])
    return found


def sound_of(text: str) -> str:
    """`text` with each character as the first one that sounds like it."""
    known = sounds()
    return "".join(known.get(character, character) for character in text)


class Homophones:
    """Puts right one character of a phrase; what `is_word` already says something as it stands."""

    def __init__(self, phrases: Iterable[str], is_word: Callable[[str], bool]):
        self.is_word = is_word
        self.by_sound: dict[str, str] = {}
        for phrase in sorted(phrases, key=len):
            if SHORTEST <= len(phrase) <= LONGEST:
                self.by_sound.setdefault(sound_of(phrase), phrase)

    def corrections(self, characters: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Place and right character of each slip in a row of words; those that are no single character stay."""
        text = "".join(word if len(word) == 1 else " " for word in characters)
        sound = sound_of(text)
        place = 0
        while place < len(text):
            found = self._at(text, sound, place)
            if found is not None:
                yield found
            place += 1

    def _at(self, text: str, sound: str, start: int) -> tuple[int, str] | None:
        for length in range(min(LONGEST, len(text) - start), SHORTEST - 1, -1):
            meant = self.by_sound.get(sound[start : start + length])
            if meant is None:
                continue
            said = text[start : start + length]
            wrong = [place for place in range(length) if said[place] != meant[place]]
            if len(wrong) == 1 and not self._means(text, start, start + length):
                return start + wrong[0], meant[wrong[0]]
        return None

    def _means(self, text: str, start: int, end: int) -> bool:
        """Whether the characters are part of something that is said, from one before to one after them."""
        return any(
            self.is_word(text[first:last])
            for first in range(max(0, start - 1), end)
            for last in range(first + 2, min(len(text), end + 1) + 1)
            if first < end and last > start
        )
