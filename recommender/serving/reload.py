"""Hot reload: a new checkpoint takes over without a failed request; one that does not fit is left alone, and told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from data.errors import DataError
from recommender.model.checkpoint import CONFIG, WEIGHTS, folder_of
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.service import Ranking, warm_up

log = logging.getLogger("recommender")
Signature = tuple[tuple[int, int, int], ...]


class Reloader:
    """
    Watches the checkpoints of the served packs. A new one is opened and warmed up on a thread of its own while the old
    one answers; requests that are under way end with the ranker that they began with.
    """

    def __init__(
        self, ranking: Ranking, home: Path, every_s: float, tell: Callable[[str, str], None] = lambda pack, result: None
    ):
        self.ranking, self.home, self.every_s, self.tell = ranking, home, every_s, tell
        self._seen = {name: self._signature(name) for name in ranking.packs}

    async def watch(self) -> None:
        """Looks every `every_s` seconds, until cancelled."""
        while True:
            await asyncio.sleep(self.every_s)
            for name in list(self.ranking.packs):
                await self.look(name)

    async def look(self, name: str) -> None:
        """Swaps the checkpoint of a pack when its files are not those seen last."""
        signature = self._signature(name)
        if signature is None or signature == self._seen[name]:
            return  # without its config a checkpoint is still being written
        self._seen[name] = signature
        old = self.ranking.packs[name]
        try:
            new = await asyncio.to_thread(self._open, name, old)
        except DataError as error:
            self._refuse(name, "; ".join(error.problems))
        except (
            Exception
        ) as error:  # whatever a foreign file does to the code that reads it, the old one goes on serving
            self._refuse(name, f"{type(error).__name__}: {error}")
        else:
            self._swap(name, old, new)

    def _open(self, name: str, old: PackRanker) -> PackRanker:
        new = old.reopened(self.home)
        warm_up(new)
        return new

    def _swap(self, name: str, old: PackRanker, new: PackRanker) -> None:
        if new.model == old.model and new.catalog.digest == old.catalog.digest:
            log.info("%s: the files are new, the model is not: %s", name, old.model["digest"])
            return
        self.ranking.packs[name] = new
        self.tell(name, "swapped")
        log.info("%s: model %s took over from %s", name, new.model["digest"], old.model["digest"])

    def _refuse(self, name: str, why: str) -> None:
        self.tell(name, "refused")
        log.error("%s: the new checkpoint is not served, the old one is kept: %s", name, why)

    def _signature(self, name: str) -> Signature | None:
        """What changes when a checkpoint's files do; None without the config, which is written last."""
        try:
            found = [(folder_of(self.home, name) / file).stat() for file in (CONFIG, WEIGHTS)]
        except OSError:
            return None
        return tuple((stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in found)
