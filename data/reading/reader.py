"""Reading texts about any of several packs: the pack follows from what is said, or is the conversation's."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from data.catalog import Catalog
from data.pack import Pack
from data.reading.classifier import PhraseVectors
from data.reading.gate import Draft
from data.reading.pack_reader import PackReader
from data.reading.reading import Reading
from data.reading.undecided import common_reading

LONGEST_TEXT = 2000
"""Characters that are read; the rest is left out."""
TELLING = 1.0
"""Words of another pack's values from which they tell that it is meant, where the known pack knows nothing said."""
SURE_OF_PACK, LEAD = 0.6, 0.2
"""Confidence from which unlisted phrases tell the pack, and how far ahead of the next pack's they must be."""
WARM_UP = "what about plots by Unlisted Person"
"""Read once at loading: an unlisted phrase with capitals, so that encoder and name recogniser are in memory."""


class Reader:
    """Reads texts about any of several packs."""

    def __init__(self, readers: Mapping[str, PackReader], vectors: PhraseVectors):
        self.readers, self.vectors = dict(readers), vectors

    @classmethod
    def load(
        cls, packs: Sequence[tuple[Pack, Catalog]], home: Path, today: Callable[[], datetime.date] = datetime.date.today
    ) -> Reader:
        """A reader of `packs`; fitted classifiers are kept under `home`/reading. Raises DataError for bad phrases."""
        vectors = PhraseVectors()
        readers = {pack.name: PackReader(pack, catalog, home, today, vectors) for pack, catalog in packs}
        reader = cls(readers, vectors)
        reader.read(WARM_UP)
        return reader

    def read(self, text: str, pack: str | None = None) -> Reading:
        """What `text` says; `pack` is the one that the conversation is about, when that is known."""
        return self.read_many([text], [pack])[0]

    def read_many(self, texts: Sequence[str], packs: Sequence[str | None] | None = None) -> list[Reading]:
        """The readings of several texts; their unlisted phrases are looked up together."""
        known = packs or [None] * len(texts)
        drafts = self._judged(texts)
        chosen = [self._choose(draft, pack) for draft, pack in zip(drafts, known, strict=True)]
        return [self._finish(draft, choice) for draft, choice in zip(drafts, chosen, strict=True)]

    def read_in_each(self, texts: Sequence[str]) -> list[tuple[Reading, dict[str, Reading]]]:
        """For each text its reading by itself, and those it has in a conversation about a pack, where they differ."""
        return [self._in_each(draft) for draft in self._judged(texts)]

    def _in_each(self, drafts: Mapping[str, Draft]) -> tuple[Reading, dict[str, Reading]]:
        alone = self._choose(drafts, None)
        choices = {name: self._choose(drafts, name) for name in drafts}
        finished = {choice: self._finish(drafts, choice) for choice in dict.fromkeys(choices.values())}
        if alone not in finished:
            finished[alone] = common_reading([finished[(name,)] for name in alone])
        return finished[alone], {name: finished[c] for name, c in choices.items() if c != alone}

    def _judged(self, texts: Sequence[str]) -> list[dict[str, Draft]]:
        """The drafts of each text by pack, their unlisted phrases looked up together."""
        drafts = [{name: reader.draft(text[:LONGEST_TEXT]) for name, reader in self.readers.items()} for text in texts]
        self.vectors.learn(phrase for by_pack in drafts for draft in by_pack.values() for phrase in draft.unlisted)
        for name, reader in self.readers.items():
            reader.unlisted.judge([by_pack[name] for by_pack in drafts])
        return drafts

    def _choose(self, drafts: Mapping[str, Draft], pack: str | None) -> tuple[str, ...]:
        """The pack spoken of: the known one unless another is named, the only one, the winner, or all that tie."""
        if len(drafts) == 1:
            return tuple(drafts)
        best = max(draft.score for draft in drafts.values())
        winners = tuple(name for name, draft in drafts.items() if draft.score == best)
        if pack is None or pack not in drafts:
            return self._surest(drafts, winners)
        known, other = drafts[pack], drafts[winners[0]]
        is_named = other.found.nouns > 0 and not known.found.nouns and best > known.score + 1
        is_told = known.score == 0 and other.found.covered >= TELLING
        return winners[:1] if pack not in winners and (is_named or is_told) else (pack,)

    def _surest(self, drafts: Mapping[str, Draft], names: tuple[str, ...]) -> tuple[str, ...]:
        """Of several packs the one that reads more things, or is far surer of an unlisted phrase; else all of them."""
        read = {name: len({m.label for m in drafts[name].message.mentions if m.label}) for name in names}
        names = tuple(name for name in names if read[name] == max(read.values()))
        if len(names) == 1:
            return names
        sure = sorted(((self.readers[name].unlisted.sureness(drafts[name]), name) for name in names), reverse=True)
        (most, best), (second, _) = sure[:2]
        return (best,) if most >= SURE_OF_PACK and most - second >= LEAD else names

    def _finish(self, drafts: Mapping[str, Draft], choice: Sequence[str]) -> Reading:
        readings = [self.readers[name].finish(drafts[name]) for name in choice]
        if len(readings) == 1:
            return readings[0]
        common = common_reading(readings)
        is_ours = all(drafts[name].is_plain for name in choice) or any(drafts[name].found.nouns for name in choice)
        return common if is_ours else replace(common, constraints=(), maybe=())
