"""What waits together is computed together, and what fails fails alone."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from recommender.serving.batching import Limits, Overloaded, Worker


@dataclass
class Ranking:
    """Answers a request, a number, with the number; the device can be held, and fails on negative ones."""

    batches: list[list[int]] = field(default_factory=list)
    threads: dict[str, set[str]] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)

    def parse(self, body: Any) -> int:
        self._on("parse")
        return int(body)

    def prepare(self, batch: Sequence[int]) -> list[int]:
        self._on("prepare")
        return list(batch)

    def compute(self, batch: Sequence[int]) -> list[int]:
        self._on("compute")
        self.gate.wait(10)
        self.batches.append(list(batch))
        if min(batch) < 0:
            raise ArithmeticError("negative")
        return list(batch)

    def answer(self, one: int, found: int) -> dict[str, Any]:
        self._on("answer")
        return {"answer": found}

    def _on(self, step: str) -> None:
        self.threads.setdefault(step, set()).add(threading.current_thread().name.split("_")[0])


@pytest.fixture
def ranking() -> Ranking:
    made = Ranking()
    made.gate.set()
    return made


async def worker_of(ranking: Ranking, limits: Limits) -> Worker:
    worker = Worker(ranking, limits)  # type: ignore[arg-type]
    worker.start()
    return worker


@pytest.fixture
async def worker(ranking: Ranking) -> AsyncIterator[Worker]:
    worker = await worker_of(ranking, Limits(max_batch_size=4, max_wait_ms=200, max_waiting=20))
    yield worker
    await worker.stop()


async def ask(worker: Worker, *numbers: int) -> list[Any]:
    answers = await asyncio.gather(*(worker.rank(str(n).encode()) for n in numbers), return_exceptions=True)
    return [one if isinstance(one, BaseException) else json.loads(one)["answer"] for one in answers]


async def test_requests_that_come_together_are_one_batch(ranking: Ranking, worker: Worker) -> None:
    assert await ask(worker, 1, 2, 3, 4) == [1, 2, 3, 4]
    assert [sorted(batch) for batch in ranking.batches] == [[1, 2, 3, 4]]


async def test_a_batch_is_never_larger_than_the_setting(ranking: Ranking, worker: Worker) -> None:
    assert await ask(worker, *range(11)) == list(range(11))
    assert max(map(len, ranking.batches)) == 4


async def test_only_the_forward_pass_is_on_the_thread_of_the_device(ranking: Ranking, worker: Worker) -> None:
    await ask(worker, 1, 2)
    assert ranking.threads == {"parse": {"reader"}, "prepare": {"prepare"}, "compute": {"device"}, "answer": {"reader"}}


async def test_what_fails_in_a_batch_fails_alone(worker: Worker) -> None:
    first, second, third = await ask(worker, 1, -1, 3)
    assert (first, third) == (1, 3)
    assert isinstance(second, ArithmeticError)


async def test_more_than_may_wait_is_refused(ranking: Ranking, worker: Worker) -> None:
    ranking.gate.clear()
    waiting = [asyncio.create_task(worker.rank(b"1")) for _ in range(20)]
    await asyncio.sleep(0.02)
    with pytest.raises(Overloaded):
        await worker.rank(b"1")
    ranking.gate.set()
    await asyncio.gather(*waiting)


async def test_what_is_under_way_is_answered_before_it_stops(ranking: Ranking) -> None:
    worker = await worker_of(ranking, Limits(max_wait_ms=1))
    waiting = asyncio.create_task(worker.rank(b"7"))
    await asyncio.sleep(0)
    await worker.stop()
    assert json.loads(await waiting) == {"answer": 7}
