"""The ranker's application: routes, and the model's life from start to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from recommender.pipeline.service import Ranking
from recommender.serving import handlers
from recommender.serving.batching import Limits, Worker
from recommender.serving.metrics import Metrics

MAX_BODY = 8 * 1024 * 1024
log = logging.getLogger("recommender")


def make_app(ranking: Ranking, limits: Limits | None = None) -> web.Application:
    """The app over rankers that are loaded already."""
    app = web.Application(middlewares=[handlers.problems], client_max_size=MAX_BODY)
    counted = Metrics()
    app[handlers.RANKING] = ranking
    app[handlers.METRICS] = counted
    app[handlers.READY] = {"ready": False}
    app.add_routes(
        [
            web.post("/v1/rank", handlers.rank),
            web.post("/v1/explain", handlers.explain),
            web.post("/v1/split", handlers.split),
            web.post("/v1/rate", handlers.rate),
            web.get("/healthz", handlers.healthz),
            web.get("/readyz", handlers.readyz),
            web.get("/metrics", handlers.metrics),
        ]
    )
    app[handlers.WORKER] = Worker(ranking, limits or Limits(), counted.batch)
    app.cleanup_ctx.append(_model)
    return app


async def _model(app: web.Application) -> AsyncIterator[None]:
    worker = app[handlers.WORKER]
    worker.start()
    warming = asyncio.create_task(_warm_up(app))
    yield
    warming.cancel()
    await asyncio.gather(warming, return_exceptions=True)
    await worker.stop()


async def _warm_up(app: web.Application) -> None:
    try:
        await app[handlers.WORKER].run(app[handlers.RANKING].warm_up)
    except Exception:
        log.exception("the warm-up failed; the ranker stays unready")
        return
    app[handlers.READY]["ready"] = True
    log.info("ready: %s", ", ".join(app[handlers.RANKING].packs))
