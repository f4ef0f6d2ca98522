"""Keeping what a turn told: the next version of the need, and feedback in the person's history."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.change import Told, for_whom_begins, need_for, without
from actions.corrections import is_correction, misheard
from actions.scene import Scene
from actions.sitting import is_blank
from actions.steps import steps
from data.need import Constraint, Need, apply
from data.store import Feedback, NeedVersion, StoredInteraction

REJECTED = ("dislike", "seen")


@dataclass(frozen=True)
class Memory:
    """What the store holds after the turn was kept."""

    need: Need
    history: tuple[StoredInteraction, ...]
    """Of whom the need is for: somebody else's need never hears of the person's own taste."""
    shown: tuple[str, ...]
    """Items shown since the need began, the first shown first."""

    @property
    def known(self) -> tuple[str, ...]:
        """Items never to recommend: liked or not liked in this need, and all that the history holds."""
        past = [interaction.item_id for interaction in self.history]
        return tuple(dict.fromkeys([*self.need.like, *self.need.unlike, *past]))


def keep(scene: Scene, told: Told) -> Memory:
    """Stores what the turn told, once: a message that comes again after a crash finds its need made already."""
    version = kept_before(scene) or _next_version(scene, told)
    store, need = scene.resources.store, version.need
    is_known = need.for_whom == scene.need.for_whom and not told.feedback
    history = scene.history if is_known else tuple(store.interactions(scene.user_id, need.pack, need.for_whom))
    shown = store.shown_items(scene.conversation_id, need.pack, version.begin, need.for_whom)
    return Memory(need, history, tuple(shown))


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
        need, begin = need_for(str(told.change.for_whom), need, steps(versions))
    elif scene.earlier is not None:
        need, begin = _set_aside(scene)
    elif is_correction(scene.turn):
        told = _corrected(scene, told)
    feedback = told.feedback
    if not feedback and not is_other and told.change.is_empty() and told.change.text in ("", need.text):
        return NeedVersion(need, begin)
    changed = apply(need, told.change, scene.pack)
    gone = _gone(need.constraints, changed.constraints, told)
    if gone and not told.change.text:
        changed = without(changed, gone, scene.said_before())
    return save(scene, dataclasses.replace(changed, version=need.version), begin, feedback)


def _corrected(scene: Scene, told: Told) -> Told:
    """The same, without what the step before was heard to say about it."""
    led = steps(scene.resources.store.versions(scene.conversation_id, scene.need.pack))
    before = led[-2].need if len(led) > 1 else Need(scene.need.pack)
    wrong = misheard(scene.need, before, told.change.constraints)
    return dataclasses.replace(told, change=dataclasses.replace(told.change, dropped=(*told.change.dropped, *wrong)))


def _set_aside(scene: Scene) -> tuple[Need, int]:
    """Keeps an empty need on top of one of an earlier visit: a step of its own, so that undo ends there first."""
    blank = dataclasses.replace(scene.need, version=scene.need.version + 1)
    version = NeedVersion(blank, blank.version)
    scene.resources.store.keep_turn(scene.conversation_id, scene.user_id, version)
    return blank, blank.version


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
