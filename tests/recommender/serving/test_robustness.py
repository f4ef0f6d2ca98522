"""Whatever JSON comes in, an answer or a problem goes out."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.service import Ranking

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["L1", "style", "is", "modern"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CONSTRAINT = st.fixed_dictionaries(
    {},
    optional={
        "facet": st.sampled_from(["style", "price", "dimmable"]) | ANYTHING,
        "op": st.sampled_from(["is", "is_not", "at_least", "at_most"]) | ANYTHING,
        "value": st.sampled_from(["modern", 20, True]) | ANYTHING,
        "strength": st.sampled_from(["must", "prefer"]) | ANYTHING,
        "group": st.none() | ANYTHING,
    },
)
NEED = st.fixed_dictionaries(
    {"pack": st.just("lamps")},
    optional={
        "text": st.text(max_size=30) | ANYTHING, "constraints": st.lists(CONSTRAINT | ANYTHING, max_size=3) | ANYTHING,
        "like": st.lists(st.sampled_from(["L1", "L2"]), max_size=2) | ANYTHING, "unlike": ANYTHING, "version": ANYTHING,
        "for_whom": ANYTHING,
    },
)  # fmt: skip
EVENT = st.fixed_dictionaries(
    {}, optional={"item_id": st.just("L3") | ANYTHING, "rating": ANYTHING, "timestamp": ANYTHING}
)
BODY = st.fixed_dictionaries(
    {"pack": st.just("lamps") | ANYTHING},
    optional={
        "need": NEED | ANYTHING, "history": st.lists(EVENT | ANYTHING, max_size=3) | ANYTHING, "exclude": ANYTHING,
        "k": st.integers() | ANYTHING,
    },
)  # fmt: skip


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(body=BODY | ANYTHING)
def test_any_json_gets_an_answer_or_a_problem_with_its_place(lamps: PackRanker, body: Any) -> None:
    answer = Ranking({"lamps": lamps}).rank([body])[0]
    assert "items" in answer or (answer["status"] == 422 and answer["where"])
