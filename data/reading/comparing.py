"""Positions in a list ("the second one", 最后两个), how many are asked for, and comparisons ("newer than Heat")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from data.reading.message import Message
from data.reading.phrases import Lexicon
from data.reading.reading import Named, Position, Relative
from data.reading.table import Match
from data.reading.view import CHINESE_NUMBER, number_of

ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "6th": 6,
    "seventh": 7,
    "7th": 7,
    "eighth": 8,
    "8th": 8,
    "ninth": 9,
    "9th": 9,
    "tenth": 10,
    "10th": 10,
    "last": -1,
    "final": -1,
}
ORDINAL = "|".join(ORDINALS)
LONGEST_LIST = 20
NO_NOUN = (
    r"(?! (?:time|times|world|of all|name|date|thing|person|night|week|weekend|year|month|hand|"
    r"thoughts?|thought|floor|class|day|decade|century|minute|hour|\d))"
)
MEASURE = "个|部|家|本|项|款|首|条|张|间|名|号|位|只|场|集|道"
BEFORE_RELATIVE = {
    "something",
    "anything",
    "bit",
    "little",
    "much",
    "somewhat",
    "slightly",
    "even",
    "way",
    "a",
    "any",
    "some",
    "but",
    "and",
    "it",
    "be",
    "or",
    "movy",
    "film",
    "one",
    "far",
    "ones",
    "more",
    "show",
    "want",
    "need",
    "prefer",
    "rather",
    "only",
    "is",
    "them",
    "now",
    "made",
    "tad",
    "lot",
    "no",
    "nothing",
    "not",
    "maybe",
}


def english_positions(message: Message, nouns: Sequence[str]) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Indices with the words that say them: "the first two", "number 3", "#2", "the last one"."""
    said = "|".join(re.escape(noun) for noun in nouns if noun.isascii())
    noun = rf"(?:1|ones?|options?|picks?|choices?|suggestions?|results?|entry|item|title|recommendation|{said})s?"
    patterns = (
        rf"\b(?:the )?(?P<o>first|last|top) (?P<n>\d+)\b(?: {noun}\b)?(?! (?:years?|decades?|"
        rf"months?|weeks?|days?|minutes?|hours?|seconds?|times?|people|nights?))",
        rf"\b(?:the )?(?P<o>{ORDINAL})(?: (?:and|&|or) (?:the )?(?P<o2>{ORDINAL}))? (?:\d+ )?{noun}\b",
        rf"(?<!on )(?<!until )(?<!beginning )(?<!by )(?<!before )(?<!after )(?<!till )(?<!since )\b(?:the|"
        rf"your|ur) (?P<o>{ORDINAL})(?: (?:and|&|"
        rf"or) (?:the )?(?P<o2>{ORDINAL}))?\b{NO_NOUN}(?=$|[,.!?;]| (?:is|was|and|but|looks|"
        rf"sounds|please|instead|too|better|again|you|i|on|in|from|seems|sucks|sucked|which|"
        rf"that|at|or|now)\b)",
        r"(?:#|\b(?:number|no\.?|nr\.?|option|item|choice|pick) ?#? ?)(?P<n>\d{1,2})\b(?! ?(?:stars|years|minutes))",
        r"^(?P<o>first|second|third|fourth|fifth|last)(?: please| pls)?$",
    )
    for pattern in patterns:
        for match in re.finditer(pattern, message.view.text):
            indices = _indices(match)
            if indices:
                yield indices, *message.view.words_in(match.start(), match.end())


def _indices(match: re.Match[str]) -> tuple[int, ...]:
    groups = match.groupdict()
    number = int(groups["n"]) if groups.get("n") else 0
    ordinal = groups.get("o")
    if ordinal and number:
        if not 0 < number <= LONGEST_LIST or ordinal == "top":
            return ()
        return tuple(range(-number, 0)) if ordinal == "last" else tuple(range(1, number + 1))
    if number:
        return (number,) if number <= LONGEST_LIST else ()
    return tuple(ORDINALS[o] for o in (ordinal, groups.get("o2")) if o)


