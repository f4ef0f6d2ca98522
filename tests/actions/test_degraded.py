"""Without a ranker: popular within the constraints, ways out counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actions.degraded import popular, relaxations
from actions.ranking import RankRequest, Relaxation
from data.catalog import Catalog, eligible
from data.need import Constraint, Need

GREEN = Constraint("kind", "is", "Green")
POPULARITY = {"2": 30, "4": 25, "6": 20, "1": 15, "3": 12, "7": 3}


def _popular(catalog: Catalog, *constraints: Constraint, exclude: tuple[str, ...] = (), k: int = 3):
    return popular(RankRequest(Need("teas", constraints=constraints), exclude=exclude, k=k), catalog, POPULARITY)


def test_the_most_popular_that_fit_come_first(catalog: Catalog):
    assert _popular(catalog, GREEN).item_ids == ("4", "6", "5")


def test_what_is_excluded_does_not_come_back(catalog: Catalog):
    ranking = _popular(catalog, GREEN, exclude=("4",))
    assert ranking.item_ids == ("6", "5", "8")
    assert ranking.eligible == 5


def test_items_that_meet_a_preference_come_before_popular_ones(catalog: Catalog):
    assert _popular(catalog, GREEN, Constraint("organic", "is", True, "prefer")).item_ids == ("4", "5", "10")


def test_without_interactions_the_order_is_that_of_the_catalog(catalog: Catalog):
    request = RankRequest(Need("teas", constraints=(GREEN,)), k=2)
    assert popular(request, catalog, {}).item_ids == ("4", "5")


def test_it_says_that_it_is_degraded(catalog: Catalog):
    assert _popular(catalog).is_degraded


def test_reasons_are_facts(catalog: Catalog):
    first = _popular(catalog, GREEN).items[0]
    assert first.reasons == (
        {"kind": "constraint", "facet": "kind", "op": "is", "value": "Green"},
        {"kind": "popular", "count": 25},
    )


def test_an_item_that_few_chose_is_not_called_popular(catalog: Catalog):
    (item,) = _popular(catalog, Constraint("harvest", "is", 2018)).items
    assert [reason["kind"] for reason in item.reasons] == ["constraint"]


def test_ways_out_are_counted_the_most_fruitful_first(catalog: Catalog):
    constraints = (GREEN, Constraint("origin", "is", "India"), Constraint("price", "at_most", 8))
    assert relaxations(constraints, catalog) == (Relaxation((0,), 2), Relaxation((1,), 2))


def test_where_one_wish_is_not_enough_two_are_dropped(catalog: Catalog):
    constraints = (
        Constraint("kind", "is", "Green"),
        Constraint("origin", "is", "India"),
        Constraint("price", "at_least", 40),
    )
    assert relaxations(constraints, catalog) == (Relaxation((1, 2), 5), Relaxation((0, 2), 3))


def test_alternatives_are_dropped_together(catalog: Catalog):
    either = tuple(Constraint("origin", "is", origin, group="o") for origin in ("India", "China"))
    assert relaxations((GREEN, *either, Constraint("organic", "is", True)), catalog)[0] == Relaxation((1, 2), 3)


def test_a_preference_is_no_way_out(catalog: Catalog):
    assert relaxations((Constraint("price", "at_most", 1, "prefer"),), catalog) == ()


CONSTRAINTS = st.lists(
    st.one_of(
        st.builds(
            Constraint, st.just("kind"), st.sampled_from(["is", "is_not"]), st.sampled_from(["Green", "Black", "Smoky"])
        ),
        st.builds(Constraint, st.just("origin"), st.just("is"), st.sampled_from(["Japan", "India", "China"])),
        st.builds(Constraint, st.just("harvest"), st.sampled_from(["at_least", "at_most"]), st.integers(2015, 2026)),
        st.builds(
            Constraint, st.just("price"), st.just("at_most"), st.integers(1, 40), st.sampled_from(["must", "prefer"])
        ),
    ),
    max_size=5,
    unique=True,
)


@given(constraints=CONSTRAINTS)
def test_no_must_is_ever_broken_and_each_count_is_true(catalog: Catalog, constraints: list[Constraint]):
    ranking = _popular(catalog, *constraints, k=20)
    assert len(ranking.items) == ranking.eligible == len(catalog.eligible(constraints))
    assert all(eligible(catalog[item_id], constraints) for item_id in ranking.item_ids)
    for way in relaxations(constraints, catalog):
        left = [constraint for position, constraint in enumerate(constraints) if position not in way.drop]
        assert len(catalog.eligible(left)) == way.eligible > ranking.eligible


@given(constraints=CONSTRAINTS)
def test_nothing_eligible_always_has_a_way_out_unless_it_needs_more_than_three(
    catalog: Catalog, constraints: list[Constraint]
):
    musts = [constraint for constraint in constraints if constraint.strength == "must"]
    if not catalog.eligible(constraints) and len(musts) <= 3:
        assert relaxations(constraints, catalog)
