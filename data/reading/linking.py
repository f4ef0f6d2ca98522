"""Which items a text names, with the evidence that a title is meant, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.catalog import Item
from data.reading.cues import Cues
from data.reading.message import Message
from data.reading.phrases import Entry, Lexicon
from data.reading.reading import Named
from data.reading.spelling import known_words, vocabulary
from data.reading.table import Match, PhraseTable
from data.reading.text import stem_of
from data.reading.titles import Hit, TitleIndex
from data.reading.years import Range

RARE = -13.5
"""Log-probability below which a word alone is a title rather than itself."""
DISTINCT = 19.5
"""Surprise (negative log-probability) from which two words together are a title."""
DETERMINERS = frozenset(
    [
        "a",
        "an",
        "some",
        "any",
        "more",
        "no",
        "another",
        "every",
        "his",
        "her",
        "their",
        "two",
        "very",
        "too",
        "most",
        "such",
    ]
)
QUOTES = re.compile(r"[\"“”«»《》「」『』〈〉]|(?<![a-z])'|'(?![a-z])")
CONNECTORS = frozenset(
    [
        "and",
        "or",
        "n",
        "plus",
        "also",
        "both",
        "the",
        "a",
        "to",
        "of",
        "movie",
        "film",
        "movies",
        "films",
        "和",
        "跟",
        "与",
        "或",
        "还",
        "有",
        "以",
        "及",
        "电",
        "影",
    ]
)
ROLE_REACH = 5
"""Words that may stand between "I loved" and the title."""


@dataclass(frozen=True)
class Linked:
    """A title found at words [start:end]."""

    start: int
    end: int
    named: Named


class Linker:
    """Finds the items that a message names."""

    def __init__(self, index: TitleIndex, lexicon: Lexicon, cues: Cues):
        self.index, self.lexicon, self.cues = index, lexicon, cues
        self.small = {key[0] for kind in ("stop", "frame") for key in cues.lists[kind].entries if len(key) == 1}
        self.stop = {key[0] for key in cues.lists["stop"].entries if len(key) == 1}

    def link(self, message: Message, years: Sequence[Range]) -> list[Linked]:
        """The items in order of place; their words are marked as spoken for."""
        hits = [hit for hit in self.index.find(message.words, message.spelt) if message.is_free(hit.start, hit.end)]
        hits.sort(key=lambda hit: (hit.start - hit.end, not hit.is_full, hit.is_fuzzy))
        chosen: list[Hit] = []
        for hit in hits:
            if not any(hit.start < c.end and c.start < hit.end for c in chosen) and self._is_meant(message, hit):
                chosen.append(hit)
        chosen += [hit for hit in hits if self._continues(message, hit, chosen)]
        chosen += self._in_place_of_title(message, chosen)
        chosen.sort(key=lambda hit: hit.start)
        roles = self._roles(message, chosen)
        linked = []
        for hit, role in zip(chosen, roles, strict=True):
            items, end = self._dated(message, hit, years)
            message.take(hit.start, end)
            linked.append(Linked(hit.start, end, _named(items, role, message.span(hit.start, hit.end))))
        return linked

    def _continues(self, message: Message, hit: Hit, chosen: Sequence[Hit]) -> bool:
        """ "Pulp Fiction and Fargo": a title right after a title and "and"."""
        is_free = not any(hit.start < c.end and c.start < hit.end for c in chosen)
        follows = any(0 < hit.start - c.end <= 2 and self._is_joined(message, c.end, hit.start) for c in chosen)
        is_said = not self._is_phrase(message, hit) and message.words[hit.start].form not in self.small
        return is_free and follows and hit.is_full and not hit.is_fuzzy and is_said and self._ends(message, hit)

    def _is_meant(self, message: Message, hit: Hit) -> bool:
        words = message.words[hit.start : hit.end]
        if self._is_quoted(message, hit):
            return True
        if not self._holds_together(message, hit):
            return False
        if words[0].is_han:
            return self._is_meant_in_chinese(message, hit)
        content = [w for w in words if w.form not in self.stop and (len(w.form) > 1 or len(words) == 1)]
        if not content and not (hit.is_full and len(words) >= 3):
            return hit.is_full and self._is_whole(message, hit) and len(words) > 1
        is_phrase = self._is_phrase(message, hit)
        if self._is_capital(message, hit) and not (is_phrase and len(words) == 1):
            return hit.is_full or len(content) > 1 or self._surprise(content[0].form) > -RARE
        before = message.words[hit.start - 1] if hit.start else None
        if before and before.form in DETERMINERS and not words[0].before and len(words) < 4:
            return False
        if is_phrase and len(words) < 4:
            role = self._role_before(message, hit.start) or self._role_after(message, hit.end)
            return (
                role is not None
                and hit.is_full
                and self._ends(message, hit)
                and not self._is_strong_phrase(message, hit)
            )
        return self._is_distinct(message, hit, content)

    def _is_distinct(self, message: Message, hit: Hit, content: Sequence) -> bool:  # type: ignore[type-arg]
        surprise = sum(self._surprise(word.form) for word in content)
        if hit.is_fuzzy and not hit.is_full:
            return False
        if len(content) == 1:
            word = content[0].form
            is_rare = self._surprise(word) > -RARE and len(word) >= 4
            if hit.is_full and (
                is_rare
                or len(hit_words := message.words[hit.start : hit.end]) > 1
                and len(hit_words) - len(content) >= 1
                and self._surprise(word) > 13
            ):
                return not hit.is_fuzzy or len(word) >= 6 or self._has_cue(message, hit)
            return self._is_supported(message, hit, word)
        if hit.is_full and all(" " not in name for item in hit.items for name in (item.title, *item.aliases)):
            return self._has_cue(message, hit) or self._is_whole(message, hit)
        if not hit.is_full:
            following = message.words[hit.end].stem if hit.end < len(message.words) else ""
            is_series = (following,) in self.lexicon.table.entries and self.lexicon.table.entries[following,][
                0
            ].kind == "noun"
            return (
                surprise >= 26
                or (surprise >= 20 and is_series)
                or (surprise >= 20 and self._has_cue(message, hit) and self._ends(message, hit))
            )
        return len(content) >= 3 or surprise >= DISTINCT or self._has_cue(message, hit) or self._is_whole(message, hit)

    def _is_supported(self, message: Message, hit: Hit, word: str) -> bool:
        """A title that is an everyday word: only in a title's place or alone."""
        if not hit.is_full:
            return (
                word not in self.small
                and self._surprise(word) > -RARE
                and len(word) >= 7
                and self._has_cue(message, hit)
                and self._ends(message, hit)
            )
        if word in self.small or len(word) < 2:
            return False
        if self._is_whole(message, hit):
            return True
        return self._has_cue(message, hit) and self._ends(message, hit)

    def _is_meant_in_chinese(self, message: Message, hit: Hit) -> bool:
        length = sum(len(word.form) for word in message.words[hit.start : hit.end])
        if not hit.is_full or length < 2:
            return False
        if self._is_phrase(message, hit):
            return False
        return (
            length >= 4
            or self._is_whole(message, hit)
            or self._has_cue(message, hit)
            or (length == 3 and not self._inside_phrase(message, hit))
        )

    def _inside_phrase(self, message: Message, hit: Hit) -> bool:
        return any(
            match.start < hit.end and hit.start < match.end
            for match in self.lexicon.table.every(message.stems)
            if match.value[0].kind in ("strong", "weak", "block")
        )

    def _is_quoted(self, message: Message, hit: Hit) -> bool:
        after = (
            message.words[hit.end].sign
            if hit.end < len(message.words)
            else message.text[message.words[hit.end - 1].end :]
        )
        return bool(QUOTES.search(message.words[hit.start].sign) and QUOTES.search(after))

    def _holds_together(self, message: Message, hit: Hit) -> bool:
        """No sign inside, other than in titles long enough to have one."""
        signs = [word.before for word in message.words[hit.start + 1 : hit.end]]
        if hit.end - hit.start >= 4:
            return True
        abbreviated = all(
            not word.before or len(last.form) <= 3
            for last, word in zip(message.words[hit.start :], message.words[hit.start + 1 : hit.end], strict=False)
        )
        return not any(signs) or abbreviated or all(sign == "list" for sign in signs if sign)

    def _is_capital(self, message: Message, hit: Hit) -> bool:
        """Capitals where the message is otherwise in lower case, not only at the start of a sentence."""
        words = message.words[hit.start : hit.end]
        loud = sum(word.is_capital for word in message.words)
        if (
            loud == len(message.words)
            and len(words) < loud
            and loud > 2
            or loud > 0.7 * len(message.words) > 3
            and loud - len(words) > 2
        ):
            return False
        if not all(word.is_capital for word in words if word.form not in self.stop):
            return False
        is_first = hit.start == 0 or words[0].before == "stop"
        return not is_first or sum(word.is_capital for word in words) > 1

    def _is_phrase(self, message: Message, hit: Hit) -> bool:
        """Whether the words are phrases of the pack, from first to last."""
        stems = message.stems
        place = hit.start
        while place < hit.end:
            found = self.lexicon.table.at(stems, place, len(stems))
            if found and found.value[0].kind in ("strong", "weak", "unmet", "block"):
                place = found.end
            elif message.words[place].form in self.stop and place > hit.start:
                place += 1
            else:
                return False
        return True

    def _is_strong_phrase(self, message: Message, hit: Hit) -> bool:
        found = self.lexicon.table.at(message.stems, hit.start, len(message.words))
        return bool(found and found.end >= hit.end and any(entry.kind == "strong" for entry in found.value))

    def _surprise(self, form: str) -> float:
        known = max((vocabulary().get(word, -99.0) for word in (form, stem_of(form), form.rstrip("s"))), default=-99.0)
        return -known if known > -99.0 else 16.0 if form in known_words() else 18.0

    def _is_whole(self, message: Message, hit: Hit) -> bool:
        """Whether the message is the title and words that mean nothing."""
        others = [w for place, w in enumerate(message.words) if not hit.start <= place < hit.end]
        nouns = self.lexicon.nouns.get("en", ()) + self.lexicon.nouns.get("zh", ())
        return (
            len(others) <= 3
            and all(w.form in self.stop or w.form in nouns or w.is_number or w.is_han for w in others)
            and not any(w.is_han for w in others[2:])
        )

    def _has_cue(self, message: Message, hit: Hit) -> bool:
        """Whether a verb or phrase stands there that titles stand with; "see" or "find" only when the title is last."""
        before = self._role_before(message, hit.start, is_weak_enough=hit.end == len(message.words))
        return before is not None or self._role_after(message, hit.end) is not None

    def _ends(self, message: Message, hit: Hit) -> bool:
        """Whether the phrase ends with the title: a sign, the end, or a word of structure follows."""
        if hit.end >= len(message.words):
            return True
        following = message.words[hit.end]
        return (
            bool(following.before)
            or following.form in self.stop
            or following.is_number
            or following.is_han != message.words[hit.start].is_han
            or self._role_after(message, hit.end) is not None
        )

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
            if hit and self._is_plausible(message, hit):
                found.append(hit)
        return found

    def _is_plausible(self, message: Message, hit: Hit) -> bool:
        """A misspelt title holds a word that is none, or runs words together; and it names nothing else."""
        words = message.words[hit.start : hit.end]
        unknown = [w for w in words if w.form not in known_words() and len(w.form) >= 4 or self._surprise(w.form) >= 16]
        is_phrase = any(
            match.value[0].kind in ("strong", "weak")
            for match in self.lexicon.table.every(message.stems[hit.start : hit.end])
        )
        return bool(unknown) and self._ends(message, hit) and (not is_phrase or len(words) > 2)

    def _roles(self, message: Message, hits: Sequence[Hit]) -> list[str]:
        roles: list[str] = []
        for place, hit in enumerate(hits):
            last = hits[place - 1] if place else None
            if last and self._is_joined(message, last.end, hit.start):
                roles.append(roles[-1])
                continue
            end = hit.end
            for following in hits[place + 1 :]:
                if not self._is_joined(message, end, following.start):
                    break
                end = following.end
            before, after = self._role_before(message, hit.start), self._role_after(message, end)
            roles.append(self._decided(before, after))
        return roles

    @staticmethod
    def _decided(before: str | None, after: str | None) -> str:
        if after and before in (None, "about", "like") and not (before == "like" and after == "seen"):
            return after
        return before or after or "about"

    def _is_joined(self, message: Message, start: int, end: int) -> bool:
        between = message.words[start:end]
        if any(word.before == "stop" for word in [*between, message.words[end]]):
            return False
        return all(word.form in CONNECTORS or word.is_number for word in between) and (
            bool(between) or bool(message.words[end].before)
        )

    def role_at(self, message: Message, start: int, end: int) -> str:
        """What is said of the words [start:end] when they are an item or a position."""
        return self._decided(self._role_before(message, start), self._role_after(message, end))

    def _role_before(self, message: Message, start: int, is_weak_enough: bool = False) -> str | None:
        first = max(message.clause(start)[0], start - ROLE_REACH - 4) if start < len(message.words) else 0
        best: Match[str] | None = None
        for match in self.cues.roles.every(message.stems[first:start]):
            kinds = [kind for kind in match.value if not kind.endswith("_after")]
            between = message.words[first + match.end : start]
            is_near = all(w.form in self.small or w.form in CONNECTORS or w.is_han for w in between)
            if not kinds or len(between) > ROLE_REACH or not is_near or any(w.before == "comma" for w in between):
                continue
            if best is None or (match.end, -match.start) > (best.end, -best.start):
                best = Match(match.start, match.end, kinds[0])
        if best is None or (best.value == "about_weak" and not is_weak_enough):
            return None
        return best.value.removesuffix("_weak")

    def _role_after(self, message: Message, end: int) -> str | None:
        last = min(len(message.words), end + 7)
        for match in _longest(self.cues.roles, message, end, last):
            kinds = [kind for kind in match.value if kind.endswith("_after")]
            between = message.words[end : match.start]
            if (
                kinds
                and len(between) <= 2
                and all(w.form in self.stop for w in between)
                and not any(w.before == "stop" for w in message.words[end : match.end])
            ):
                return kinds[0].removesuffix("_after")
        return None

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


def _longest(table: PhraseTable[str], message: Message, start: int, end: int) -> Iterable[Match[list[str]]]:
    stems, place = message.stems, start
    while place < end:
        match = table.at(stems, place, end)
        if match:
            yield match
        place = match.end if match else place + 1


def _named(items: Sequence[Item], role: str, span: tuple[int, int]) -> Named:
    distinct: dict[tuple[str, str], Item] = {}
    for item in items:
        distinct.setdefault((item.title, str(item.facets.get("year"))), item)
    readings = list(distinct.values())
    candidates = tuple((item.item_id, item.title) for item in readings) if len(readings) > 1 else ()
    return Named(readings[0].item_id, readings[0].title, role, span, candidates)


def is_strong(entries: Sequence[Entry]) -> bool:
    """Whether a phrase names a value."""
    return any(entry.kind == "strong" for entry in entries)
