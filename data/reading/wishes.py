"""From mentions to constraints: operators, strengths, alternatives, stretches of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from data.need import Constraint
from data.reading.cues import Cues
from data.reading.message import Mention, Message
from data.reading.polarity import ARTICLES
from data.reading.reading import Wish

SURE = 0.9
"""Confidence from which the classifier's word is as good as the lexicon's."""
OLDEST = 1800
"""Whole numbers from here on are years: before 1990 is up to 1989, but not above 300 is up to 300."""
FLIPPED = {"is": "is_not", "is_not": "is", "at_least": "at_most", "at_most": "at_least"}
ALL_WILL_DO = ("都行", "都可以", "都好", "都成", "均可")


def wishes_of(message: Message, mentions: Sequence[Mention], cues: Cues) -> list[Wish]:
    """The constraints of `mentions`, each once; of two that contradict each other the later one."""
    mentions = _without_heads(mentions)
    groups = _groups(message, mentions, cues)
    wishes: list[Wish] = []
    for place, mention in enumerate(mentions):
        if mention.polarity == 0:
            continue
        for constraint in _constraints(mention, groups.get(place), place):
            wishes.append(Wish(constraint, message.span(mention.start, mention.end), mention.source))
    return _consistent(wishes, message.text)


def _without_heads(mentions: Sequence[Mention]) -> list[Mention]:
    """ "Horror, but not a comedy horror": of the refused pair the part that is wanted by itself stays wanted."""
    wanted = {m.targets for m in mentions if m.polarity > 0 and m.targets}
    pairs = zip(mentions, mentions[1:], strict=False)
    heads = [b for a, b in pairs if a.end == b.start and a.polarity < 0 and b.polarity < 0 and a.targets != b.targets]
    return [m for m in mentions if not (m.targets in wanted and any(m is head for head in heads))]


def _constraints(mention: Mention, group: str | None, place: int) -> Iterator[Constraint]:
    strength = _strength(mention)
    if mention.ranges:
        yield from _of_ranges(mention, strength, place)
        return
    is_refused = mention.polarity < 0
    if is_refused and len(mention.targets) > 1:
        group = f"{mention.facet}~{place}"
    for facet, op, value in mention.targets:
        yield Constraint(facet, FLIPPED[op] if is_refused else op, value, strength, group)


def _strength(mention: Mention) -> str:
    if mention.softness > 0:
        return "prefer"
    if mention.softness < 0:
        return "must"
    if mention.source == "classifier":
        return "must" if mention.confidence > SURE and not mention.is_weak else "prefer"
    return "must" if mention.polarity < 0 and not mention.is_weak else mention.strength


def _of_ranges(mention: Mention, strength: str, place: int) -> Iterator[Constraint]:
    """One stretch is two bounds. Of several, one is meant: the bounds of all, and for each gap one side of it."""
    facet = str(mention.ranges[0].facet)
    stretches = (
        sorted((r.low, r.high) for r in mention.ranges)
        if len(mention.ranges) > 1
        else [(r.low, r.high) for r in mention.ranges]
    )
    if mention.polarity < 0:
        yield from _outside(facet, stretches, strength, place)
        return
    low, high = stretches[0][0], stretches[-1][1]
    if low is not None and low == high:
        yield Constraint(facet, "is", low, strength)
        return
    if low is not None:
        yield Constraint(facet, "at_least", low, strength)
    if high is not None:
        yield Constraint(facet, "at_most", high, strength)
    for index, ((_, end), (begin, _)) in enumerate(zip(stretches, stretches[1:], strict=False)):
        group = f"{facet}~{place}.{index}"
        if begin is not None and end is not None and begin > end + 1:
            yield Constraint(facet, "at_most", end, strength, group)
            yield Constraint(facet, "at_least", begin, strength, group)


def _outside(facet: str, stretches: Sequence[tuple[Any, Any]], strength: str, place: int) -> Iterator[Constraint]:
    for index, (low, high) in enumerate(stretches):
        if low is not None and low == high:
            yield Constraint(facet, "is_not", low, strength)
            continue
        group = f"{facet}~{place}.{index}" if low is not None and high is not None else None
        step = 1 if isinstance(low or high, int) and (low or high) > OLDEST else 0
        if low is not None:
            yield Constraint(facet, "at_most", low - step, strength, group)
        if high is not None:
            yield Constraint(facet, "at_least", high + step, strength, group)


def _groups(message: Message, mentions: Sequence[Mention], cues: Cues) -> dict[int, str]:
    """Mentions that are alternatives of each other ("comedy or thriller") by their place, with a common group."""
    groups: dict[int, str] = {}
    number = 0
    for place, (mention, following) in enumerate(zip(mentions, mentions[1:], strict=False)):
        if not _can_join(mention, following):
            continue
        joint = _joint(message, mention, following, cues)
        if joint is None:
            continue
        if joint == "list" and not groups.get(place) and not _closes_with_or(message, mentions, place + 1, cues):
            continue
        if place not in groups:
            number += 1
            groups[place] = f"{mention.facet}{number}"
        groups[place + 1] = groups[place]
    return groups


def _can_join(mention: Mention, following: Mention) -> bool:
    return (
        mention.polarity > 0
        and following.polarity > 0
        and mention.facet == following.facet != ""
        and len(mention.targets) == len(following.targets) == 1
        and mention.targets != following.targets
        and mention.targets[0][1] == following.targets[0][1] == "is"
    )


def _joint(message: Message, mention: Mention, following: Mention, cues: Cues) -> str | None:
    """ "or" or "list" (a comma) when only that stands between the two, else None."""
    words = message.words[mention.end : following.start]
    stems = [word.stem for word in words]
    has_or = any(cues.lists["or"].at(stems, place, len(stems)) for place in range(len(stems)))
    rest = [
        w
        for w in words
        if w.form not in ARTICLES
        and (w.stem,) not in cues.lists["or"].entries
        and w.form
        not in (
            "either",
            "maybe",
            "even",
            "something",
            "movy",
            "flick",
            "one",
            "kind",
            "sort",
            "还",
            "是",
            "且",
            "要",
            "么",
            "的",
            "而",
        )
    ]
    signs = [w.before for w in (*words, message.words[following.start]) if w.before]
    if rest or "stop" in signs:
        return None
    if has_or:
        return "or"
    if _all_will_do(message, following.end) and len(words) <= 2:
        return "or"
    if _both_plural(message, mention, following) and [w.form for w in words] == ["and"]:
        return "or"
    return "list" if signs and all(s in ("comma", "list") for s in signs) else None


def _closes_with_or(message: Message, mentions: Sequence[Mention], place: int, cues: Cues) -> bool:
    """Whether a list that has begun with commas ends in "or"."""
    for mention, following in zip(mentions[place:], mentions[place + 1 :], strict=False):
        joint = _joint(message, mention, following, cues) if _can_join(mention, following) else None
        if joint != "list":
            return joint == "or"
    return False


def _both_plural(message: Message, *mentions: Mention) -> bool:
    """ "Comedies and thrillers" are two kinds of item, "a comedy and thriller" is one."""
    return all(message.words[m.end - 1].form != message.words[m.end - 1].stem for m in mentions)


def _all_will_do(message: Message, place: int) -> bool:
    rest = "".join(word.form for word in message.words[place : place + 6])
    return any(rest.find(words) in (0, 1, 2) for words in ALL_WILL_DO)


def _is_subtype(wish: Wish, earlier: Wish, text: str) -> bool:
    """ "Horror, but no slashers": another word for a value that is wanted; the value itself stays wanted."""
    said, before = (text[w.span[0] : w.span[1]].lower() for w in (wish, earlier))
    is_value = said == str(wish.constraint.value).casefold()
    return wish.constraint.op == "is_not" and not is_value and said.rstrip("s") != before.rstrip("s")


def _consistent(wishes: Sequence[Wish], text: str) -> list[Wish]:
    kept: dict[tuple[Any, ...], Wish] = {}
    for wish in wishes:
        constraint = wish.constraint
        opposite = (constraint.facet, FLIPPED[constraint.op], constraint.value)
        if constraint.op in ("is", "is_not") and opposite in kept:
            if wish.source == "classifier" or _is_subtype(wish, kept[opposite], text):
                continue
            del kept[opposite]
        key = (constraint.facet, constraint.op, constraint.value)
        if key not in kept or (
            kept[key].constraint.strength == "prefer" and constraint.strength == "must" and constraint.group is None
        ):
            kept[key] = wish
    return list(kept.values())
