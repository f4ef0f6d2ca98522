"""The client of the ranker: one request with a deadline, one retry, never longer than a person waits."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp

from actions.ranking import Ranking, RankRequest, read_ranking

LOG = logging.getLogger(__name__)
RETRY_AFTER_S = 0.05
TOTAL_S = 2.4
"""Both tries together, whatever the settings say: the person gets an answer within three seconds."""


class RankerDown(Exception):
    """The ranker could not be reached, was too slow, or answered what is no answer."""


class RankerRefused(Exception):
    """The ranker answered that the request is wrong (a status of 4xx)."""


class Ranker:
    """The ranker at `url`. Keeps its connections open; begins them on the event loop that first asks."""

    def __init__(self, url: str, timeout_s: float):
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def rank(self, request: RankRequest) -> Ranking:
        """The best items for the need. Raises RankerDown."""
        try:
            return read_ranking(await self.post("/v1/rank", request.as_dict()))
        except RankerRefused as error:
            raise RankerDown(str(error)) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RankerDown(f"{self.url}/v1/rank: not a RankResponse: {error!r}") from error

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON answer. A lost connection or a 5xx is tried once more. Raises RankerDown, RankerRefused."""
        try:
            async with asyncio.timeout(TOTAL_S):
                try:
                    return await self._post(path, body)
                except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, _ServerError):
                    await asyncio.sleep(RETRY_AFTER_S)
                    return await self._post(path, body)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, _ServerError) as error:
            raise RankerDown(f"{self.url}{path}: {type(error).__name__}: {error}") from error

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with asyncio.timeout(self.timeout_s), self._open().post(self.url + path, json=body) as answer:
            if answer.status >= 500:
                raise _ServerError(f"status {answer.status}")
            if answer.status >= 400:
                raise RankerRefused(f"{self.url}{path}: status {answer.status}: {(await answer.text())[:300]}")
            return await answer.json()

    def _open(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._session, self._loop = aiohttp.ClientSession(), loop
        return self._session

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None:
            await self._session.close()


class _ServerError(Exception):
    """A status of 5xx."""
