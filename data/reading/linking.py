"""Which items a text names, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.catalog import Item
from data.reading.cues import Cues
from data.reading.evidence import Evidence
from data.reading.message import Message
from data.reading.phrases import Lexicon
from data.reading.reading import Named
from data.reading.roles import RoleReader
from data.reading.titles import Hit, TitleIndex
from data.reading.years import Range


@dataclass(frozen=True)
class Linked:
    """A title found at words [start:end]."""

    start: int
    end: int
    named: Named


class Linker:
    """Finds the items that a message names."""

    def __init__(self, index: TitleIndex, lexicon: Lexicon, cues: Cues):
        self.index, self.cues = index, cues
        self.roles = RoleReader(cues)
        self.evidence = Evidence(lexicon, self.roles)

    def link(self, message: Message, years: Sequence[Range]) -> list[Linked]:
        """The items in order of place; their words are marked as spoken for."""
        hits = [hit for hit in self.index.find(message.words, message.spelt) if message.is_free(hit.start, hit.end)]
        hits.sort(key=lambda hit: (hit.start - hit.end, not hit.is_full, hit.is_fuzzy))
        chosen: list[Hit] = []
        for hit in hits:
            if not any(hit.start < c.end and c.start < hit.end for c in chosen) and self.evidence.is_meant(
                message, hit
            ):
                chosen.append(hit)
        chosen += [hit for hit in hits if self.evidence.continues(message, hit, chosen)]
        chosen += self._in_place_of_title(message, chosen)
        chosen.sort(key=lambda hit: hit.start)
        roles = self.roles.of(message, chosen)
        linked = []
        for hit, role in zip(chosen, roles, strict=True):
            items, end = self._dated(message, hit, years)
            message.take(hit.start, end)
            linked.append(Linked(hit.start, end, _named(items, role, message.span(hit.start, hit.end))))
        return linked

    def _in_place_of_title(self, message: Message, chosen: Sequence[Hit]) -> list[Hit]:
        """Misspelt titles after "like", "loved", "seen" and in quotes."""
        found: list[Hit] = []
        for match in self.cues.roles.every(message.stems):
            if match.value[0].endswith(("_after", "_weak")) or match.start >= len(message.words) - 1:
                continue
            start = match.end
            while (
                start < len(message.words)
                and message.words[start].form in ("the", "a", "movie", "film")
                and not message.words[start].before
            ):
                start += 1
            if (
                start >= len(message.words)
                or message.words[start].is_han
                or any(h.start <= start < h.end for h in (*chosen, *found))
            ):
                continue
            end = start
            while (
                end < len(message.words)
                and end < start + 8
                and (end == start or message.words[end].before not in ("stop", "comma", "quote"))
                and message.is_free(end, end + 1)
            ):
                end += 1
            hit = self.index.misspelt(message.words, start, end) if end > start else None
            if hit and self.evidence.is_plausible(message, hit):
                found.append(hit)
        return found

    def _dated(self, message: Message, hit: Hit, years: Sequence[Range]) -> tuple[tuple[Item, ...], int]:
        """The readings of a title, fewer when a year follows: "Sabrina 1995", "Sabrina (1954)"."""
        items, end = hit.items, hit.end
        titles = {item.title for item in items}
        if len(items) > 1 and hit.is_full and len(titles) > 1:
            written = [i for i in items if _same(i.title, message.phrase(hit.start, hit.end))]
            items = tuple(written) or items
        following = next(
            (y for y in years if message.view.words_in(y.start, y.end)[0] == hit.end and y.low == y.high), None
        )
        if following:
            dated = tuple(item for item in items if following.low in item.facets.values())
            if dated:
                return dated, max(end, message.view.words_in(following.start, following.end)[1])
        return items, end


def _same(title: str, said: str) -> bool:
    plain = re.compile(r"[\W_]+")
    return plain.sub("", title.lower()) == plain.sub("", said.lower())


def _named(items: Sequence[Item], role: str, span: tuple[int, int]) -> Named:
    distinct: dict[tuple[str, str], Item] = {}
    for item in items:
        distinct.setdefault((item.title, str(item.facets.get("year"))), item)
    readings = list(distinct.values())
    candidates = tuple((item.item_id, item.title) for item in readings) if len(readings) > 1 else ()
    return Named(readings[0].item_id, readings[0].title, role, span, candidates)
