"""The ranker's HTTP API over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.service import Ranking
from recommender.serving.app import make_app
from recommender.serving.batching import Limits
from tests.recommender.serving.client import Client, listening

FIRST = "need.constraints[0]."
MODERN = {"facet": "style", "op": "is", "value": "modern"}


@pytest.fixture
async def client(lamps: PackRanker) -> AsyncIterator[Client]:
    async with listening(make_app(Ranking({"lamps": lamps}), Limits(max_wait_ms=20))) as client:
        yield client


async def test_rank_answers_with_the_form_of_the_contract(client: Client) -> None:
    body = {"pack": "lamps", "need": {"pack": "lamps", "text": "modern lamp", "constraints": [MODERN]}, "k": 3}
    status, answer = await client.post("/v1/rank", body)
    assert status == 200
    assert set(answer) == {"items", "eligible", "relaxations", "model", "timing_ms"}
    assert len(answer["items"]) == 3
    assert set(answer["items"][0]) == {"item_id", "title", "score", "reasons"}
    assert answer["items"][0]["reasons"][0]["kind"] == "constraint"
    assert answer["model"]["name"] == "instructrec"


async def test_concurrent_requests_share_a_forward_pass(client: Client) -> None:
    answers = await asyncio.gather(*(client.post("/v1/rank", {"pack": "lamps", "k": n}) for n in range(1, 21)))
    assert [len(answer["items"]) for _, answer in answers] == list(range(1, 21))
    assert max(answer["timing_ms"]["batch"] for _, answer in answers) > 1


async def test_explain_says_why_not(client: Client) -> None:
    body = {"pack": "lamps", "need": {"pack": "lamps", "constraints": [MODERN]}, "item_id": "L2"}
    status, answer = await client.post("/v1/explain", body)
    assert (status, answer["eligible"]) == (200, False)
    assert answer["failed"][0]["facet"] == "style"


async def test_split_asks_for_the_facet_that_divides_best(client: Client) -> None:
    status, answer = await client.post("/v1/split", {"pack": "lamps"})
    assert status == 200
    assert answer["eligible"] == 40
    assert answer["gain_bits"] > max(other["gain_bits"] for other in answer["others"])


async def test_elicit_names_what_to_ask_a_newcomer_about_and_nothing_twice(client: Client) -> None:
    status, answer = await client.post("/v1/elicit", {"pack": "lamps", "k": 3})
    assert (status, len(answer["items"])) == (200, 3)
    first = answer["items"][0]["item_id"]
    _, again = await client.post("/v1/elicit", {"pack": "lamps", "k": 3, "exclude": [first]})
    assert first not in [item["item_id"] for item in again["items"]]


async def test_rate_predicts_on_the_scale_of_the_pack(client: Client) -> None:
    body = {"pack": "lamps", "history": [{"item_id": "L1", "rating": 5}], "item_ids": ["L2", "L3"]}
    status, answer = await client.post("/v1/rate", body)
    assert status == 200
    assert [row["item_id"] for row in answer["ratings"]] == ["L2", "L3"]
    assert all(3 <= row["rating"] <= 5.5 for row in answer["ratings"])


BAD = [
    ("half an object", "/v1/rank", b"{", 400, "request"),
    ("not UTF-8", "/v1/rank", b"\xff\xfe", 400, "request"),
    ("deep nesting", "/v1/rank", b"[" * 100_000, 400, "request"),
    ("a key twice", "/v1/rank", b'{"pack": "lamps", "k": 1, "k": 2}', 400, "k"),
    ("NaN", "/v1/rank", b'{"pack": "lamps", "history": [{"item_id": "L1", "rating": NaN}]}', 400, "history[0].rating"),
    ("half a character", "/v1/rank", b'{"need": {"text": "\\ud800"}}', 400, "need.text"),
    ("a list", "/v1/rank", [], 422, "request"),
    ("an unknown pack", "/v1/rank", {"pack": "shoes"}, 422, "pack"),
    ("nothing wanted of it", "/v1/rank", {"pack": "lamps", "k": 0}, 422, "k"),
    ("a million wanted", "/v1/rank", {"pack": "lamps", "k": 10**6}, 422, "k"),
    ("a huge text", "/v1/rank", {"need": {"text": "x" * 10**6}}, 422, "need.text"),
    ("a huge history", "/v1/rank", {"history": [{"item_id": "L1"}] * 10**5}, 422, "history"),
    ("time in words", "/v1/rank", {"history": [{"item_id": "L1", "timestamp": "now"}]}, 422, "history[0].timestamp"),
    ("an unknown facet", "/v1/split", {"need": {"constraints": [{**MODERN, "facet": "hue"}]}}, 422, FIRST + "facet"),
    ("an unknown operator", "/v1/split", {"need": {"constraints": [{**MODERN, "op": "near"}]}}, 422, FIRST + "op"),
    ("an unknown item", "/v1/explain", {"pack": "lamps", "item_id": "nope"}, 422, "item_id"),
    ("no item", "/v1/explain", {"pack": "lamps"}, 422, "item_id"),
    ("no items", "/v1/rate", {"pack": "lamps", "item_ids": []}, 422, "item_ids"),
    ("an unknown path", "/v1/nothing", {}, 404, "request"),
    ("an unknown method", "/healthz", {}, 405, "request"),
    ("too many bytes", "/v1/rank", b" " * (9 * 1024 * 1024), 413, "request"),
]


@pytest.mark.parametrize(("path", "body", "status", "where"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
async def test_bad_input_is_a_problem_that_says_where(
    client: Client, path: str, body: Any, status: int, where: str
) -> None:
    got, answer = await client.post(path, body)
    assert (got, answer["status"], answer["where"]) == (status, status, where)
    assert answer["detail"]
    assert (await client.post("/v1/rank", {"pack": "lamps"}))[0] == 200


async def test_a_problem_has_the_media_type_of_its_standard(client: Client) -> None:
    async with client.session.post(client.url + "/v1/rank", data=b"{") as response:
        assert response.content_type == "application/problem+json"


async def test_every_problem_comes_with_its_json_pointer(client: Client) -> None:
    body = {"k": 0, "need": {"constraints": [{**MODERN, "op": "near"}]}}
    _, answer = await client.post("/v1/rank", body)
    assert [row["pointer"] for row in answer["problems"]] == ["/need/constraints/0/op", "/k"]


async def test_one_bad_request_among_many_spoils_only_itself(client: Client) -> None:
    bodies = [{"pack": "lamps", "k": k} for k in (1, 0, 2, 10**6, 3)]
    answers = await asyncio.gather(*(client.post("/v1/rank", body) for body in bodies))
    assert [status for status, _ in answers] == [200, 422, 200, 422, 200]


async def test_a_long_history_is_answered(client: Client) -> None:
    history = [{"item_id": f"L{n % 40}"} for n in range(20_000)]
    status, answer = await client.post("/v1/rank", {"pack": "lamps", "history": history})
    assert (status, answer["items"], answer["eligible"]) == (200, [], 40)


async def test_health_and_metrics_are_told(client: Client) -> None:
    assert (await client.get("/healthz"))[0] == 200
    await client.post("/v1/rank", {"pack": "lamps"})
    status, text = await client.get("/metrics")
    assert status == 200
    assert 'ranker_requests_total{route="/v1/rank",status="200"} 1.0' in text


async def test_it_is_not_ready_when_the_warm_up_fails(lamps: PackRanker, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(queries: object) -> None:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(lamps.scorer, "features", broken)
    async with listening(make_app(Ranking({"lamps": lamps})), ready=False) as client:
        for _ in range(20):
            status, _ = await client.get("/readyz")
            assert status == 503
            await asyncio.sleep(0.01)
        assert (await client.get("/healthz"))[0] == 200


async def test_a_request_that_the_model_fails_on_is_a_problem_and_the_next_is_answered(
    client: Client, lamps: PackRanker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(lamps, "compute", lambda prepared: 1 / 0)
        status, answer = await client.post("/v1/rank", {"pack": "lamps"})
    assert (status, answer["where"]) == (500, "request")
    assert (await client.post("/v1/rank", {"pack": "lamps"}))[0] == 200
