"""Taking turns back: every step leads to exactly the state before it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.change import Told
from actions.memory import keep, save
from actions.resources import Resources
from actions.scene import Scene
from actions.turn import Turn
from actions.undo import take_back
from actions.wishes import payload
from actions.wording import Wording
from data.catalog import Catalog
from data.need import Change, Constraint, Need
from data.store import Feedback, NeedVersion

PACK = "teas"
WISHES = st.sampled_from(
    [
        Constraint("kind", "is", "Green"),
        Constraint("kind", "is_not", "Smoky"),
        Constraint("origin", "is", "India"),
        Constraint("origin", "is", "Japan"),
        Constraint("price", "at_most", 9),
        Constraint("harvest", "at_least", 2020),
        Constraint("organic", "is", True, "prefer"),
    ]
)
ITEMS = st.sampled_from(["1", "2", "3", "4"])
KINDS = st.sampled_from(["like", "dislike", "seen"])


@st.composite
def turns(draw: st.DrawFn) -> Told:
    """Anything a turn may tell; often nothing at all."""
    feedback = tuple(Feedback(k, i) for k, i in draw(st.dictionaries(ITEMS, KINDS, max_size=2).map(_swapped)))
    change = Change(
        text=draw(st.sampled_from(["", "", "a tea", "something else"])),
        constraints=tuple(draw(st.lists(WISHES, max_size=2))),
        dropped_facets=tuple(draw(st.lists(st.sampled_from(["kind", "price"]), max_size=1))),
        like=tuple(one.item_id for one in feedback if one.kind == "like"),
        unlike=tuple(one.item_id for one in feedback if one.kind == "dislike"),
        for_whom=draw(st.sampled_from([None, None, None, "self", "mother"])),
        replaces=draw(st.booleans()),
    )
    return Told(change, feedback)


ACTS = st.lists(st.one_of(turns(), st.sampled_from(["start over", "undo"])), max_size=8)


def _swapped(said: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, item_id) for item_id, kind in said.items()]


class Dialogue:
    """One conversation through the store, turn by turn."""

    def __init__(self, resources: Resources, catalog: Catalog):
        talk = resources.store.open_conversation("web")
        self._numbers = itertools.count(1)
        self._scene = Scene(
            Turn(talk.conversation_id, talk.user_id, "en", "…", "refine"),
            Wording({}, "en"), resources, catalog, Need(PACK), talk.conversation_id, talk.user_id,
        )  # fmt: skip

    def scene(self) -> Scene:
        """The scene of the next turn."""
        store = self._scene.resources.store
        version = store.current_version(self._scene.conversation_id, PACK) or NeedVersion(Need(PACK))
        turn = dataclasses.replace(self._scene.turn, message_id=f"m{next(self._numbers)}")
        history = tuple(store.interactions(self._scene.user_id, PACK))
        return dataclasses.replace(self._scene, turn=turn, need=version.need, begin=version.begin, history=history)

    def does(self, act: Told | str) -> None:
        scene = self.scene()
        if act == "undo":
            take_back(scene)
        elif act == "start over":
            save(scene, Need(PACK, scene.need.version))
        elif isinstance(act, Told):
            keep(scene, act)

    def state(self) -> tuple[Any, ...]:
        """All that a step may change, the version's number aside."""
        scene = self.scene()
        told = [(past.item_id, past.kind) for past in scene.history]
        return dataclasses.replace(scene.need, version=0), scene.begin, told

    @property
    def version(self) -> int:
        return self.scene().need.version


@given(acts=ACTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
def test_undoing_every_step_passes_through_every_state_before(
    acts: Sequence[Told | str], resources: Resources, catalog: Catalog
) -> None:
    dialogue, before = Dialogue(resources, catalog), []
    for act in acts:
        state, version = dialogue.state(), dialogue.version
        dialogue.does(act)
        if act == "undo":
            assert dialogue.state() == (before.pop() if before else state)
        elif dialogue.version != version:
            before.append(state)
    for state in reversed(before):
        dialogue.does("undo")
        assert dialogue.state() == state
    dialogue.does("undo")
    assert dialogue.state() == (Need(PACK), 0, [])


async def test_undo_brings_back_the_need_and_its_list(person, wish):
    first = await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")], count=3)
    await person.says("refine", "organic", constraints=[wish("organic", "is", True)])
    reply = await person.says("undo", "undo that")
    assert reply.chips == ["green"]
    assert reply.items == first.items
    assert reply.text.startswith("OK, I've taken that back.")


async def test_undoing_twice_goes_two_steps_back(person, wish):
    for value in (9, 8, 7):
        await person.says("refine", "cheaper", constraints=[wish("price", "at_most", value)])
    await person.says("undo", "undo")
    assert (await person.says("undo", "again")).chips == ["price up to 9"]


async def test_after_a_new_wish_undo_does_not_bring_back_what_was_undone(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    await person.says("refine", "cheap", constraints=[wish("price", "at_most", 9)])
    await person.says("undo", "undo")
    await person.says("refine", "organic", constraints=[wish("organic", "is", True)])
    assert (await person.says("undo", "undo")).chips == ["green"]


async def test_a_like_that_is_undone_no_longer_counts(person, resources):
    await person.says("recommend", "tea")
    liked = await person.presses('/feedback{"kind": "like", "item_id": "4"}')
    reply = await person.presses(liked.choice("Undo"))
    assert resources.store.interactions(person.user_id, "teas") == []
    assert reply.text.startswith("OK, I've taken back what you said about Sencha.")


async def test_undoing_a_dislike_leaves_the_earlier_like(person, resources):
    for kind in ("like", "dislike"):
        await person.presses(payload("feedback", kind=kind, item_id="4"))
    await person.says("undo", "undo")
    assert [past.kind for past in resources.store.interactions(person.user_id, "teas")] == ["like"]


async def test_starting_over_can_be_undone(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    await person.says("start_over", "start over")
    assert (await person.says("undo", "no, go back")).chips == ["green"]


async def test_undoing_the_first_wish_leads_to_the_beginning(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    reply = await person.says("undo", "撤销", language="zh")
    assert reply.utters == ["utter_undone_blank"]
    assert reply.chips == []


async def test_with_nothing_said_there_is_nothing_to_undo(person):
    assert (await person.says("undo", "undo")).utters == ["utter_undo_nothing"]


async def test_an_undo_that_comes_again_after_a_crash_takes_nothing_more_back(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    await person.says("refine", "cheap", constraints=[wish("price", "at_most", 9)])
    events = list(person.events)
    await person.says("undo", "undo")
    person.events[:] = events
    assert (await person.says("undo", "undo")).chips == ["green"]
