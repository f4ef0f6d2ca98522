"""The ranker's application: routes, and the model's life from start to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from recommender.pipeline.service import Ranking
from recommender.serving import handlers
from recommender.serving.batching import Limits, Worker
from recommender.serving.metrics import Metrics
from recommender.serving.reload import Reloader

MAX_BODY = 8 * 1024 * 1024
RELOADER = web.AppKey("reloader", Reloader)
log = logging.getLogger("recommender")


@dataclass(frozen=True)
class Watching:
    """Which home to watch for new checkpoints, and how often."""

    home: Path
    every_s: float


def make_app(
    ranking: Ranking, limits: Limits | None = None, watching: Watching | None = None, counted: Metrics | None = None
) -> web.Application:
    """The app over rankers that are loaded already; without `watching`, new checkpoints wait for a restart."""
    app = web.Application(middlewares=[handlers.problems], client_max_size=MAX_BODY)
    counted = counted or Metrics()
    app[handlers.RANKING] = ranking
    app[handlers.METRICS] = counted
    app[handlers.READY] = {"ready": False}
    app.add_routes(
        [
            web.post("/v1/rank", handlers.rank),
            web.post("/v1/explain", handlers.explain),
            web.post("/v1/split", handlers.split),
            web.post("/v1/rate", handlers.rate),
            web.post("/v1/elicit", handlers.elicit),
            web.get("/healthz", handlers.healthz),
            web.get("/readyz", handlers.readyz),
            web.get("/metrics", handlers.metrics),
        ]
    )
    app[handlers.WORKER] = Worker(ranking, limits or Limits(), counted.batch)
    app.cleanup_ctx.append(_model)
    if watching:
        app[RELOADER] = Reloader(ranking, watching.home, watching.every_s, counted.reloaded)
        app.cleanup_ctx.append(_reloads)
    return app


async def _model(app: web.Application) -> AsyncIterator[None]:
    worker = app[handlers.WORKER]
    worker.start()
    warming = asyncio.create_task(_warm_up(app))
    yield
    warming.cancel()
    await asyncio.gather(warming, return_exceptions=True)
    await worker.stop()


async def _reloads(app: web.Application) -> AsyncIterator[None]:
    watching = asyncio.create_task(app[RELOADER].watch())
    yield
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def _warm_up(app: web.Application) -> None:
    try:
        await app[handlers.WORKER].run(app[handlers.RANKING].warm_up)
    except Exception:
        log.exception("the warm-up failed; the ranker stays unready")
        return
    app[handlers.READY]["ready"] = True
    log.info("ready: %s", ", ".join(app[handlers.RANKING].packs))
