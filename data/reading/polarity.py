"""What is wanted and what is not: refusals with their scope, softened and insisted-on wishes, "A rather than B"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.reading.cues import Cues
from data.reading.message import Mention, Message
from data.reading.table import Match

SCOPE = 8
"""Words that a refusal reaches, not counting what it refuses."""
THAN_REACH = 5
"""Words after "than" within which the thing stands that something else is preferred to."""
SURE_OF_REFUSAL = 0.8
"""Confidence from which an unlisted phrase is refused by words that stand after it."""
NUMBER_REACH = 4
"""Words that may stand between a refusal and the numbers it refuses: "nothing from the 80s"."""
REFUSING = ("negate", "less", "neutral")


@dataclass(frozen=True)
class _Scope:
    """A refusal under way from word `start` on."""

    kind: str = ""
    start: int = 0
    words: int = 0
    held: int = 0
    """How many mentions it has refused."""
    last_end: int = 0
    """Where the last of them ended."""
    is_attribute: bool = False
    """It refuses a quality of what follows: "a not too scary thriller", 没有暴力的冒险片."""


class PolarityRule:
    """Sets polarity and softness of a message's mentions."""

    def __init__(self, cues: Cues):
        self.cues = cues

    def apply(self, message: Message) -> None:
        """Refusals from left to right, then those that stand after what they refuse, then comparisons and softeners."""
        spent = self._forward(message)
        self._included(message)
        self._backward(message, spent)
        self._preferred(message)
        self._soften(message)

    def _forward(self, message: Message) -> set[int]:
        """Refusals with what follows them. Returns the starts of the cues that refused something."""
        mentions = {mention.start: mention for mention in message.mentions}
        cues: dict[int, Match[str]] = {}
        for cue in message.cues:
            current = cues.get(cue.start)
            if current is None or RANK.index(cue.value) < RANK.index(current.value):
                cues[cue.start] = cue
        scope, spent, place = _Scope(), set[int](), 0
        while place < len(message.words):
            scope = self._broken(message, scope, place, mentions)
            if place in mentions:
                scope = self._hold(message, scope, mentions[place], spent)
                if scope.is_attribute and scope.held and self._qualifies(message, mentions[place].end, mentions):
                    scope = _Scope()
                place = max(mentions[place].end, place + 1)
                continue
            found = cues.get(place)
            if found is not None:
                scope = self._turned(message, scope, self._facing(message, found, mentions))
                place = found.end
                continue
            scope = replace(scope, words=scope.words + (not message.taken[place]))
            if scope.words > SCOPE:
                scope = _Scope()
            place += 1
        return spent

    def _facing(self, message: Message, cue: Match[str], mentions: dict[int, Mention]) -> Match[str]:
        """A refusal that usually stands after what it refuses, with nothing before it, is one of what follows."""
        start, end = message.clause(cue.start, ("stop", "comma"))
        is_forward = any(cue.end <= place < end for place in mentions) and not any(
            start <= place < cue.start for place in mentions
        )
        return Match(cue.start, cue.end, "negate") if cue.value == "negate_after" and is_forward else cue

    @staticmethod
    def _qualifies(message: Message, end: int, mentions: dict[int, Mention]) -> bool:
        """Whether another mention follows at once, perhaps after 的: the refused one was its attribute."""
        following = end
        while (
            following < len(message.words)
            and message.words[following].form in ATTRIBUTE_JOINTS
            and not message.words[following].before
        ):
            following += 1
        return following in mentions and not message.words[following].before

    def _hold(self, message: Message, scope: _Scope, mention: Mention, spent: set[int]) -> _Scope:
        if not scope.kind:
            return scope
        if scope.kind == "too" and scope.words > 0:
            return _Scope()
        if mention.ranges and (
            scope.words > NUMBER_REACH or scope.held and not self._joined(message, scope.last_end, mention.start)
        ):
            return scope
        mention.polarity = 0 if scope.kind == "neutral" else -1
        mention.softness = 1 if scope.kind == "less" else mention.softness
        spent.add(scope.start)
        if scope.kind == "too":
            if self._is_reason(message, scope.start):
                mention.polarity = 0
            return _Scope()
        return replace(scope, held=scope.held + 1, words=0, last_end=mention.end)

    @staticmethod
    def _is_reason(message: Message, start: int) -> bool:
        """ "No war films, too sad": a clause of its own after a refusal says why."""
        refused = [m for m in message.mentions if m.end <= start and m.polarity < 0]
        return bool(refused) and message.words[start].before == "comma"

    def _joined(self, message: Message, start: int, end: int) -> bool:
        """Whether only "or", "and", articles or a list's sign stand between."""
        between = range(start, end)
        tables = (self.cues.lists["or"], self.cues.lists["and"])
        return all(
            any((message.words[p].stem,) in table.entries for table in tables) or message.words[p].form in ARTICLES
            for p in between
        ) and bool(len(between) or message.words[end].before)

    def _turned(self, message: Message, scope: _Scope, cue: Match[str]) -> _Scope:
        kind = cue.value
        if kind in REFUSING or kind == "too":
            if kind == "negate" and self._is_answer(message, cue):
                return _Scope()
            if kind == "too" and scope.kind:
                return scope
            said = tuple(word.stem for word in message.words[cue.start : cue.end])
            return _Scope(
                kind, cue.start, 0, 0, cue.end, kind == "less" or said in self.cues.lists["attribute"].entries
            )
        if kind == "contrast":
            return _Scope()
        if kind == "turn" and scope.kind:
            return _Scope() if scope.held else scope
        if kind in ("safe", "negate_after"):
            return scope if kind == "negate_after" else _Scope()
        return scope

    @staticmethod
    def _is_answer(message: Message, cue: Match[str]) -> bool:
        """ "No, something funny": a refusal of what came before, not of what follows."""
        following = message.words[cue.end].before if cue.end < len(message.words) else "stop"
        return following in ("comma", "stop", "quote")

    def _broken(self, message: Message, scope: _Scope, place: int, mentions: dict[int, Mention]) -> _Scope:
        """The scope after the sign or the "and" before word `place`: unbroken only within a list of refusals."""
        if not scope.kind or place == scope.start:
            return scope
        before = message.words[place].before
        if before == "stop":
            return _Scope()
        if before in ("comma", "quote"):
            if before == "quote" and scope.held == 0:
                return scope
            return scope if scope.held and self._is_list(message, place, mentions) else _Scope()
        if (message.words[place].stem,) in self.cues.lists["and"].entries and not message.taken[place] and scope.held:
            following = place + 1
            if following < len(message.words) and (message.words[following].stem,) in self.cues.lists["begin"].entries:
                return _Scope()
        return scope

    def _is_list(self, message: Message, place: int, mentions: dict[int, Mention]) -> bool:
        """After a comma: another item, and the list ends in "or" or "nor"; Chinese lists with 、 need no such end."""
        joins = self.cues.lists["or"].entries
        seen_mention = False
        while place < len(message.words):
            word = message.words[place]
            if word.before == "stop":
                return False
            if place in mentions:
                seen_mention = True
                place = max(mentions[place].end, place + 1)
                continue
            if (word.stem,) in joins:
                following = place + 1
                while following < len(message.words) and message.words[following].form in ARTICLES:
                    following += 1
                return following in mentions or seen_mention
            if word.form not in ARTICLES and word.before != "comma" and not seen_mention:
                return False
            if seen_mention and word.form not in ARTICLES and word.before != "comma":
                return False
            place += 1
        return False

    def _included(self, message: Message) -> None:
        """ "Besides A, also B", 除了A还要B: A is wanted too."""
        stems = message.stems
        for match in self.cues.lists["besides"].every(stems):
            end = message.clause(match.start)[1]
            also = next((m.start for m in self.cues.lists["also"].every(stems[:end]) if m.start > match.end), None)
            again = [c.start for c in message.cues if c.value == "negate" and match.end <= c.start < end]
            for mention in message.mentions:
                if also is not None and match.end <= mention.start < min([end, *(c for c in again if c > match.end)]):
                    mention.polarity = 1

    def _backward(self, message: Message, spent: set[int]) -> None:
        """Refusals after what they refuse: "horror's out", "恐怖片就算了"; also a refusal that nothing follows."""
        for cue in message.cues:
            if cue.start in spent or cue.value not in ("negate_after", "negate") or self._is_denied(message, cue):
                continue
            if cue.value == "negate" and (
                self._is_answer_at_start(message, cue) or not self._ends_clause(message, cue)
            ):
                continue
            if any(c.start <= cue.start < c.end and c.value == "safe" for c in message.cues):
                continue
            self._refuse_left(message, cue)

    def _is_denied(self, message: Message, cue: Match[str]) -> bool:
        """ "Not boring", 别太无聊: a refusal that is itself refused; 也不要油: one of what follows."""
        following = message.words[cue.end] if cue.end < len(message.words) else None
        has_object = (
            following is not None
            and following.is_han
            and not following.before
            and (following.stem,) not in self.cues.lists["stop"].entries
            and message.words[cue.end - 1].form in TAKES_OBJECT
        )
        return has_object or any(c.end == cue.start and c.value in (*REFUSING, "too") for c in message.cues)

    def _is_answer_at_start(self, message: Message, cue: Match[str]) -> bool:
        return cue.start == 0 or message.words[cue.start].before == "stop"

    def _ends_clause(self, message: Message, cue: Match[str]) -> bool:
        """Whether nothing that could be refused follows before the next sign."""
        end = message.clause(cue.end - 1, ("stop", "comma"))[1]
        rest = message.words[cue.end : end]
        return (
            not any(cue.end <= m.start < end for m in message.mentions)
            and len(rest) <= 3
            and all((word.stem,) in self.cues.lists["stop"].entries for word in rest)
        )

    def _refuse_left(self, message: Message, cue: Match[str]) -> None:
        start = message.clause(cue.start)[0]
        if start == cue.start and start > 0 and "?" in message.words[start].sign:
            start = message.clause(start - 1)[0]
        before = [
            m
            for m in message.mentions
            if start <= m.start and m.end <= cue.start and (m.source != "classifier" or m.confidence >= SURE_OF_REFUSAL)
        ]
        if not before:
            return
        last = before[-1]
        between = cue.start - last.end
        is_meant = cue.end < len(message.words) and message.words[cue.end].form in PRONOUNS
        if not is_meant and (between > 4 or self._turns_between(message, last.end, cue.start)):
            return
        if is_meant and (between > SCOPE or message.breaks(last.end - 1, cue.start + 1)):
            return
        last.polarity = -1
        for mention, following in zip(reversed(before[:-1]), reversed(before[1:]), strict=True):
            if not self._joined(message, mention.end, following.start):
                return
            mention.polarity = -1

    def _turns_between(self, message: Message, start: int, end: int) -> bool:
        return any(start <= c.start < end and c.value in ("contrast", "safe") for c in message.cues) or any(
            word.before == "comma" for word in message.words[start + 1 : end]
        )

    def _preferred(self, message: Message) -> None:
        """ "Prefer A to B", "A over B", "rather A than B": B is not wanted."""
        stems = message.stems
        verbs = [m.start for m in self.cues.lists["prefer_verbs"].every(stems)]
        self._sooner(message, verbs)
        for match in self.cues.lists["prefer_words"].every(stems):
            left = [m for m in message.mentions if m.end <= match.start and m.polarity > 0]
            right = [m for m in message.mentions if match.end <= m.start <= match.end + 2]
            is_over = stems[match.start] == "over"
            gap = match.start - left[-1].end if left else 0
            if (
                not right
                or message.taken[match.start]
                or message.breaks(match.start - 1, right[0].start, ("stop", "comma"))
            ):
                continue
            if (
                is_over
                and left
                and (not gap or gap <= 2 and all(message.taken[left[-1].end : match.start]))
                or any(verb < match.start for verb in verbs)
                and left
                and not is_over
            ):
                right[0].polarity = -1

    def _sooner(self, message: Message, verbs: Sequence[int]) -> None:
        """ "I'd rather do anything than sit through B": B is not wanted."""
        for place, word in enumerate(message.words):
            right = [m for m in message.mentions if place < m.start <= place + THAN_REACH]
            named = [m for m in message.mentions if m.source != "classifier"]
            between = [m for m in named if any(verb < m.start < place for verb in verbs)]
            before = [verb for verb in verbs if verb < place]
            if word.form != "than" or not right or not before or between:
                continue
            if not message.breaks(before[-1], right[0].start, ("stop",)):
                right[0].polarity = -1

    def _soften(self, message: Message) -> None:
        for cue in message.cues:
            if cue.value not in ("soft", "soft_after", "hard"):
                continue
            start, end = message.clause(cue.start, ("stop", "comma"))
            targets: Sequence[Mention]
            if cue.value == "soft_after":
                start = message.clause(cue.start)[0] if message.words[cue.start].before == "comma" else start
                targets = [m for m in message.mentions if start <= m.start and m.end <= cue.start][-1:]
            else:
                end = min([end, *(c.start for c in message.cues if c.start >= cue.end and c.value == "contrast")])
                targets = [m for m in message.mentions if cue.end <= m.start < end]
            for mention in targets:
                mention.softness = (
                    -1 if cue.value == "hard" else max(mention.softness, 1) if mention.polarity > 0 else 0
                )


TAKES_OBJECT = frozenset("要看吃喝去想推")
PRONOUNS = ("them", "those", "these", "it", "that", "em", "这", "那", "它", "他")
"""They stand for what was named: "she loves horror but I hate it"."""
ATTRIBUTE_JOINTS = (
    "的",
    "那",
    "种",
    "这",
    "嘅",
    "片",
    "戏",
    "线",
    "桥",
    "段",
    "类",
    "型",
    "味",
    "镜",
    "头",
    "场",
    "面",
    "元",
    "素",
    "成",
    "分",
    "情",
    "节",
)
ARTICLES = (
    "a",
    "an",
    "the",
    "any",
    "anything",
    "of",
    "too",
    "very",
    "some",
    "的",
    "片",
    "类",
    "电",
    "影",
    "那",
    "些",
    "或",
    "者",
    "和",
    "movie",
    "movies",
    "film",
    "films",
)
RANK = ("safe", "contrast", "neutral", "less", "negate", "too", "turn", "negate_after", "soft", "hard", "soft_after")
"""Which meaning of a cue counts when it has several."""
