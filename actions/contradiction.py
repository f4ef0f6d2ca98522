"""A wish that cannot stand beside an earlier one takes its place; the bot asks whether both were meant."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from actions.change import Told
from actions.scene import Scene
from actions.slate import Choice
from actions.wishes import key_of, name_of, payload, sentence_case
from actions.wording import Said
from data.catalog import Catalog, eligible
from data.need import Change, Constraint, Need

BOTH, INSTEAD = "both", "instead"
"""What the two buttons of the question mean."""


@dataclass(frozen=True)
class Contradiction:
    """Two values of one facet that no item has together, one wanted before and one wanted now."""

    earlier: Constraint
    now: Constraint


def contradiction(told: Told, need: Need, catalog: Catalog) -> Contradiction | None:
    """The first wish of `told` that contradicts one of `need`; None when the person said that it replaces."""
    if told.change.replaces:
        return None
    gone = set(told.change.dropped)
    earlier = [c for c in need.constraints if c not in gone and _is_firm(c, catalog)]
    pairs = [(old, new) for new in told.change.constraints if _is_firm(new, catalog) for old in earlier]
    against = (Contradiction(old, new) for old, new in pairs if old.facet == new.facet and old.value != new.value)
    return next((pair for pair in against if not _together(pair.earlier, pair.now, catalog)), None)


def _is_firm(constraint: Constraint, catalog: Catalog) -> bool:
    """A value of a category that must be."""
    facet = catalog.pack.facets.get(constraint.facet)
    is_value = facet is not None and facet.type == "category" and constraint.op == "is"
    return is_value and constraint.strength == "must"


def _together(earlier: Constraint, now: Constraint, catalog: Catalog) -> bool:
    """Whether an item meets both."""
    pair = tuple(dataclasses.replace(one, strength="must", group=None) for one in (earlier, now))
    return any(eligible(item, pair) for item in catalog.items)


def instead(told: Told, found: Contradiction) -> Told:
    """`told` with the new wish in the place of the earlier one."""
    dropped = tuple(dict.fromkeys((*told.change.dropped, found.earlier)))
    return dataclasses.replace(told, change=dataclasses.replace(told.change, dropped=dropped))


def both(scene: Scene, wishes: tuple[Constraint, ...]) -> Told:
    """The wishes as alternatives, in the place of what the need holds of them."""
    names = {(wish.facet, str(wish.value)) for wish in wishes}
    old = tuple(c for c in scene.need.constraints if (c.facet, str(c.value)) in names)
    group = f"{wishes[0].facet}|"
    return Told(Change(constraints=tuple(dataclasses.replace(w, group=group) for w in wishes), dropped=old))


def question(scene: Scene, found: Contradiction) -> tuple[Said, list[Choice]]:
    """ "Did you mean instead of it, or as well?" with a button for each."""
    earlier, now = (name_of([one], scene.pack, scene.wording) for one in (found.earlier, found.now))
    keys = [key_of(found.earlier), key_of(found.now)]
    title = scene.wording.joined([earlier, now], "utter_list_or")
    choices = [
        {
            "title": sentence_case(title),
            "payload": payload("clarified", meant=BOTH, wishes=keys, pack=scene.pack.name),
        },
        {
            "title": sentence_case(scene.label("utter_choice_only", wish=now)),
            "payload": payload("clarified", meant=INSTEAD, pack=scene.pack.name),
        },
    ]
    return scene.say("utter_instead_or_both", earlier=earlier, now=now), choices
