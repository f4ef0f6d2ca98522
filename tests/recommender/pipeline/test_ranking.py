"""The served pipeline: nothing lost, order right, no `must` violated, every source works alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.catalog import eligible
from data.need import Constraint, Need
from recommender.pipeline.history import Event
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.request import RankRequest
from recommender.pipeline.scoring import FEATURES

OPS = st.sampled_from(["is", "is_not"])
IDS = st.sampled_from([f"L{number}" for number in range(40)])
STRENGTHS = st.sampled_from(["must", "prefer"])
CONSTRAINTS = st.one_of(
    st.builds(Constraint, st.just("style"), OPS, st.sampled_from(["modern", "rustic"]), STRENGTHS),
    st.builds(Constraint, st.just("maker"), st.just("is"), st.sampled_from(["Lumo", "Noor"]), STRENGTHS, st.just("m")),
    st.builds(Constraint, st.just("price"), st.sampled_from(["at_least", "at_most"]), st.integers(0, 150), STRENGTHS),
    st.builds(Constraint, st.just("dimmable"), st.just("is"), st.booleans(), STRENGTHS),
)  # fmt: skip
EVENTS = st.builds(Event, IDS, st.none() | st.floats(1, 5), st.none() | st.integers(0, 2**31))
REQUESTS = st.builds(
    RankRequest, st.just("lamps"),
    st.builds(
        Need, st.just("lamps"), text=st.sampled_from(["", "a cheap modern lamp", "便宜的灯"]),
        constraints=st.lists(CONSTRAINTS, max_size=4).map(tuple), like=st.lists(IDS, max_size=2).map(tuple),
        unlike=st.lists(IDS, max_size=2).map(tuple),
    ),
    st.lists(EVENTS, max_size=6).map(tuple), st.lists(IDS, max_size=5).map(tuple), st.integers(1, 60),
)  # fmt: skip


def need(*constraints: Constraint, **values: Any) -> Need:
    return Need("lamps", constraints=constraints, **values)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
def test_slate_holds_the_best_of_what_may_be_shown_and_nothing_else(lamps: PackRanker, request: RankRequest) -> None:
    answer = lamps.rank([request])[0]
    shown = [item["item_id"] for item in answer["items"]]
    hidden = {*(event.item_id for event in request.history), *request.exclude, *request.need.like, *request.need.unlike}
    admitted = [item.item_id for item in lamps.catalog.eligible(request.need.constraints)]
    allowed = [item_id for item_id in admitted if item_id not in hidden]
    assert len(set(shown)) == len(shown) == min(request.k, len(allowed))
    assert set(shown) <= set(allowed)
    assert answer["eligible"] == len(admitted)
    scores = [item["score"] for item in answer["items"]]
    assert scores == sorted(scores, reverse=True)
    assert all(math.isfinite(score) for score in scores)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
def test_every_constraint_reason_is_true_of_its_item(lamps: PackRanker, request: RankRequest) -> None:
    for item in lamps.rank([request])[0]["items"]:
        for reason in item["reasons"]:
            if reason["kind"] == "constraint":
                assert lamps.catalog[item["item_id"]].meets(Constraint.from_dict(reason))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(REQUESTS, min_size=2, max_size=5))
def test_a_batch_gives_what_each_request_alone_gives(lamps: PackRanker, requests: list[RankRequest]) -> None:
    together = lamps.score(requests)
    for request, one in zip(requests, together, strict=True):
        alone = lamps.score([request])[0]
        np.testing.assert_allclose(one.contributions.sum(1), alone.contributions.sum(1), rtol=1e-3, atol=2e-3)


def test_contributions_of_the_sources_add_up_to_the_score(lamps: PackRanker) -> None:
    request = RankRequest("lamps", need(text="a modern lamp", like=("L3",)), (Event("L4", 5.0),))
    first = lamps.rank([request])[0]["items"][0]
    told = lamps.explain(request, first["item_id"])
    assert math.isclose(sum(told["contributions"].values()), first["score"], rel_tol=1e-3, abs_tol=1e-3)
    assert told["rank"] == 1


def test_a_preference_lifts_what_meets_it_and_bars_nothing(lamps: PackRanker) -> None:
    wish = Constraint("style", "is", "industrial", "prefer")
    answer = lamps.rank([RankRequest("lamps", need(wish), k=40)])[0]
    meets = [lamps.catalog[item["item_id"]].meets(wish) for item in answer["items"]]
    assert len(meets) == 40
    assert all(meets[:5])


def test_history_alone_recommends_the_style_that_was_bought(lamps: PackRanker) -> None:
    bought = tuple(Event(f"L{number}", 5.0, 1_000_000 + number) for number in (4, 8, 12, 16))
    items = lamps.rank([RankRequest("lamps", need(), bought, k=4)])[0]["items"]
    assert all("modern" in lamps.catalog[item["item_id"]].facets["style"] for item in items)


def test_something_like_an_item_is_like_it_and_is_not_itself(lamps: PackRanker) -> None:
    items = lamps.rank([RankRequest("lamps", need(like=("L8",)), k=3)])[0]["items"]
    assert "L8" not in [item["item_id"] for item in items]
    assert all("modern" in lamps.catalog[item["item_id"]].facets["style"] for item in items)
    assert any(reason["kind"] == "similar" and reason["item_id"] == "L8" for reason in items[0]["reasons"])


def test_unlike_pushes_its_kind_down(lamps: PackRanker) -> None:
    plain = lamps.score([RankRequest("lamps", need())])[0].contributions[:, FEATURES.index("unlike")]
    pushed = lamps.score([RankRequest("lamps", need(unlike=("L8",)))])[0].contributions[:, FEATURES.index("unlike")]
    assert not plain.any()
    modern = np.array(["modern" in item.facets["style"] for item in lamps.catalog.items])
    assert pushed[modern].mean() < pushed[~modern].mean()


def test_nothing_eligible_comes_with_counted_ways_out(lamps: PackRanker) -> None:
    wishes = (Constraint("year", "at_most", 1975), Constraint("maker", "is", "Lumo"))
    answer = lamps.rank([RankRequest("lamps", need(*wishes))])[0]
    assert answer["items"] == []
    assert answer["eligible"] == 0
    assert answer["relaxations"] == [{"drop": [0], "eligible": 14}]


def test_explain_names_the_constraint_that_an_item_fails(lamps: PackRanker) -> None:
    wishes = (Constraint("style", "is", "modern"), Constraint("price", "at_most", 20))
    told = lamps.explain(RankRequest("lamps", need(*wishes)), "L8")
    assert [failed["index"] for failed in told["failed"]] == [1]
    assert told["failed"][0]["item_value"] == 34
    assert not told["eligible"]


def test_an_item_that_nobody_chose_is_ranked_by_its_content(lamps: PackRanker) -> None:
    cold = ["L38", "L39"]
    wish = Constraint("price", "at_least", 120)
    shown = [item["item_id"] for item in lamps.rank([RankRequest("lamps", need(wish), k=40)])[0]["items"]]
    assert set(cold) <= set(shown)
    assert all(eligible(lamps.catalog[item_id], [wish]) for item_id in shown)


def test_the_same_request_gives_the_same_answer(lamps: PackRanker) -> None:
    request = RankRequest("lamps", need(text="rustic"), (Event("L1"),))
    first, second = lamps.rank([request])[0], lamps.rank([request])[0]
    assert first["items"] == second["items"]


def test_an_example_is_named_as_similar_and_not_again_as_taste(lamps: PackRanker) -> None:
    items = lamps.rank([RankRequest("lamps", need(like=("L8",)), k=5)])[0]["items"]
    assert all(reason["kind"] != "taste" for item in items for reason in item["reasons"])


def text_reasons(lamps: PackRanker, text: str) -> list[tuple[str, object]]:
    items = lamps.rank([RankRequest("lamps", need(text=text), k=20)])[0]["items"]
    return [
        (item["item_id"], reason["value"]) for item in items for reason in item["reasons"] if reason["kind"] == "text"
    ]


def test_a_text_reason_names_a_value_that_the_item_has(lamps: PackRanker) -> None:
    found = text_reasons(lamps, "something rustic")
    assert found, "no item of the slate has a text reason, so nothing was tested"
    for item_id, value in found:
        assert value == "rustic"
        assert value in lamps.catalog[item_id].facets["style"]  # type: ignore[operator]


def test_a_text_that_names_no_value_is_no_reason(lamps: PackRanker) -> None:
    assert text_reasons(lamps, "like the old farmhouse one but not so heavy") == []
