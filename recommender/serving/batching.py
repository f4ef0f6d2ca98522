"""Requests that arrive together are ranked together: read, prepared, computed on the one device thread, answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from data.settings import Settings
from recommender.pipeline.service import Parsed, Ranking
from recommender.pipeline.strict_json import read_json

Result = TypeVar("Result")
READERS = 2
"""Threads that read requests and write answers."""
IN_FLIGHT = 2
"""Batches under way: while one is on the device the next is prepared."""


@dataclass(frozen=True)
class Limits:
    """How long to wait for company, and how much of it."""

    max_batch_size: int = 64
    max_wait_ms: float = 2.0
    max_waiting: int = 2000
    """Requests in the queue beyond which new ones are refused."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings name."""
        return cls(settings.ranker_max_batch_size, settings.ranker_max_wait_ms)


class Overloaded(RuntimeError):
    """More requests are waiting than can be answered in time."""


@dataclass(frozen=True)
class _Waiting:
    parsed: Parsed
    answer: asyncio.Future[bytes]


class Worker:
    """
    The one place that touches the model. Four steps, so that the device waits for nobody: a request is read and
    checked; a batch is prepared (filters, texts encoded); computed, one forward pass; and every answer is written.
    """

    def __init__(self, ranking: Ranking, limits: Limits, on_batch: Callable[[int], None] = lambda size: None):
        self.ranking, self.limits, self.on_batch = ranking, limits, on_batch
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._preparer = ThreadPoolExecutor(1, thread_name_prefix="prepare")
        self._device = ThreadPoolExecutor(1, thread_name_prefix="device")
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._gathering: asyncio.Task[None] | None = None
        self._batches: set[asyncio.Task[None]] = set()
        self._under_way = 0

    def start(self) -> None:
        """Begins to take requests from the queue."""
        self._gathering = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """Answers what is waiting, then ends the threads."""
        while self._under_way:
            await asyncio.sleep(0.01)
        if self._gathering:
            self._gathering.cancel()
            await asyncio.gather(self._gathering, *self._batches, return_exceptions=True)
        for threads in (self._readers, self._preparer, self._device):
            threads.shutdown(wait=True)

    async def rank(self, raw: bytes) -> bytes:
        """The answer to a request as JSON. Raises DataError for a bad one, Overloaded when too many wait."""
        if self._under_way >= self.limits.max_waiting:
            raise Overloaded(f"{self._under_way} requests are waiting")
        self._under_way += 1
        try:
            parsed = await self._on(self._readers, lambda: self.ranking.parse(read_json(raw)))
            answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self._queue.put_nowait(_Waiting(parsed, answer))
            return await answer
        finally:
            self._under_way -= 1

    async def on_device(self, work: Callable[[Any], Result], raw: bytes) -> Result:
        """Reads a request and runs `work` on it on the device's thread, between batches."""
        body = await self._on(self._readers, read_json, raw)
        return await self._on(self._device, work, body)

    async def beside(self, work: Callable[[Any], Result], raw: bytes) -> Result:
        """Reads a request and runs `work` on it, which does not need the device."""
        return await self._on(self._readers, lambda: work(read_json(raw)))

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Runs `work` on the device's thread, between batches."""
        return await self._on(self._device, work, *arguments)

    async def _on(self, threads: ThreadPoolExecutor, work: Callable[..., Result], *arguments: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(threads, work, *arguments)

    async def _serve(self) -> None:
        while True:
            await self._slots.acquire()
            batch = await self._gather()
            task = asyncio.create_task(self._answer(batch))
            self._batches.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._batches.discard(task)
        self._slots.release()

    async def _gather(self) -> list[_Waiting]:
        """The first request, and those that come within `max_wait_ms` of it, so that they share one forward pass."""
        batch = [await self._queue.get()]
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self.limits.max_wait_ms / 1000
        while len(batch) < self.limits.max_batch_size:
            left = ends_at - loop.time()
            alone = self._under_way <= len(batch)  # nobody else is on the way: waiting would only cost time
            if self._queue.empty() and (left <= 0 or alone):
                break
            try:
                batch.append(await asyncio.wait_for(self._queue.get(), max(left, 0.0001)))
            except asyncio.TimeoutError:
                break
        return batch

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        """A batch that fails is tried one by one, so that one request's trouble stays its own."""
        self.on_batch(len(batch))
        try:
            answers = await self._ranked([waiting.parsed for waiting in batch])
        except Exception as error:
            if len(batch) == 1:
                _refuse(batch[0].answer, error)
            else:
                for waiting in batch:
                    await self._answer([waiting])
            return
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)

    async def _ranked(self, batch: Sequence[Parsed]) -> list[bytes]:
        ready = await self._on(self._preparer, self.ranking.prepare, batch)
        found = await self._on(self._device, self.ranking.compute, ready)
        return await self._on(
            self._readers, lambda: [_json(self.ranking.answer(*one)) for one in zip(ready, found, strict=True)]
        )


def _json(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, allow_nan=False).encode()


def _refuse(answer: asyncio.Future[bytes], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
