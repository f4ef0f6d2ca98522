"""Requests that arrive together are ranked together: one queue, one model thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from recommender.pipeline.request import RankRequest
from recommender.pipeline.service import Ranking

Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """How long to wait for company, and how much of it."""

    max_batch: int = 64
    max_wait_ms: float = 2.0
    max_waiting: int = 2000
    """Requests in the queue beyond which new ones are refused."""


class Overloaded(RuntimeError):
    """More requests are waiting than can be answered in time."""


class Worker:
    """The one place that touches the model: a thread of its own, fed by a queue. Handlers see only dicts."""

    def __init__(self, ranking: Ranking, limits: Limits, on_batch: Callable[[int], None] = lambda size: None):
        self.ranking, self.limits, self.on_batch = ranking, limits, on_batch
        self._queue: asyncio.Queue[tuple[RankRequest, asyncio.Future[dict[str, Any]]]] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._loop_task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to take requests from the queue."""
        self._loop_task = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """Answers what is waiting, then ends the thread."""
        while not self._queue.empty():
            await asyncio.sleep(0.01)
        if self._loop_task:
            self._loop_task.cancel()
            await asyncio.gather(self._loop_task, return_exceptions=True)
        self._thread.shutdown(wait=True)

    async def rank(self, body: Any) -> dict[str, Any]:
        """The answer to a raw request. Raises DataError for a bad one, Overloaded when too many wait."""
        if self._queue.qsize() >= self.limits.max_waiting:
            raise Overloaded(f"{self._queue.qsize()} requests are waiting")
        request = self.ranking.parse(body)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        await self._queue.put((request, answer))
        return await answer

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Runs `work` on the model's thread, between batches."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    async def _serve(self) -> None:
        while True:
            batch = await self._gather()
            self.on_batch(len(batch))
            try:
                answers = await self.run(self._rank, [request for request, _ in batch])
            except Exception as error:
                for _, waiter in batch:
                    if not waiter.done():
                        waiter.set_exception(error)
                continue
            for (_, waiter), answer in zip(batch, answers, strict=True):
                if not waiter.done():
                    if isinstance(answer, Exception):
                        waiter.set_exception(answer)
                    else:
                        waiter.set_result(answer)

    def _rank(self, requests: Sequence[RankRequest]) -> list[dict[str, Any] | Exception]:
        """A batch that fails is tried one by one, so that one request's trouble stays its own."""
        try:
            return list(self.ranking.rank_parsed(requests))
        except Exception as error:
            if len(requests) == 1:
                return [error]
            return [self._rank([request])[0] for request in requests]

    async def _gather(self) -> list[tuple[RankRequest, asyncio.Future[dict[str, Any]]]]:
        """The first request, and those that come within `max_wait_ms` of it, so that they share one forward pass."""
        batch = [await self._queue.get()]
        ends_at = asyncio.get_running_loop().time() + self.limits.max_wait_ms / 1000
        while len(batch) < self.limits.max_batch:
            left = ends_at - asyncio.get_running_loop().time()
            if self._queue.empty() and left <= 0:
                break
            try:
                batch.append(await asyncio.wait_for(self._queue.get(), max(left, 0.0001)))
            except asyncio.TimeoutError:
                break
        return batch
