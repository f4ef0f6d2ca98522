"""What one turn says, turned into a change of the need and feedback on items, whatever the intent was."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.reading import Reading
from actions.relative import at_position, resolve
from actions.turn import Turn
from data.catalog import Catalog
from data.errors import DataError
from data.need import SELF, Change, Constraint, Need
from data.store import Feedback, NeedVersion

TEXT_LIMIT = 600
"""Characters of the need's text; when it grows beyond, the oldest words go."""
UNHEARD = 3
"""Unknown phrases of one message that are said back."""
FRESH = "recommend"
WISHING = (FRESH, "refine", "more", "like", "dislike", "seen")
"""Intents whose words may say what is wanted."""
KINDS = {"like": "like", "unlike": "dislike", "seen": "seen"}
"""Feedback kind of each role that is feedback."""
ROLE_OF_INTENT = {"like": "like", "dislike": "unlike", "seen": "seen"}


@dataclass(frozen=True)
class Told:
    """All that a turn tells: how the need changes, feedback, items only talked about, and what could not be used."""

    change: Change
    feedback: tuple[Feedback, ...] = ()
    about: tuple[str, ...] = ()
    beyond: tuple[int, ...] = ()
    """Positions that the last slate does not have."""
    unmet: tuple[str, ...] = ()
    """Wishes that no facet of the catalog says."""

    @property
    def is_empty(self) -> bool:
        """True when the turn neither changes the need nor says anything of an item."""
        return self.change.is_empty() and not self.feedback


def told(turn: Turn, need: Need, slate: Sequence[str], catalog: Catalog) -> Told:
    """What `turn` says while `slate` (item_ids) was the last list shown."""
    reading = turn.reading
    constraints, unusable = _wishes(reading, slate, catalog)
    roles, beyond = _roles(turn, slate, catalog)
    feedback = tuple(Feedback(KINDS[role], item_id) for item_id, role in roles if role in KINDS)
    like = tuple(item_id for item_id, role in roles if role == "like")
    about = tuple(item_id for item_id, role in roles if role == "about")
    if turn.intent in (FRESH, "refine", "more") and not constraints:
        like, about = (*like, *about), ()
    unmet = tuple(dict.fromkeys((*reading.unmet, *unusable, *_unheard(turn))))
    is_fresh = turn.intent == FRESH and bool(constraints or like)
    outdated = (*_opposed(turn.reading, need), *_foreign_to(like, need, catalog, is_fresh))
    change = Change(
        text=_text(turn, need, unmet, is_fresh, bool(constraints or roles or reading.dropped_facets)),
        constraints=constraints,
        dropped_facets=tuple(name for name in reading.dropped_facets if name in catalog.pack.facets),
        dropped=tuple(dict.fromkeys(outdated)),
        like=like,
        unlike=tuple(item_id for item_id, role in roles if role == "unlike"),
        for_whom=reading.for_whom,
        replaces=reading.replaces or is_fresh,
    )
    return Told(change, feedback, about, beyond, unmet)


def _unheard(turn: Turn) -> tuple[str, ...]:
    """Words of a wish that the pack does not know; of any other message they are no wish."""
    return turn.reading.unheard[:UNHEARD] if turn.intent in (FRESH, "refine") else ()


def _wishes(reading: Reading, slate: Sequence[str], catalog: Catalog) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
    """The constraints that the catalog can hold, relative ones resolved, and words for those it cannot."""
    usable, unusable = [], []
    for constraint in reading.constraints:
        try:
            catalog.check(constraint)
            usable.append(constraint)
        except DataError:
            unusable.append(str(constraint.value))
    for relative in reading.relative:
        bound = resolve(relative, slate, catalog)
        if bound is not None:
            usable.append(bound)
    return tuple(dict.fromkeys(usable)), tuple(unusable)


