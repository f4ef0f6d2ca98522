"""Whether words that are a title mean it: quotes, capitals, the place after "loved", rarity."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.reading.message import Message
from data.reading.phrases import Lexicon
from data.reading.roles import RoleReader
from data.reading.spelling import known_words, vocabulary
from data.reading.text import Word, stem_of
from data.reading.titles import Hit

RARE = -13.5
"""Log-probability below which a word alone is a title rather than itself."""
DISTINCT = 19.5
"""Surprise (negative log-probability) from which two words together are a title."""
DETERMINERS = frozenset(
    [
        "a",
        "an",
        "some",
        "any",
        "more",
        "no",
        "another",
        "every",
        "his",
        "her",
        "their",
        "two",
        "very",
        "too",
        "most",
        "such",
    ]
)
DATED = frozenset(["last", "next", "this", "on", "every", "by", "until"])
"""Words before the name of a day: "last Friday" is none."""
POLITE = frozenset(
    ["the", "a", "please", "pls", "thanks", "maybe", "hm", "请", "吧", "呢", "吗", "电", "影", "片", "部", "的"]
)
QUOTES = re.compile(r"[\"“”«»《》「」『』〈〉]|(?<![a-z])'|'(?![a-z])")


class Evidence:
    """Weighs what speaks for a title."""

    def __init__(self, lexicon: Lexicon, roles: RoleReader):
        self.lexicon, self.roles = lexicon, roles
        self.small, self.stop = roles.small, roles.stop

    def continues(self, message: Message, hit: Hit, chosen: Sequence[Hit]) -> bool:
        """ "Pulp Fiction and Fargo": a title right after a title and "and"."""
        is_free = not any(hit.start < c.end and c.start < hit.end for c in chosen)
        follows = any(0 < hit.start - c.end <= 2 and self.roles.is_joined(message, c.end, hit.start) for c in chosen)
        is_said = not self._is_phrase(message, hit) and message.words[hit.start].form not in self.small
        return is_free and follows and hit.is_full and not hit.is_fuzzy and is_said and self.ends(message, hit)

    def is_meant(self, message: Message, hit: Hit) -> bool:
        words = message.words[hit.start : hit.end]
        if self._is_quoted(message, hit):
            return True
        if not self._holds_together(message, hit):
            return False
        if words[0].is_han:
            return self._is_meant_in_chinese(message, hit)
        content = [w for w in words if w.form not in self.stop and (len(w.form) > 1 or len(words) == 1)]
        if not content and not (hit.is_full and len(words) >= 3):
            return hit.is_full and self._is_whole(message, hit) and len(words) > 1
        is_phrase = self._is_phrase(message, hit)
        before = message.words[hit.start - 1] if hit.start else None
        if self._is_capital(message, hit) and not (is_phrase and len(words) == 1):
            if len(words) == 1 and before and before.form in DATED:
                return False
            return hit.is_full or self._is_distinct(message, hit, content)
        if before and before.form in DETERMINERS and not words[0].before and len(words) < 4:
            return False
        if is_phrase and len(words) < 4:
            role = self.roles.before(message, hit.start) or self.roles.after(message, hit.end)
            return (
                role is not None
                and hit.is_full
                and self.ends(message, hit)
                and not self._is_strong_phrase(message, hit)
            )
        return self._is_distinct(message, hit, content)

    def _is_distinct(self, message: Message, hit: Hit, content: Sequence[Word]) -> bool:
        surprise = sum(self._surprise(word.form) for word in content)
        if hit.is_fuzzy and not hit.is_full:
            return False
        if len(content) == 1:
            word = content[0].form
            is_rare = self._surprise(word) > -RARE and len(word) >= 4
            if hit.is_full and (
                is_rare
                or len(hit_words := message.words[hit.start : hit.end]) > 1
                and len(hit_words) - len(content) >= 1
                and self._surprise(word) > 13
            ):
                return not hit.is_fuzzy or len(word) >= 6 or self._has_cue(message, hit)
            return self._is_supported(message, hit, word)
        if hit.is_full and all(" " not in name for item in hit.items for name in (item.title, *item.aliases)):
            return self._has_cue(message, hit) or self._is_whole(message, hit)
        if not hit.is_full:
            following = message.words[hit.end].stem if hit.end < len(message.words) else ""
            is_series = (following,) in self.lexicon.table.entries and self.lexicon.table.entries[following,][
                0
            ].kind == "noun"
            return (
                surprise >= 26
                or (surprise >= 20 and is_series)
                or (surprise >= 20 and self._has_cue(message, hit) and self.ends(message, hit))
            )
        return len(content) >= 3 or surprise >= DISTINCT or self._has_cue(message, hit) or self._is_whole(message, hit)

    def _is_supported(self, message: Message, hit: Hit, word: str) -> bool:
        """A title that is an everyday word: only in a title's place or alone."""
        if not hit.is_full:
            return (
                word not in self.small
                and self._surprise(word) > -RARE
                and len(word) >= 7
                and self._has_cue(message, hit)
                and self.ends(message, hit)
            )
        if word in self.small or len(word) < 2:
            return False
        if self._is_whole(message, hit):
            return True
        return self._has_cue(message, hit) and self.ends(message, hit)

    def _is_meant_in_chinese(self, message: Message, hit: Hit) -> bool:
        length = sum(len(word.form) for word in message.words[hit.start : hit.end])
        if not hit.is_full or length < 2:
            return False
        if self._is_phrase(message, hit):
            return False
        return (
            length >= 4
            or self._is_whole(message, hit)
            or self._has_cue(message, hit)
            or (length == 3 and not self._inside_phrase(message, hit))
        )

    def _inside_phrase(self, message: Message, hit: Hit) -> bool:
        return any(
            match.start < hit.end and hit.start < match.end
            for match in self.lexicon.table.every(message.stems)
            if match.value[0].kind in ("strong", "weak", "block")
        )

    def _is_quoted(self, message: Message, hit: Hit) -> bool:
        after = (
            message.words[hit.end].sign
            if hit.end < len(message.words)
            else message.text[message.words[hit.end - 1].end :]
        )
        return bool(QUOTES.search(message.words[hit.start].sign) and QUOTES.search(after))

    def _holds_together(self, message: Message, hit: Hit) -> bool:
        """No sign inside, other than in titles long enough to have one."""
        signs = [word.before for word in message.words[hit.start + 1 : hit.end]]
        if hit.end - hit.start >= 4:
            return True
        abbreviated = all(
            not word.before or len(last.form) <= 3
            for last, word in zip(message.words[hit.start :], message.words[hit.start + 1 : hit.end], strict=False)
        )
        return not any(signs) or abbreviated or all(sign == "list" for sign in signs if sign)

    def _is_capital(self, message: Message, hit: Hit) -> bool:
        """Capitals where the message is otherwise in lower case, not only at the start of a sentence."""
        words = message.words[hit.start : hit.end]
        loud = sum(word.is_capital for word in message.words)
        if (
            loud == len(message.words)
            and len(words) < loud
            and loud > 2
            or loud > 0.7 * len(message.words) > 3
            and loud - len(words) > 2
        ):
            return False
        if not all(word.is_capital for word in words if word.form not in self.stop):
            return False
        is_first = hit.start == 0 or words[0].before == "stop"
        return not is_first or sum(word.is_capital for word in words) > 1

    def _is_phrase(self, message: Message, hit: Hit) -> bool:
        """Whether the words are phrases of the pack, from first to last."""
        stems = message.stems
        place = hit.start
        while place < hit.end:
            found = self.lexicon.table.at(stems, place, len(stems))
            if found and found.value[0].kind in ("strong", "weak", "unmet", "block"):
                place = found.end
            elif message.words[place].form in self.stop and place > hit.start:
                place += 1
            else:
                return False
        return True

    def _is_strong_phrase(self, message: Message, hit: Hit) -> bool:
        found = self.lexicon.table.at(message.stems, hit.start, len(message.words))
        return bool(found and found.end >= hit.end and any(entry.kind == "strong" for entry in found.value))

    def _surprise(self, form: str) -> float:
        known = max((vocabulary().get(word, -99.0) for word in (form, stem_of(form), form.rstrip("s"))), default=-99.0)
        return -known if known > -99.0 else 16.0 if form in known_words() else 18.0

    def _is_whole(self, message: Message, hit: Hit) -> bool:
        """Whether the message is the title and words that mean nothing."""
        others = [w for place, w in enumerate(message.words) if not hit.start <= place < hit.end]
        nouns = self.lexicon.nouns.get("en", ()) + self.lexicon.nouns.get("zh", ())
        return len(others) <= 3 and all(w.form in POLITE or w.form in nouns or w.is_number for w in others)

    def _has_cue(self, message: Message, hit: Hit) -> bool:
        """Whether a verb or phrase stands there that titles stand with; "see" or "find" only when the title is last."""
        before = self.roles.before(message, hit.start, is_weak_enough=hit.end == len(message.words))
        return before is not None or self.roles.after(message, hit.end) is not None

    def ends(self, message: Message, hit: Hit) -> bool:
        """Whether the phrase ends with the title: a sign, the end, or a word of structure follows."""
        if hit.end >= len(message.words):
            return True
        following = message.words[hit.end]
        return (
            bool(following.before)
            or following.form in self.stop
            or following.is_number
            or following.is_han != message.words[hit.start].is_han
            or self.roles.after(message, hit.end) is not None
        )

    def is_plausible(self, message: Message, hit: Hit) -> bool:
        """A misspelt title holds a word that is none, or runs words together; and it names nothing else."""
        words = message.words[hit.start : hit.end]
        unknown = [w for w in words if w.form not in known_words() and len(w.form) >= 4 or self._surprise(w.form) >= 16]
        is_phrase = any(
            match.value[0].kind in ("strong", "weak")
            for match in self.lexicon.table.every(message.stems[hit.start : hit.end])
        )
        return bool(unknown) and self.ends(message, hit) and (not is_phrase or len(words) > 2)
