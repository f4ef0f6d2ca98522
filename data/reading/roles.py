"""What is said of an item: liked, disliked, seen, or only talked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data.reading.cues import Cues
from data.reading.message import Message
from data.reading.table import Match, PhraseTable
from data.reading.titles import Hit

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


class RoleReader:
    """Finds the words of liking, disliking and having seen around an item."""

    def __init__(self, cues: Cues):
        self.cues = cues
        self.small = {key[0] for kind in ("stop", "frame") for key in cues.lists[kind].entries if len(key) == 1}
        self.stop = {key[0] for key in cues.lists["stop"].entries if len(key) == 1}

    def at(self, message: Message, start: int, end: int) -> str:
        """What is said of the words [start:end] when they are an item or a position."""
        return self.decided(self.before(message, start), self.after(message, end))

    def of(self, message: Message, hits: Sequence[Hit]) -> list[str]:
        roles: list[str] = []
        for place, hit in enumerate(hits):
            last = hits[place - 1] if place else None
            if last and self.is_joined(message, last.end, hit.start):
                roles.append(roles[-1])
                continue
            end = hit.end
            for following in hits[place + 1 :]:
                if not self.is_joined(message, end, following.start):
                    break
                end = following.end
            before, after = self.before(message, hit.start), self.after(message, end)
            roles.append(self.decided(before, after))
        return roles

    @staticmethod
    def decided(before: str | None, after: str | None) -> str:
        if after and before in (None, "about", "like") and not (before == "like" and after == "seen"):
            return after
        return before or after or "about"

    def is_joined(self, message: Message, start: int, end: int) -> bool:
        between = message.words[start:end]
        if any(word.before == "stop" for word in [*between, message.words[end]]):
            return False
        return all(word.form in CONNECTORS or word.is_number for word in between) and (
            bool(between) or bool(message.words[end].before)
        )

    def before(self, message: Message, start: int, is_weak_enough: bool = False) -> str | None:
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

    def after(self, message: Message, end: int) -> str | None:
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


def _longest(table: PhraseTable[str], message: Message, start: int, end: int) -> Iterable[Match[list[str]]]:
    stems, place = message.stems, start
    while place < end:
        match = table.at(stems, place, end)
        if match:
            yield match
        place = match.end if match else place + 1