def chinese_positions(message: Message) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Indices with the words that say them: 第二个, 最后两部, 前两个, 倒数第二."""
    number = rf"(?:\d+|{CHINESE_NUMBER})"
    patterns = (
        (
            rf"(?P<back>倒数)?第(?P<n>{number})(?:(?:{MEASURE})|(?=$|[,.!?，]|[的也吧呢和比不我看])(?!次|一次|季|集|天))(?:和第(?P<m>{number})(?:{MEASURE})?)?",
            "one",
        ),
        (rf"(?:最后|后面|后|末尾)(?P<n>{number})(?:{MEASURE})", "last"),
        (rf"(?:最前面?|前面|前|头)(?P<n>{number})(?:{MEASURE})", "first"),
    )
    for pattern, kind in patterns:
        for match in re.finditer(pattern, message.view.text):
            value = int(number_of(match["n"]) or 0)
            if not 0 < value <= LONGEST_LIST:
                continue
            if kind == "one":
                index = -value if match["back"] else value
                other = number_of(match["m"]) if match["m"] else None
                indices: tuple[int, ...] = (index, int(other)) if other else (index,)
            else:
                indices = tuple(range(-value, 0)) if kind == "last" else tuple(range(1, value + 1))
            yield indices, *message.view.words_in(match.start(), match.end())


def count_of(message: Message, lexicon: Lexicon) -> int | None:
    """How many items were asked for: "three comedies", "top ten films", 推荐三部."""
    nouns = "|".join(re.escape(noun) for noun in lexicon.nouns.get("en", ()))
    text = message.view.text
    patterns = (
        r"\btop (\d+)\b(?! ?(?:stars|percent|%))",
        r"\b(?:recommend|suggest|give|show|list|name|find|pick|get|want|need|throw|"
        r"tell)(?: (?:me|us|about|like|just|at|least|up|to))* (\d+|a couple)\b(?! ?(?:stars?|"
        r"minutes?|hours?|years?|to|-|out|%|dollars))(?= |$)",
        rf"\b(\d+|a couple of) (?:[a-z-]+ ){{0,3}}(?:{nouns})s\b",
        rf"(?:^|推荐|来|给我|找|列出?|要|想看|看|再来|再推荐|介绍|换)(?:我|出|个)?(\d+|{CHINESE_NUMBER})(?:{MEASURE})",
        rf"(?:只要|就要|只推荐)(\d+|{CHINESE_NUMBER})(?:{MEASURE})",
    )
    for place, pattern in enumerate(patterns):
        for match in re.finditer(pattern, text):
            said = match.group(1)
            value = 2 if said.startswith("a couple") else int(number_of(said) or 0)
            if (
                not 0 < value <= 50
                or (value == 1 and place < 4 and said in "1一")
                or "star" in text[match.end(1) : match.end(1) + 6]
            ):
                continue
            if re.search(r"(?:第|前|最后|first|last) ?$", text[: match.start(1)]):
                continue
            return value
    return None


def relatives(
    message: Message,
    matches: Sequence[Match[tuple[str, str]]],
    items: Sequence[Named],
    positions: Sequence[Position],
    lexicon: Lexicon,
) -> Iterator[Relative]:
    """Comparisons by the pack's words, each with what it compares to."""
    compared = [(match.value, match.start, match.end) for match in matches]
    for match in matches:
        if _is_comparison(message, match, lexicon):
            facet, direction = match.value
            yield _relative(
                message, facet, _flipped(message, match.start, direction), match.start, match.end, items, positions
            )
    for facet, direction, core in lexicon.stems:
        for found in re.finditer(
            rf"比(?P<to>[^,，.。]{{1,20}}?)(?:更|还|要|再|来得)?{re.escape(core)}", message.view.text
        ):
            start, end = message.view.words_in(found.start(), found.end())
            is_free = not any(place < end and start < stop for _, place, stop in compared)
            if message.is_free(start, start + 1) and is_free:
                yield _relative(message, facet, direction, start, end, items, positions)


def _flipped(message: Message, start: int, direction: str) -> str:
    """ "Nothing older": the other way."""
    before = {word.form for word in message.words[max(0, start - 2) : start]}
    if before & {"nothing", "not", "no", "isnt", "dont", "别", "不"}:
        return "less" if direction == "more" else "more"
    return direction


def _is_comparison(message: Message, match: Match[tuple[str, str]], lexicon: Lexicon) -> bool:
    words = message.words
    if words[match.start].is_han:
        return True
    following = words[match.end] if match.end < len(words) else None
    nouns = set(lexicon.nouns.get("en", ()))
    if (
        following
        and not following.before
        and (
            following.form in ("than", "one", "ones", "stuff")
            or following.form in nouns
            or following.form.rstrip("s") in nouns
        )
    ):
        return True
    ends = (
        following is None
        or bool(following.before)
        or following.form in ("but", "and", "or", "please", "pls", "with", "if", "from", "like")
    )
    before = words[match.start - 1].stem if match.start else ""
    is_long = match.end - match.start > 1
    return (ends or is_long) and (not before or before in BEFORE_RELATIVE or bool(words[match.start].before) or is_long)


def _relative(
    message: Message,
    facet: str,
    direction: str,
    start: int,
    end: int,
    items: Sequence[Named],
    positions: Sequence[Position],
) -> Relative:
    first, last = message.span(start, end)
    is_than = end < len(message.words) and message.words[end].form in ("than", "then")
    near = (first - 25, last + 14) if message.words[start].is_han else (first, last + 14 if is_than else last)
    for position in positions:
        if near[0] <= position.span[0] <= near[1] and (is_than or message.words[start].is_han):
            return Relative(
                facet, direction, (min(first, position.span[0]), max(last, position.span[1])), position=position.index
            )
    for item in items:
        if near[0] <= item.span[0] <= near[1] and (
            is_than or "比" in message.text[near[0] if near[0] > 0 else 0 : item.span[0]]
        ):
            return Relative(facet, direction, (min(first, item.span[0]), max(last, item.span[1])), item_id=item.item_id)
    return Relative(facet, direction, (first, last))
