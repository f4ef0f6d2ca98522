"""Which mentions count: values always, hints and unlisted phrases only where the message is about an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.reading.chunks import Chunk
from data.reading.cues import Cues
from data.reading.lexical import Found
from data.reading.linking import Linked
from data.reading.message import Mention, Message
from data.reading.reading import Position

ALONE, ALONE_ONE_WORD, BESIDE, REFUSED = 0.5, 0.6, 0.9, 0.45
"""Confidence from which an unlisted phrase counts: nothing else found, that in one word, something found, refused."""
REFUSED_BESIDE = 0.7
"""The same for a refused phrase beside something found."""
NEVER = 1.1
BESIDE_ALL = 1.0
"""Words beside which a phrase is all that is said; a Chinese character is half a word."""
UNSUPPORTED = 0.2
"""How much more it takes where no item is spoken of and the phrase is not all that is said."""
DOUBTFUL = 0.4
"""Confidence from which a phrase that does not count is asked about."""
FOREIGN = 2
"""Unknown phrases beside which a single word that is a value elsewhere means something else."""
POSSESSIVES = ("my", "our", "his", "her", "their")
COMPANY = ("with", "for", "take", "taking", "bring", "bringing", "treat", "treating", "impress", "and", "plus", "meet")
"""Words before "my mum" that say she is meant to come, or to be pleased."""
LINKS = ("的", "之", "type", "kind", "style")
VAGUE = ("something", "anything", "nothing", "somewhere", "anywhere", "thing", "things", "stuff", "点", "些")
"""Words that stand for an item, and words between a description and the item."""
SHORT = 7
"""Words up to which an unlisted phrase may be all that a message says."""


@dataclass(frozen=True)
class Draft:
    """A message read with one pack, up to the phrases that the classifier has to judge."""

    message: Message
    found: Found
    linked: tuple[Linked, ...]
    positions: tuple[Position, ...]
    chunks: tuple[Chunk, ...]
    spans: tuple[Chunk, ...]
    """Longer stretches around the chunks, which may be phrases as a whole."""
    unmet: tuple[str, ...]
    count: int | None

    @property
    def score(self) -> float:
        """How much of the text is about this pack."""
        named = sum(1.5 + 0.75 * (title.end - title.start - 1) for title in self.linked)
        return (
            2.0 * self.found.nouns
            + 0.75 * self.found.covered
            + named
            + 0.5 * len(self.found.compares)
            + len(self.found.names)
            + self._measured
        )

    @property
    def unlisted(self) -> set[str]:
        """The phrases that the classifier has to judge."""
        return {chunk.text.lower() for chunk in (*self.chunks, *self.spans) if not chunk.is_person}

    @property
    def _measured(self) -> float:
        """Numbers of this pack's facets, where nothing else is spoken of: "from the 80s", "under 100 yuan"."""
        return float(sum(bool(m.ranges) for m in self.message.mentions)) if self.is_plain else 0.0

    @property
    def is_plain(self) -> bool:
        """Whether nothing foreign is spoken of; one thing may be, beside a stretch of years as only items have it."""
        stretches = [r for m in self.message.mentions for r in m.ranges if isinstance(r.low or r.high, int)]
        is_dated = any(r.low != r.high and (r.low or r.high or 0) > 1800 for r in stretches)
        return len(self.chunks) <= is_dated


def _without_vague(mentions: Sequence[Mention]) -> list[Mention]:
    """Numbers say more than words: 2000年以前的老片 is before 2000, however old that is."""
    said = {m.facet_of_ranges for m in mentions if m.ranges and m.polarity > 0}
    return [m for m in mentions if m.ranges or m.facet not in said or m.polarity < 0]


def _overlap(mention: Mention, chunk: Chunk) -> bool:
    return mention.start < chunk.end and chunk.start < mention.end


def _is_told_of(draft: Draft, mention: Mention) -> bool:
    """ "My mum found it too loud": somebody is spoken of, not come with; "for my mum" and "with my mum" count."""
    words, place = draft.message.words, mention.start
    if place == 0 or words[place - 1].form not in POSSESSIVES or mention.polarity < 0:
        return False
    return place == 1 or bool(words[place - 1].before) or words[place - 2].form not in COMPANY


