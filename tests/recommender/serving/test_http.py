"""The ranker's HTTP API over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.service import Ranking
from recommender.serving.app import make_app
from recommender.serving.batching import Limits

MODERN = {"facet": "style", "op": "is", "value": "modern"}


class Client:
    """Talks to the server at `url`."""

    def __init__(self, url: str, session: aiohttp.ClientSession):
        self.url, self.session = url, session

    async def post(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.url + path, data=data) as response:
            return response.status, json.loads(await response.read())

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.text()

    async def until_ready(self) -> None:
        while (await self.get("/readyz"))[0] != 200:
            await asyncio.sleep(0.01)


@pytest.fixture
async def client(lamps: PackRanker) -> AsyncIterator[Client]:
    runner = web.AppRunner(make_app(Ranking({"lamps": lamps}), Limits(max_wait_ms=20)))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        client = Client(f"http://127.0.0.1:{port}", session)
        await client.until_ready()
        yield client
    await runner.cleanup()


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


async def test_rate_predicts_on_the_scale_of_the_pack(client: Client) -> None:
    body = {"pack": "lamps", "history": [{"item_id": "L1", "rating": 5}], "item_ids": ["L2", "L3"]}
    status, answer = await client.post("/v1/rate", body)
    assert status == 200
    assert [row["item_id"] for row in answer["ratings"]] == ["L2", "L3"]
    assert all(3 <= row["rating"] <= 5.5 for row in answer["ratings"])


@pytest.mark.parametrize(
    ("path", "body", "status", "where"),
    [
        ("/v1/rank", b"{", 400, "request"),
        ("/v1/rank", b"\xff\xfe", 400, "request"),
        ("/v1/rank", b"[" * 100_000, 400, "request"),
        ("/v1/rank", [], 422, "request"),
        ("/v1/rank", {"pack": "shoes"}, 422, "pack"),
        ("/v1/rank", {"pack": "lamps", "k": 0}, 422, "k"),
        (
            "/v1/rank",
            {"pack": "lamps", "history": [{"item_id": "L1", "timestamp": "now"}]},
            422,
            "history[0].timestamp",
        ),
        ("/v1/explain", {"pack": "lamps", "item_id": "nope"}, 422, "item_id"),
        ("/v1/explain", {"pack": "lamps"}, 422, "item_id"),
        ("/v1/rate", {"pack": "lamps", "item_ids": []}, 422, "item_ids"),
        ("/v1/nothing", {}, 404, "request"),
        ("/v1/rank", b" " * (9 * 1024 * 1024), 413, "request"),
    ],
)
async def test_bad_input_is_a_problem_that_says_where(
    client: Client, path: str, body: Any, status: int, where: str
) -> None:
    got, answer = await client.post(path, body)
    assert (got, answer["status"], answer["where"]) == (status, status, where)
    assert answer["detail"]
    assert (await client.post("/v1/rank", {"pack": "lamps"}))[0] == 200


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
