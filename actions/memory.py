"""Keeping what a turn told: the next version of the need, and feedback in the person's history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from actions.change import Told, for_whom_begins, need_for, without
from actions.resources import is_blank
from actions.scene import Scene
from data.need import SELF, Constraint, Need, apply
from data.store import StoredInteraction

REJECTED = ("dislike", "seen")


@dataclass(frozen=True)
class Memory:
    """What the store holds after the turn was kept."""

    need: Need
    history: tuple[StoredInteraction, ...]
    shown: tuple[str, ...]
    """Items shown since the need began, the first shown first."""

    @property
    def known(self) -> tuple[str, ...]:
        """Items never to recommend: liked or not liked in this need, and all that the person's history holds."""
        own = [past.item_id for past in self.history] if self.need.for_whom == SELF else []
        return tuple(dict.fromkeys([*self.need.like, *self.need.unlike, *own]))

    @property
    def taste(self) -> tuple[StoredInteraction, ...]:
        """The history that may speak for this need: somebody else's need has none."""
        return self.history if self.need.for_whom == SELF else ()


def keep(scene: Scene, told: Told) -> Memory:
    """Stores what the turn told, once: a message that comes again after a crash finds its need made already."""
    store, turn = scene.resources.store, scene.turn
    pack = scene.need.pack
    earlier = store.need_of_message(scene.conversation_id, turn.message_id) if turn.message_id else None
    if earlier is not None and earlier.pack == pack:
        need, begin = earlier, scene.begin
    else:
        need, begin = _next_version(scene, told)
        if need.for_whom == SELF:
            for feedback in told.feedback:
                store.record_interaction(
                    scene.user_id,
                    pack,
                    feedback.item_id,
                    feedback.kind,
                    conversation_id=scene.conversation_id,
                    message_id=turn.message_id,
                )
    history = tuple(store.interactions(scene.user_id, pack)) if told.feedback else scene.history
    return Memory(need, history, tuple(store.shown_items(scene.conversation_id, pack, begin)))


def _next_version(scene: Scene, told: Told) -> tuple[Need, int]:
    """The need after the turn, stored when it changed, and the version with which it began."""
    need, begin = scene.need, scene.begin
    if for_whom_begins(need, told.change):
        whom = str(told.change.for_whom)
        earlier = scene.resources.store.needs(scene.conversation_id, need.pack)
        need = save(scene, need_for(whom, need, earlier))
        begin = need.version
    if told.change.is_empty() and told.change.text in ("", need.text):
        return need, begin
    changed = apply(need, told.change, scene.pack)
    gone = _gone(need.constraints, changed.constraints, told)
    if gone and not told.change.text:
        changed = without(changed, gone, scene.said_before())
    changed = save(scene, dataclasses.replace(changed, version=need.version), begin)
    return changed, begin


def _gone(before: Iterable[Constraint], after: Iterable[Constraint], told: Told) -> list[Constraint]:
    """Constraints that the person took back, as against those that gave way to a new one."""
    left = set(after)
    dropped = set(told.change.dropped)
    return [c for c in before if c not in left and (c in dropped or c.facet in told.change.dropped_facets)]


def save(scene: Scene, need: Need, begin: int | None = None) -> Need:
    """Stores `need` as the version after its own, and gives it back so; a need without `begin` begins with it."""
    need = dataclasses.replace(need, version=need.version + 1)
    scene.resources.store.save_need(scene.conversation_id, need, scene.turn.message_id)
    begins = need.version if begin is None or is_blank(need) else begin
    scene.resources.note_version(scene.conversation_id, need, begins)
    return need
