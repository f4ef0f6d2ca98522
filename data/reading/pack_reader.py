"""Reading a text about one pack: what it wants and refuses, and which items it names."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from data.catalog import Catalog
from data.pack import Pack
from data.reading.chunks import chunks_of, spans_of
from data.reading.classifier import BACKGROUND, PhraseClassifier, PhraseVectors, everyday_phrases, fitted
from data.reading.comparing import chinese_positions, count_of, english_positions, relatives
from data.reading.cues import Cues, load_cues
from data.reading.gate import Draft, Gate
from data.reading.homophones import Homophones
from data.reading.lexical import Found, dropped_facets, find_phrases
from data.reading.linking import Linked, Linker
from data.reading.message import Mention, Message
from data.reading.phrases import Lexicon, build_lexicon
from data.reading.polarity import PolarityRule
from data.reading.quantities import QuantityReader, Scale
from data.reading.reading import Position, Reading, Relative
from data.reading.spelling import Speller, chinese_words, everyday_words
from data.reading.text import language_of, stem_of
from data.reading.titles import TitleIndex
from data.reading.unlisted import Unlisted
from data.reading.wishes import wishes_of
from data.reading.years import Range, YearReader

VERDICT_OF = ("it", "this", "that", "them", "one", "它", "这", "那")
"""They stand for the item that a mark is given to."""
EVERYDAY_ENGLISH, EVERYDAY_CHINESE = 1500, 900
"""How many frequent words join the background of the classifier."""


class PackReader:
    """Reads texts about one pack."""

    def __init__(
        self,
        pack: Pack,
        catalog: Catalog,
        home: Path,
        today: Callable[[], datetime.date],
        vectors: PhraseVectors,
    ):
        self.pack, self.catalog, self.today = pack, catalog, today
        self.cues: Cues = load_cues()
        common = frozenset(
            key[0] for kind in ("stop", "frame") for key in self.cues.lists[kind].entries if len(key) == 1
        )
        self.lexicon: Lexicon = build_lexicon(pack, catalog, common)
        self.index = TitleIndex(catalog)
        self.linker = Linker(self.index, self.lexicon, self.cues)
        self.spellers = (
            Speller(
                {word for word in self.lexicon.table.words() if word not in common}
                | {w for w in self.cues.words if len(w) > 4}
            ),
            Speller({word for word in self.index.words if len(word) >= 5}),
        )
        self.homophones = self._homophones()
        self.years = self._year_reader()
        self.quantities = QuantityReader(self._scales())
        self.polarity = PolarityRule(self.cues)
        self.gate = Gate(self.cues)
        self.unlisted = Unlisted(self._classifier(home), self.lexicon, vectors)

    def _classifier(self, home: Path) -> PhraseClassifier | None:
        examples = [(phrase, label) for phrase, label in self.lexicon.examples]
        if len({label for _, label in examples}) < 2:
            return None
        titles = [item.title for item in self.catalog.items[:: max(1, len(self.catalog.items) // 400)]]
        everyday = [*everyday_phrases(), *everyday_words(EVERYDAY_ENGLISH, EVERYDAY_CHINESE)]
        said = {phrase.lower() for phrase, _ in examples}
        background = dict.fromkeys((*everyday, *self.lexicon.meaningless, *titles))
        examples += [(phrase, BACKGROUND) for phrase in background if phrase.lower() not in said]
        return fitted(list(dict.fromkeys(examples)), home / "reading" / self.pack.name / "classifier.npz")

    def _homophones(self) -> Homophones:
        keys = {key: entries for key, entries in self.lexicon.table.entries.items() if all(len(k) == 1 for k in key)}
        said = {"".join(key) for key in keys}
        said |= {
            "".join(key)
            for table in (self.cues.polarity, self.cues.roles, *self.cues.lists.values())
            for key in table.entries
        }
        phrases = (
            "".join(key)
            for key, entries in keys.items()
            if any(e.kind == "strong" for e in entries) and (len(key) > 2 or "的" not in key)
        )
        return Homophones(phrases, lambda text: text in said or text in chinese_words())

    def _year_reader(self) -> YearReader | None:
        facet = next((f for f in self.pack.facets.values() if f.type == "year"), None)
        if facet is None:
            return None
        known = self._values(facet.name) or [1900.0]
        return YearReader(int(min(known)), int(max(known)), lambda: self.today().year)

    def _scales(self) -> list[Scale]:
        scales = []
        for facet in self.pack.facets.values():
            if facet.type == "number":
                known = self._values(facet.name) or [0.0]
                scales.append(Scale(facet, self.lexicon.names.get(facet.name, ()), min(known), max(known)))
        return scales

    def _values(self, facet: str) -> list[float]:
        return [float(v) for item in self.catalog.items if isinstance(v := item.facets.get(facet), (int, float))]

    def draft(self, text: str) -> Draft:
        """Everything but the judgement on unlisted phrases."""
        message = Message.of(text)
        if not message.words:
            return Draft(message, Found(), (), (), (), (), (), None)
        self._spell(message)
        years = self.years.read(message.view) if self.years else []
        quantities = self.quantities.read(message.view)
        linked = self.linker.link(message, years)
        quantities = self._without_verdicts(message, quantities, linked)
        self._take_ranges(message, years, quantities)
        unmet = [self._unmet_range(message, r) for r in quantities if r.facet is None and self._is_free(message, r)]
        positions = self._positions(message)
        found = find_phrases(message, self.lexicon, self.cues)
        message.find_cues(self.cues)
        chunks = chunks_of(message, self.cues)
        unmet += [match.value for match in found.unmet] + self._comparatives(message)
        return Draft(
            message,
            found,
            tuple(linked),
            tuple(positions),
            tuple(chunks),
            tuple(spans_of(message, self.cues, chunks)),
            tuple(unmet),
            count_of(message, self.lexicon),
        )

    def _spell(self, message: Message) -> None:
        for place, character in self.homophones.corrections([word.form for word in message.words]):
            message.words[place] = replace(message.words[place], stem=character)
        for place, word in enumerate(message.words):
            if len(word.form) < 4 or word.is_number or word.is_han:
                continue
            phrase_word, title_word = (speller.corrected(word.form) for speller in self.spellers)
            if phrase_word and word.form not in self.index.words:
                message.words[place] = replace(word, stem=stem_of(phrase_word))
            message.spelt[place] = title_word or word.form

    def _without_verdicts(self, message: Message, quantities: Sequence[Range], linked: Sequence[Linked]) -> list[Range]:
        wished = [r for r in quantities if not self._is_verdict(message, r, linked)]
        for stretch in quantities:
            if stretch not in wished:
                message.take(*message.view.words_in(stretch.start, stretch.end))
        return wished

    def _is_verdict(self, message: Message, stretch: Range, linked: Sequence[Linked]) -> bool:
        """Whether it is the mark that somebody gives an item: "I rated Heat five stars", 我给它打四星."""
        if not stretch.is_bare:
            return False
        start, end = message.view.words_in(stretch.start, stretch.end)
        first, last = message.clause(start, ("stop",))
        titles = [title.start for title in linked if first <= title.start < last]
        said = [m.end for m in self.cues.lists["verdict"].every(message.stems[:start]) if m.end > first]
        named = any(word.form in VERDICT_OF for word in message.words[said[-1] : start]) if said else False
        follows = end < len(message.words) and message.words[end].form in ("for", "to") and bool(titles)
        return bool(said) and (bool(titles) or named) or follows and min(titles, key=lambda t: abs(t - end)) > end

    def _take_ranges(self, message: Message, years: Sequence[Range], quantities: Sequence[Range]) -> None:
        facet = next((f.name for f in self.pack.facets.values() if f.type == "year"), "")
        stretches = [replace(r, facet=facet) for r in years] + [r for r in quantities if r.facet is not None]
        for stretch in sorted(stretches, key=lambda r: r.start):
            start, end = message.view.words_in(stretch.start, stretch.end)
            if end <= start or not message.is_free(start, end):
                continue
            message.take(start, end)
            last = message.mentions[-1] if message.mentions else None
            if last and last.facet_of_ranges == stretch.facet and self._is_list(message, last.end, start):
                last.ranges, last.end = (*last.ranges, stretch), end
            else:
                message.mentions.append(Mention(start, end, source="rule", ranges=(stretch,)))

    @staticmethod
    def _is_list(message: Message, start: int, end: int) -> bool:
        between = message.words[start:end]
        return all(w.form in ("and", "or", "the", "from", "和", "或", "者", "与") for w in between) and (
            bool(between) or bool(message.words[end].before)
        )

    @staticmethod
    def _is_free(message: Message, stretch: Range) -> bool:
        start, end = message.view.words_in(stretch.start, stretch.end)
        return end > start and message.is_free(start, end)

    @staticmethod
    def _unmet_range(message: Message, stretch: Range) -> str:
        start, end = message.view.words_in(stretch.start, stretch.end)
        message.take(start, end)
        return message.phrase(start, end)

    def _comparatives(self, message: Message) -> list[str]:
        matches = [m for m in self.cues.comparatives.every(message.stems) if message.is_free(m.start, m.end)]
        for match in matches:
            message.take(match.start, match.end)
        return [message.phrase(m.start, m.end) for m in matches]

    def _positions(self, message: Message) -> list[Position]:
        found: list[Position] = []
        nouns = self.lexicon.nouns.get("en", ())
        strong = [
            m
            for m in self.lexicon.table.every(message.stems)
            if m.value[0].kind in ("strong", "block") and m.end - m.start > 1
        ]
        for indices, start, end in (*english_positions(message, nouns), *chinese_positions(message)):
            if not message.is_free(start, end) or any(m.start < end and start < m.end for m in strong if m.end > end):
                continue
            message.take(start, end)
            role = self.linker.roles.at(message, start, end)
            found += [Position(index, role, message.span(start, end)) for index in indices]
        return found

    def finish(self, draft: Draft) -> Reading:
        """The reading of a draft whose phrases were judged."""
        message, found = draft.message, draft.found
        language = language_of(self._outside_titles(message, draft.linked))
        if not message.words:
            return Reading(language, self.pack.name)
        unlisted = self.unlisted.mentions(draft)
        message.mentions = sorted([*message.mentions, *unlisted], key=lambda m: m.start)
        self.polarity.apply(message)
        meant, doubtful = self.gate.passed(draft, message.mentions)
        items = tuple(linked.named for linked in draft.linked)
        compared = tuple(relatives(message, found.compares, items, draft.positions, self.lexicon))
        people = [c.text for c in draft.chunks if c.is_person]
        meant = [m for m in meant if not self._is_compared(message, m, compared)]
        wishes = wishes_of(message, meant, self.cues)
        return Reading(
            language,
            self.pack.name,
            tuple(wishes),
            compared,
            tuple(dropped_facets(message, found.names, self.cues)),
            items,
            draft.positions,
            draft.count,
            tuple(dict.fromkeys([*draft.unmet, *people])),
            tuple(wishes_of(message, doubtful, self.cues)),
            self._for_whom(message),
            self._replaces(message),
            self.unlisted.unheard(draft, [*meant, *doubtful]),
        )

    @staticmethod
    def _is_compared(message: Message, mention: Mention, compared: Sequence[Relative]) -> bool:
        """Whether a vague word is part of a comparison: 比这家便宜的 compares, it does not ask for what is cheap."""
        first, last = message.span(mention.start, mention.end)
        return any(r.facet == mention.facet and r.span[0] <= first < r.span[1] and not mention.ranges for r in compared)

    @staticmethod
    def _outside_titles(message: Message, linked: Sequence[Linked]) -> list:  # type: ignore[type-arg]
        outside = [w for place, w in enumerate(message.words) if not any(t.start <= place < t.end for t in linked)]
        return outside or message.words

    def _for_whom(self, message: Message) -> str | None:
        text = message.view.text.replace("-", " ")
        for entry in self.cues.for_whom:
            for match in entry.pattern.finditer(text):
                if entry.unless is None or not entry.unless.search(text[: match.start()]):
                    return entry.label or match.group(1).strip()
        return None

    def _replaces(self, message: Message) -> bool:
        return any(True for _ in self.cues.lists["replaces"].every(message.stems)) and not re.search(
            r"\binstead of\b", message.view.text
        )
