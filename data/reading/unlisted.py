"""Phrases that no lexicon lists: what the classifier takes them for, and which of them stay unread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.reading.chunks import Chunk
from data.reading.classifier import BACKGROUND, CACHE, PhraseClassifier, PhraseVectors, Vectors
from data.reading.gate import Draft
from data.reading.message import Mention
from data.reading.phrases import Lexicon
from data.reading.polarity import REFUSING

MAYBE = 0.3
"""Confidence from which it is asked about."""
EVERYDAY = 0.5
"""Chance of the background class below which a phrase is more than chatter."""


class Unlisted:
    """Judges the unlisted phrases of messages about one pack."""

    def __init__(self, classifier: PhraseClassifier | None, lexicon: Lexicon, vectors: PhraseVectors):
        self.classifier, self.lexicon, self.vectors = classifier, lexicon, vectors
        self._chances: dict[str, Vectors] = {}

    def judge(self, drafts: Sequence[Draft]) -> None:
        """Looks up in one go what the phrases of several messages mean."""
        new = {phrase for draft in drafts for phrase in draft.unlisted} - self._chances.keys()
        if not new or self.classifier is None:
            return
        phrases = sorted(new)
        if len(self._chances) + len(phrases) > CACHE:
            self._chances.clear()
        self._chances.update(zip(phrases, self.classifier.judged(self.vectors.of(phrases)), strict=True))

    def mentions(self, draft: Draft) -> list[Mention]:
        """What the phrases mean; a longer stretch counts instead of its parts when it is surer than each of them."""
        parts = [m for chunk in draft.chunks if (m := self._mention(chunk))]
        spans = sorted((m for span in draft.spans if (m := self._mention(span))), key=lambda m: -m.confidence)
        for span in spans:
            inside = [m for m in parts if m.start < span.end and span.start < m.end]
            if all(m.confidence <= span.confidence for m in inside):
                parts = [m for m in parts if m not in inside] + [span]
        return sorted(parts, key=lambda m: m.start)

    def sureness(self, draft: Draft) -> float:
        """How sure the surest of its phrases is to mean something in this pack."""
        return max((mention.confidence for mention in self.mentions(draft)), default=0.0)

    def _mention(self, chunk: Chunk) -> Mention | None:
        chances = None if chunk.is_person else self._chances.get(chunk.text.lower())
        if chances is None or self.classifier is None:
            return None
        best = int(np.argmax(chances))
        label = self.classifier.labels[best]
        if label == BACKGROUND or chances[best] < MAYBE:
            return None
        entry, chance = self.lexicon.targets[label], float(chances[best])
        return Mention(
            chunk.start, chunk.end, entry.targets, entry.strength, "classifier", confidence=chance, label=label
        )

    def unheard(self, draft: Draft, read: Sequence[Mention]) -> tuple[str, ...]:
        """Phrases that stayed unread in a message about items: what was refused, and what is no everyday phrase."""
        refusals = [c.end for c in draft.message.cues if c.value in REFUSING]
        is_ours = bool(draft.found.nouns or read or draft.linked or draft.positions)
        unread = [
            c for c in draft.chunks if not c.is_person and not any(m.start < c.end and c.start < m.end for m in read)
        ]
        return tuple(
            chunk.text
            for chunk in unread
            if is_ours
            and (any(0 <= chunk.start - end <= 1 for end in refusals) or self._is_no_everyday_phrase(chunk.text))
        )

    def _is_no_everyday_phrase(self, phrase: str) -> bool:
        chances = self._chances.get(phrase.lower())
        return chances is not None and float(chances[0]) < EVERYDAY
