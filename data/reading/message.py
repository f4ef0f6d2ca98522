"""One message while it is being read: its words, and what each of them turned out to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.reading.cues import Cues
from data.reading.reading import Span
from data.reading.table import Match
from data.reading.text import Word, words_of
from data.reading.view import View, view_of
from data.reading.years import Range

CLAUSE_BREAKS = ("stop",)


@dataclass
class Mention:
    """Something said about facets at words [start:end]; polarity and strength are found out later."""

    start: int
    end: int
    targets: tuple[tuple[str, str, Any], ...] = ()
    strength: str = "must"
    source: str = "lexicon"
    is_weak: bool = False
    """A hint (a word of the plot) rather than a name."""
    ranges: tuple[Range, ...] = ()
    """Stretches of numbers, of which one is meant."""
    confidence: float = 1.0
    polarity: int = 1
    """1 wanted, -1 not wanted, 0 let pass."""
    softness: int = 0
    """1 where the words soften it, -1 where they insist on it."""
    label: str = ""

    @property
    def facet(self) -> str:
        """The facet of the first target."""
        return self.targets[0][0] if self.targets else ""

    @property
    def facet_of_ranges(self) -> str | None:
        """The facet that its stretches of numbers are about."""
        return self.ranges[0].facet if self.ranges else None


@dataclass
class Message:
    """Words, the same with spelling put right, and which of them are spoken for."""

    text: str
    words: list[Word]
    spelt: list[str]
    view: View
    taken: list[bool]
    mentions: list[Mention] = field(default_factory=list)
    cues: list[Match[str]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Message:
        """The message as it came, nothing found in it yet."""
        words = words_of(text)
        return cls(text, words, [word.form for word in words], view_of(words), [False] * len(words))

    @property
    def stems(self) -> list[str]:
        """What phrases are looked up by."""
        return [word.stem for word in self.words]

    def span(self, start: int, end: int) -> Span:
        """Where words [start:end] stand in the text."""
        return self.words[start].start, self.words[max(start, end - 1)].end

    def phrase(self, start: int, end: int) -> str:
        """Words [start:end] as they were written."""
        first, last = self.span(start, end)
        return self.text[first:last]

    def take(self, start: int, end: int) -> None:
        """Marks words [start:end] as spoken for."""
        self.taken[start:end] = [True] * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        """Whether none of words [start:end] is spoken for."""
        return not any(self.taken[start:end])

    def breaks(self, start: int, end: int, kinds: Iterable[str] = CLAUSE_BREAKS) -> bool:
        """Whether one of `kinds` of break stands between words [start:end]."""
        return any(word.before in kinds for word in self.words[start + 1 : end])

    def clause(self, place: int, kinds: Sequence[str] = CLAUSE_BREAKS) -> tuple[int, int]:
        """The stretch of words around `place` without a break of `kinds`."""
        start, end = place, place + 1
        while start > 0 and self.words[start].before not in kinds:
            start -= 1
        while end < len(self.words) and self.words[end].before not in kinds:
            end += 1
        return start, end

    def find_cues(self, cues: Cues) -> None:
        """The words of refusal, contrast and insistence that are not spoken for, the longest first."""
        place, stems = 0, self.stems
        while place < len(self.words):
            found = None if self.taken[place] else cues.polarity.at(stems, place, self._limit(place))
            if found:
                self.cues += [Match(found.start, found.end, kind) for kind in found.value]
            place = found.end if found else place + 1

    def _limit(self, place: int) -> int:
        end = place + 1
        while (
            end < len(self.words) and not self.taken[end] and self.words[end].before not in ("stop", "comma", "quote")
        ):
            end += 1
        return end
