"""The pack's phrases in a message: values, levels, comparisons, facet names, and what the catalog cannot filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data.reading.cues import Cues
from data.reading.message import Mention, Message
from data.reading.phrases import Entry, Lexicon
from data.reading.table import Match, best_cover

KINDS = ("block", "strong", "more", "less", "weak", "unmet", "name", "noun")
"""Which meaning of a phrase counts when it has several."""
AFTER_ONE_SIGN = frozenset("的片点一死些人")
BEFORE_ONE_SIGN = frozenset("很太更有最能想别不会够少多超要让好又")
PLOT_REACH = 6


@dataclass
class Found:
    """What the phrases of a message say, besides its mentions."""

    compares: list[Match[tuple[str, str]]] = field(default_factory=list)
    names: list[Match[str]] = field(default_factory=list)
    unmet: list[Match[str]] = field(default_factory=list)
    nouns: int = 0
    items: set[int] = field(default_factory=set)
    """The words that mean an item."""
    covered: float = 0.0
    """How much of the text values and levels make up, in words; a Chinese character is about half a word."""


def find_phrases(message: Message, lexicon: Lexicon, cues: Cues) -> Found:
    """Files the phrases of `message`, the longest first; their words are marked as spoken for."""
    found = Found()
    for match in best_cover(_candidates(message, lexicon), message.taken):
        entry = _meant(match.value)
        if _holds_noun(message, match, lexicon):
            found.nouns += 1
            found.items.update(range(match.start, match.end))
        if entry.kind == "name":
            found.names.append(Match(match.start, match.end, entry.facet))
            continue
        if entry.kind in ("more", "less"):
            found.compares.append(Match(match.start, match.end, (entry.facet, entry.kind)))
        elif entry.kind == "unmet":
            found.unmet.append(Match(match.start, match.end, message.phrase(match.start, match.end)))
            message.mentions.append(Mention(match.start, match.end))
        elif entry.kind in ("strong", "weak"):
            size = sum(0.5 if word.is_han else 1.0 for word in message.words[match.start : match.end])
            found.covered += size if entry.kind == "strong" else 0.5 * size
            message.mentions.append(_mention(message, match, entry, lexicon, cues))
        message.take(match.start, match.end)
    return found


def _meant(entries: list[Entry]) -> Entry:
    """The meaning that counts; a word that compares ("cheaper", 便宜点) is no level, even where it is listed as one."""
    compares = next((e for e in entries if e.kind in ("more", "less")), None)
    entry = min(entries, key=lambda e: KINDS.index(e.kind))
    return compares if compares and ":" in entry.label else entry


def _holds_noun(message: Message, match: Match[list[Entry]], lexicon: Lexicon) -> bool:
    """Whether a word for an item is in the phrase: 北京的餐厅 means no value, but a restaurant is spoken of."""
    stems = message.stems[match.start : match.end]
    return any(any(entry.kind == "noun" for entry in part.value) for part in lexicon.table.every(stems))


def _candidates(message: Message, lexicon: Lexicon) -> Iterator[Match[list[Entry]]]:
    for match in lexicon.table.every(message.stems):
        entries = [e for e in match.value if not e.exact or message.phrase(match.start, match.end) == e.exact]
        if (
            entries
            and not message.breaks(match.start, match.end, ("stop", "comma", "quote"))
            and _stands_alone(message, match)
        ):
            yield Match(match.start, match.end, entries)


def _stands_alone(message: Message, match: Match[list[Entry]]) -> bool:
    """A single Chinese character means itself only beside the characters it goes with."""
    word = message.words[match.start]
    if match.end - match.start > 1 or not word.is_han or match.value[0].kind in ("noun", "block"):
        return True
    last = message.words[match.start - 1].form if match.start else ""
    following = message.words[match.end] if match.end < len(message.words) else None
    return following is None or bool(following.before) or following.form in AFTER_ONE_SIGN or last in BEFORE_ONE_SIGN


def _mention(message: Message, match: Match[list[Entry]], entry: Entry, lexicon: Lexicon, cues: Cues) -> Mention:
    is_weak = entry.kind == "weak"
    in_plot = is_weak and not _beside_noun(message, match, lexicon) or is_weak and _in_plot(message, match, cues)
    strength = "prefer" if in_plot else entry.strength
    return Mention(match.start, match.end, entry.targets, strength, "lexicon", is_weak, label=entry.label)


def _beside_noun(message: Message, match: Match[list[Entry]], lexicon: Lexicon) -> bool:
    """ "Zombie movie": the word says the kind of item."""
    found = lexicon.table.at(message.stems, match.end, len(message.words)) if match.end < len(message.words) else None
    return bool(found and any(entry.kind == "noun" for entry in found.value))


def _in_plot(message: Message, match: Match[list[Entry]], cues: Cues) -> bool:
    start = max(message.clause(match.start)[0], match.start - PLOT_REACH)
    stems = message.stems
    return any(cues.lists["plot"].at(stems, place, match.start) for place in range(start, match.start))


def dropped_facets(message: Message, names: Sequence[Match[str]], cues: Cues) -> list[str]:
    """The facets that are said not to matter: "any genre", 年代无所谓."""
    dropped: list[str] = []
    stems = message.stems
    before, after = cues.lists["any_before"], cues.lists["any_after"]
    for name in names:
        start = max(0, name.start - 4)
        is_any = any(
            (found := before.at(stems, place, name.start))
            and name.start - found.end <= 1
            and not message.breaks(place, name.end, ("stop", "comma"))
            for place in range(start, name.start)
        )
        limit = min(len(stems), name.end + 6)
        is_any = is_any or any(
            after.at(stems, place, limit) and not message.breaks(name.end - 1, place + 1, ("stop",))
            for place in range(name.end, min(limit, name.end + 2))
        )
        if is_any and name.value not in dropped:
            dropped.append(name.value)
    return dropped
