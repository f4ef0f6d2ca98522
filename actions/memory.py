"""Keeping what a turn told: the next version of the need, and feedback in the person's history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.change import Told, for_whom_begins, need_for, without
from actions.scene import Scene
from actions.steps import steps
from data.need import SELF, Constraint, Need, apply
from data.store import Feedback, NeedVersion, StoredInteraction

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
    version = kept_before(scene) or _next_version(scene, told)
    store, pack = scene.resources.store, scene.need.pack
    history = tuple(store.interactions(scene.user_id, pack)) if told.feedback else scene.history
    return Memory(version.need, history, tuple(store.shown_items(scene.conversation_id, pack, version.begin)))


def kept_before(scene: Scene) -> NeedVersion | None:
    """The version that this very message led to when it came the first time."""
    if not scene.turn.message_id:
        return None
    version = scene.resources.store.version_of_message(scene.conversation_id, scene.turn.message_id)
    return version if version is not None and version.need.pack == scene.need.pack else None


def _next_version(scene: Scene, told: Told) -> NeedVersion:
    """The version that the turn makes; the present one when the turn changes nothing.

    Feedback alone makes a version too, so that every turn that did something is one step to take back.
    """
    need, begin = scene.need, scene.begin
    is_other = for_whom_begins(need, told.change)
    if is_other:
        versions = scene.resources.store.versions(scene.conversation_id, need.pack)
        need = need_for(str(told.change.for_whom), need, [step.need for step in steps(versions)])
        begin = need.version + 1
    feedback = told.feedback if need.for_whom == SELF else ()
    if not feedback and not is_other and told.change.is_empty() and told.change.text in ("", need.text):
        return NeedVersion(need, begin)
    changed = apply(need, told.change, scene.pack)
    gone = _gone(need.constraints, changed.constraints, told)
    if gone and not told.change.text:
        changed = without(changed, gone, scene.said_before())
    return save(scene, dataclasses.replace(changed, version=need.version), begin, feedback)


def _gone(before: Iterable[Constraint], after: Iterable[Constraint], told: Told) -> list[Constraint]:
    """Constraints that the person took back, as against those that gave way to a new one."""
    left = set(after)
    dropped = set(told.change.dropped)
    return [c for c in before if c not in left and (c in dropped or c.facet in told.change.dropped_facets)]


def save(scene: Scene, need: Need, begin: int | None = None, feedback: Sequence[Feedback] = ()) -> NeedVersion:
    """Stores `need` as the version after its own, with the feedback of the turn; without `begin` it begins with it."""
    need = dataclasses.replace(need, version=need.version + 1)
    begins = need.version if begin is None or is_blank(need) else begin
    version = NeedVersion(need, begins, None, scene.turn.message_id)
    scene.resources.store.keep_turn(scene.conversation_id, scene.user_id, version, feedback)
    return version


def is_blank(need: Need) -> bool:
    """True for a need that holds nothing yet."""
    return not (need.constraints or need.like or need.unlike or need.text)
