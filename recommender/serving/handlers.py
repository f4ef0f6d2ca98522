"""HTTP to Python and back: parse, refuse, delegate."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from data.errors import DataError
from recommender.pipeline.service import Ranking, problem
from recommender.pipeline.strict_json import NotJson
from recommender.serving.batching import Overloaded, Worker
from recommender.serving.metrics import CONTENT_TYPE, Metrics

WORKER = web.AppKey("worker", Worker)
RANKING = web.AppKey("ranking", Ranking)
METRICS = web.AppKey("metrics", Metrics)
READY = web.AppKey("ready", dict[str, bool])
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger("recommender")


async def rank(request: web.Request) -> web.Response:
    """POST /v1/rank."""
    answer = await request.app[WORKER].rank(await request.read())
    return web.Response(body=answer, content_type="application/json", charset="utf-8")


async def explain(request: web.Request) -> web.Response:
    """POST /v1/explain."""
    return web.json_response(await request.app[WORKER].on_device(request.app[RANKING].explain, await request.read()))


async def split(request: web.Request) -> web.Response:
    """POST /v1/split."""
    return web.json_response(await request.app[WORKER].beside(request.app[RANKING].split, await request.read()))


async def rate(request: web.Request) -> web.Response:
    """POST /v1/rate."""
    return web.json_response(await request.app[WORKER].beside(request.app[RANKING].rate, await request.read()))


async def elicit(request: web.Request) -> web.Response:
    """POST /v1/elicit."""
    return web.json_response(await request.app[WORKER].beside(request.app[RANKING].elicit, await request.read()))


async def healthz(_request: web.Request) -> web.Response:
    """GET /healthz: the process answers."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """GET /readyz: 200 once a warm-up request of every pack was answered."""
    is_ready = request.app[READY]["ready"]
    models = {name: ranker.model["digest"] for name, ranker in request.app[RANKING].packs.items()}
    return web.json_response({"ready": is_ready, "models": models}, status=200 if is_ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics."""
    return web.Response(body=request.app[METRICS].text(), headers={"Content-Type": CONTENT_TYPE})


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as problem JSON; the one place that answers 500."""
    began = time.perf_counter()
    response = await _answered(request, handler)
    route = request.match_info.route.resource.canonical if request.match_info.route.resource else "unknown"
    request.app[METRICS].answered(route, response.status, time.perf_counter() - began)
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except NotJson as error:
        return _problem(error, 400)
    except DataError as error:
        return _problem(error, 422)
    except web.HTTPRequestEntityTooLarge as error:
        return _problem(
            DataError(f"request: the body is larger than {request.client_max_size} bytes ({error.text})"), 413
        )
    except Overloaded as error:
        return _problem(DataError(f"request: {error}; try again in a second"), 503)
    except web.HTTPException as error:
        known = ", ".join(sorted({str(r.canonical) for r in request.app.router.resources()}))
        return _problem(
            DataError(f"request: {request.method} {request.path[:100]}: {error.reason}; there are {known}"),
            error.status,
        )
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return _problem(DataError("request: the ranker failed on this request; the cause is in its log"), 500)


def _problem(error: DataError, status: int) -> web.Response:
    return web.json_response(problem(error, status), status=status, content_type="application/problem+json")
