from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DataError
from data.need import Change, Constraint, Need, apply
from data.pack import Facet, Pack, load_pack
from data.settings import PROJECT

MOVIES = load_pack("movies", PROJECT / "var")
COMEDY, HORROR = Constraint("genre", "is", "Comedy"), Constraint("genre", "is", "Horror")


def after(*changes: Change, pack: Pack = MOVIES) -> Need:
    need = Need(pack.name)
    for change in changes:
        need = apply(need, change, pack)
    return need


def said(*constraints: Constraint, replaces: bool = False) -> Change:
    return Change(constraints=constraints, replaces=replaces)


def test_a_need_survives_json() -> None:
    need = after(Change("funny like Heat", (COMEDY,), like=("190",), for_whom="my son"))
    assert Need.from_dict(need.as_dict()) == need


def test_wishes_of_several_turns_join() -> None:
    year = Constraint("year", "at_least", 1990)
    assert after(said(COMEDY), said(year)).constraints == (COMEDY, year)


def test_every_change_is_a_new_version() -> None:
    assert after(said(COMEDY), said(HORROR), Change()).version == 3


def test_an_unwanted_value_takes_the_place_of_the_wanted_one() -> None:
    no_horror = Constraint("genre", "is_not", "Horror")
    assert after(said(HORROR, COMEDY), said(no_horror)).constraints == (COMEDY, no_horror)
    assert after(said(no_horror), said(HORROR)).constraints == (HORROR,)


def test_a_fresh_request_replaces_wanted_values_and_keeps_the_unwanted() -> None:
    no_war = Constraint("genre", "is_not", "War")
    assert after(said(COMEDY, no_war), said(HORROR, replaces=True)).constraints == (no_war, HORROR)


def test_a_bound_replaces_the_bound_of_its_kind() -> None:
    first, second = Constraint("year", "at_least", 1990), Constraint("year", "at_least", 1995)
    assert after(said(first), said(second)).constraints == (second,)


def test_bounds_that_leave_no_room_give_way_to_the_later_ones() -> None:
    nineties = (Constraint("year", "at_least", 1990), Constraint("year", "at_most", 1999))
    early = Constraint("year", "at_most", 1979)
    assert after(said(*nineties), said(early)).constraints == (early,)
    assert after(said(*nineties), said(Constraint("year", "at_most", 1995))).constraints == (
        nineties[0],
        Constraint("year", "at_most", 1995),
    )


def test_a_dropped_facet_and_a_removed_chip_are_gone() -> None:
    year = Constraint("year", "at_least", 1990)
    assert after(said(COMEDY, year), Change(dropped_facets=("genre",))).constraints == (year,)
    assert after(said(COMEDY, year), Change(dropped=(year,))).constraints == (COMEDY,)


def test_liking_ends_disliking_and_the_other_way_round() -> None:
    need = after(Change(like=("1", "2")), Change(unlike=("1",)))
    assert (need.like, need.unlike) == (("2",), ("1",))
    assert after(Change(unlike=("1",)), Change(like=("1",))).unlike == ()


def test_two_values_of_a_facet_that_holds_one_are_alternatives() -> None:
    facets = {"cuisine": Facet("cuisine", "category", "cuisine")}
    pack = dataclasses.replace(MOVIES, facets=facets)
    both = said(Constraint("cuisine", "is", "Sichuan"), Constraint("cuisine", "is", "Hunan"))
    assert {c.group for c in after(both, pack=pack).constraints} == {"cuisine?"}


def test_a_new_value_of_a_facet_that_holds_one_replaces_the_old() -> None:
    pack = dataclasses.replace(MOVIES, facets={"cuisine": Facet("cuisine", "category", "cuisine")})
    hunan = Constraint("cuisine", "is", "Hunan")
    assert after(said(Constraint("cuisine", "is", "Sichuan")), said(hunan), pack=pack).constraints == (hunan,)


def test_every_problem_of_a_bad_need_is_reported_with_its_place() -> None:
    bad = {"pack": 3, "constraints": [{"facet": "genre", "op": "like"}, "x"], "like": "190"}
    with pytest.raises(DataError) as caught:
        Need.from_dict(bad)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "need.constraints[0].value",
        "need.constraints[0].op",
        "need.constraints[1]",
        "need.pack",
        "need.like",
    ]


constraints = st.builds(
    Constraint,
    st.just("genre"),
    st.sampled_from(["is", "is_not"]),
    st.sampled_from(["Comedy", "Horror", "War"]),
) | st.builds(Constraint, st.just("year"), st.sampled_from(["at_least", "at_most"]), st.integers(1920, 2000))


@given(st.lists(st.lists(constraints, max_size=3), max_size=6))
def test_a_need_never_wants_and_refuses_the_same_value(turns: list[list[Constraint]]) -> None:
    for turn in turns:  # one turn does not contradict itself
        turn[:] = list({(c.facet, c.value if c.facet == "genre" else c.op): c for c in turn}.values())
    need = after(*(said(*turn) for turn in turns))
    seen = [(c.facet, c.value) for c in need.constraints if c.facet == "genre"]
    assert len(seen) == len(set(seen))


@given(st.lists(constraints.filter(lambda c: c.facet == "year"), max_size=8))
def test_year_bounds_said_one_by_one_always_leave_room(bounds: list[Constraint]) -> None:
    need = after(*(said(bound) for bound in bounds))
    low = [c.value for c in need.constraints if c.op == "at_least"]
    high = [c.value for c in need.constraints if c.op == "at_most"]
    assert not low or not high or low[0] <= high[0]