class Gate:
    """Decides which of a draft's mentions count."""

    def __init__(self, cues: Cues):
        self.cues = cues

    def passed(self, draft: Draft, mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
        """The mentions that count and those to be asked about."""
        has_more = any(m.source != "classifier" and (m.targets or m.ranges) and not m.is_weak for m in mentions)
        named = {(m.targets, m.polarity) for m in mentions if not m.is_weak and m.source == "lexicon"}
        meant: list[Mention] = []
        doubtful: list[Mention] = []
        for mention in mentions:
            if not mention.targets and not mention.ranges:
                continue
            if mention.source == "classifier":
                if mention.confidence >= self._threshold(draft, mention, mentions, has_more):
                    meant.append(mention)
                elif not has_more and mention.confidence >= DOUBTFUL and self._is_about_us(draft, mention, mentions):
                    doubtful.append(mention)
            elif mention.is_weak and ((mention.targets, mention.polarity) in named or _is_told_of(draft, mention)):
                continue
            elif self._is_about_us(draft, mention, mentions):
                meant.append(mention)
        return _without_vague(meant), doubtful

    def _threshold(self, draft: Draft, mention: Mention, mentions: Sequence[Mention], has_more: bool) -> float:
        if not self._is_about_us(draft, mention, mentions):
            return BESIDE if mention.polarity < 0 else NEVER
        if mention.polarity < 0:
            return REFUSED_BESIDE if has_more else REFUSED
        if has_more or self._is_beside_unknown(draft, mention, mentions):
            return BESIDE
        enough = ALONE_ONE_WORD if mention.end - mention.start == 1 else ALONE
        if ":" in mention.label:
            return BESIDE if draft.found.nouns or draft.linked else NEVER
        if draft.found.nouns or draft.linked:
            is_in_place = self._is_bare(draft, mention) or self._is_in_place(draft, mention)
            return enough if is_in_place else BESIDE
        if self._is_all(draft, mention):
            return min(enough + UNSUPPORTED, BESIDE)
        return BESIDE if self._is_in_place(draft, mention) else NEVER

    @staticmethod
    def _is_all(draft: Draft, mention: Mention) -> bool:
        """Whether the phrase is nearly all that is said: "zombies please", "something bloodcurdling"."""
        words = draft.message.words
        size = (mention.end - mention.start) * (0.5 if words[mention.start].is_han else 1.0)
        rest = sum(0.5 if w.is_han else 1.0 for w in words) - size
        return rest <= BESIDE_ALL or words[mention.start - 1].form in VAGUE and mention.end == len(words)

    def _is_in_place(self, draft: Draft, mention: Mention) -> bool:
        """Whether it describes an item: "gory films", "films about ghosts", "something gory", 吓人的电影."""
        words, stop = draft.message.words, self.cues.lists["stop"].entries
        after = mention.end
        while after < len(words) and not words[after].before and words[after].form in LINKS:
            after += 1
        if after in draft.found.items and not words[after].before:
            return True
        before = mention.start
        while before > 0 and not words[before].before and before - 1 not in draft.found.items:
            if words[before - 1].form in VAGUE:
                return True
            if (words[before - 1].stem,) not in stop:
                return False
            before -= 1
        return before > 0 and before - 1 in draft.found.items and not words[before].before

    @staticmethod
    def _is_beside_unknown(draft: Draft, mention: Mention, mentions: Sequence[Mention]) -> bool:
        """Whether other phrases stay unread: of a long story one phrase alone is no wish."""
        unread = [c for c in draft.chunks if not any(_overlap(m, c) for m in mentions)]
        return len(unread) >= FOREIGN

    def _is_about_us(self, draft: Draft, mention: Mention, mentions: Sequence[Mention]) -> bool:
        """Whether `mention` counts in this message: a hint or a level needs an item, a named value, or nothing foreign.

        A value that is named by one word counts unless it belongs to a thing that is no item ("a romantic dinner").
        """
        if draft.found.nouns or draft.linked or draft.positions or draft.found.compares:
            return True
        if mention.ranges:
            return True
        is_level = ":" in mention.label
        foreign = [
            c
            for c in draft.chunks
            if not c.is_person and not any(_overlap(m, c) and m is not mention for m in mentions)
        ]
        if mention.source == "lexicon" and not mention.is_weak and not is_level:
            if mention.end - mention.start > 1 or mention.polarity < 0:
                return True
            is_alone = not any(m is not mention and (m.targets or m.ranges) for m in mentions)
            return not any(c.start == mention.end for c in foreign) and not (is_alone and len(foreign) >= FOREIGN)
        if any(
            m is not mention and m.source == "lexicon" and not m.is_weak and m.targets and ":" not in m.label
            for m in mentions
        ):
            return True
        others = [c for c in foreign if not _overlap(mention, c)]
        if mention.source == "lexicon" and mention.is_weak and mention.polarity > 0:
            return not others and self._is_bare(draft, mention)
        if mention.source == "lexicon":
            return len(others) <= (mention.is_weak and mention.polarity < 0)
        return not others and (len(draft.message.words) <= SHORT or mention.polarity < 0)

    def _is_bare(self, draft: Draft, mention: Mention) -> bool:
        """Whether only stop words stand beside it: "zombies", "with aliens", not "play music", 订机票."""
        stop, frame = self.cues.lists["stop"], self.cues.lists["frame"]
        words = draft.message.words
        return all(
            mention.start <= p < mention.end
            or (words[p].stem,) in stop.entries
            or words[p].is_han
            and (mention.source == "lexicon" or (words[p].stem,) in frame.entries)
            or draft.message.taken[p]
            for p in range(len(words))
        )
