"""Whatever comes in, an answer or a problem goes out, and the next request is answered."""

from __future__ import annotations

import asyncio
import copy
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import DataError
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.service import Ranking
from recommender.serving.app import make_app
from tests.recommender.serving.client import listening

VALID: dict[str, Any] = {
    "pack": "lamps", "k": 5, "exclude": ["L9"], "item_id": "L2", "item_ids": ["L3", "L4"],
    "need": {
        "version": 3, "pack": "lamps", "text": "a cheap modern lamp, 便宜的灯", "like": ["L8"], "unlike": ["L5"],
        "for_whom": "self",
        "constraints": [
            {"facet": "style", "op": "is", "value": "modern", "strength": "must", "group": "a"},
            {"facet": "maker", "op": "is_not", "value": "Noor", "strength": "must", "group": "a"},
            {"facet": "price", "op": "at_most", "value": 90, "strength": "prefer"},
            {"facet": "dimmable", "op": "is", "value": True, "strength": "must"},
        ],
    },
    "history": [{"item_id": "L1", "rating": 4.5, "timestamp": 1000000}, {"item_id": "L6"}],
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**6, 10**400, 1.5, float("nan"), float("inf"), -1e308, "", "L1", "nope", "style",
    "price", "at_least", "is", "x" * 30_000, "\x00", "\ud800", "😀", "1e5", "nan", "inf", "a: b", [], {}, [[]], [None],
    ["L1", 5, None], {"item_id": "L1"}, {"a": {"b": [{}]}},
)  # fmt: skip
ANYTHING = st.recursive(
    st.sampled_from(ODD) | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything in a value, itself first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


def changed(body: Any, path: tuple[Any, ...], how: str, odd: Any) -> Any:
    """The body with what stands at `path` replaced, taken away, given twice, or with something new beside it."""
    if not path:
        return odd
    body = copy.deepcopy(body)
    parent = body
    for step in path[:-1]:
        parent = parent[step]
    if how == "take away":
        del parent[path[-1]]
    elif how == "twice" and isinstance(parent, list):
        parent.append(parent[path[-1]])
    elif how == "beside" and isinstance(parent, dict):
        parent[odd if isinstance(odd, str) else "more"] = odd
    else:
        parent[path[-1]] = odd
    return body


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    body: Any = VALID
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(body)))
        body = changed(body, path, draw(st.sampled_from(["replace", "take away", "twice", "beside"])), draw(ANYTHING))
    return body


def is_told(answer: dict[str, Any]) -> bool:
    """Whether it is an answer or a problem, as JSON that everybody can read."""
    json.dumps(answer, allow_nan=False).encode()
    return "items" in answer or (answer["status"] in (400, 422) and bool(answer["where"]) and bool(answer["problems"]))


@settings(max_examples=500, deadline=None, suppress_health_check=QUIET)
@given(body=mutated() | ANYTHING)
def test_a_mutated_request_gets_an_answer_or_a_problem(lamps: PackRanker, body: Any) -> None:
    ranking = Ranking({"lamps": lamps})
    assert is_told(ranking.rank([body])[0])
    assert is_told(ranking.rank_lines([json.dumps(body)])[0])


@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(body=mutated())
def test_the_other_questions_are_answered_or_refused_with_their_places(lamps: PackRanker, body: Any) -> None:
    ranking = Ranking({"lamps": lamps})
    for ask in (ranking.explain, ranking.split, ranking.rate):
        try:
            json.dumps(ask(body), allow_nan=False)
        except DataError as error:
            assert all(": " in problem for problem in error.problems)


@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(at=st.integers(0, 900), taken=st.integers(0, 40), put=st.binary(max_size=12))
def test_mutated_bytes_get_an_answer_or_a_problem(lamps: PackRanker, at: int, taken: int, put: bytes) -> None:
    raw = json.dumps(VALID).encode()
    assert is_told(Ranking({"lamps": lamps}).rank_lines([raw[:at] + put + raw[at + taken :]])[0])


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_server_under_mutated_requests_lives_and_answers_the_good_ones(lamps: PackRanker, seed: int) -> None:
    chance = random.Random(seed)
    bodies: list[Any] = []
    for _ in range(150):
        path = chance.choice(places(VALID))
        bodies.append(
            changed(VALID, path, chance.choice(["replace", "take away", "twice", "beside"]), chance.choice(ODD))
        )
    async with listening(make_app(Ranking({"lamps": lamps}))) as client:
        paths = ["/v1/rank", "/v1/explain", "/v1/split", "/v1/rate"]
        asked = [client.post(chance.choice(paths), body) for body in bodies] + [client.post("/v1/rank", VALID)]
        answers = await asyncio.gather(*asked)
        assert {status for status, _ in answers} <= {200, 400, 422}
        assert answers[-1][0] == 200