def _opposed(reading: Reading, need: Need) -> list[Constraint]:
    """Bounds of `need` that pull against a relative wish: after "newer", "older" is not one year but the other way."""
    against = {
        (relative.facet, "at_least" if relative.direction == "less" else "at_most") for relative in reading.relative
    }
    return [constraint for constraint in need.constraints if (constraint.facet, constraint.op) in against]


def _foreign_to(like: Sequence[str], need: Need, catalog: Catalog, is_fresh: bool) -> list[Constraint]:
    """Earlier wanted values that no item meets which a fresh request takes as its model ("something like Alien")."""
    if not (is_fresh and like):
        return []
    models = [catalog[item_id] for item_id in like]
    wanted = [c for c in need.constraints if c.op != "is_not"]
    return [c for c in wanted if not any(model.meets(c) for model in models)]


def _roles(turn: Turn, slate: Sequence[str], catalog: Catalog) -> tuple[list[tuple[str, str]], tuple[int, ...]]:
    """Each item that the turn names or points at, with its role, and the positions that do not exist."""
    roles: dict[str, str] = {}
    beyond = []
    for item in turn.reading.items:
        if item.item_id in catalog:
            roles[item.item_id] = _role(item.role, turn.intent)
    for position in turn.reading.positions:
        item_id = at_position(position.index, slate)
        if item_id is None:
            beyond.append(position.index)
        else:
            roles[item_id] = _role(position.role, turn.intent)
    return list(roles.items()), tuple(beyond)


def _role(role: str, intent: str) -> str:
    """An item that is only talked about takes the role of the intent: "the second" with intent `seen`."""
    return ROLE_OF_INTENT.get(intent, role) if role == "about" else role


def _text(turn: Turn, need: Need, unmet: Sequence[str], is_fresh: bool, is_understood: bool) -> str:
    """The words that the ranker should read from now on; empty to leave them as they are.

    A fresh request stands for itself. A refinement adds only what no constraint says, for its words alone
    ("newer", "no horror") would mislead a reader of the whole text.
    """
    if turn.is_button or turn.intent not in WISHING:
        return ""
    if turn.reading.for_whom not in (None, need.for_whom):
        return turn.text[:TEXT_LIMIT] if is_fresh or turn.reading.for_whom != SELF else ""
    asks = turn.intent in (FRESH, "refine")
    if is_fresh or (asks and not need.text):
        return turn.text[:TEXT_LIMIT]
    added = turn.text if asks and not is_understood else ", ".join(unmet)
    return ", ".join(part for part in (need.text, added) if part)[-TEXT_LIMIT:] if added else ""


def without(need: Need, gone: Iterable[Constraint], said: Iterable[tuple[str, Reading]]) -> Need:
    """`need` with the words that asked for constraints now `gone` cut from its text.

    `said` are the person's earlier messages with their readings: they tell which words meant which constraint.
    """
    gone_wishes = {(c.facet, c.op, str(c.value)) for c in gone}
    text = need.text
    for message, reading in said:
        for constraint, span in zip(reading.constraints, reading.spans, strict=True):
            if span is None or (constraint.facet, constraint.op, str(constraint.value)) not in gone_wishes:
                continue
            words = message[span[0] : span[1]].strip()
            if words:
                text = text.replace(words, "")
    return dataclasses.replace(need, text=" ".join(text.split()).strip(" ,，"))


def for_whom_begins(need: Need, change: Change) -> bool:
    """True when the turn turns to somebody else than the need was for."""
    return change.for_whom is not None and change.for_whom != need.for_whom


def need_for(whom: str, need: Need, earlier: Sequence[NeedVersion]) -> tuple[Need, int]:
    """Where a need for `whom` starts, and the version it began with: one's own goes on as it was, others' are new."""
    before = [old for old in earlier if old.need.for_whom == whom and old.need.pack == need.pack]
    if before and whom == SELF:
        return dataclasses.replace(before[-1].need, version=need.version), before[-1].begin
    return Need(need.pack, need.version, for_whom=whom), need.version + 1
