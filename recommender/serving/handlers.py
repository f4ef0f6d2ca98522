"""HTTP to Python and back: parse, refuse, delegate."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from data.errors import DataError
from recommender.pipeline.service import Ranking, problem
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
    return web.json_response(await request.app[WORKER].rank(await _body(request)))


async def explain(request: web.Request) -> web.Response:
    """POST /v1/explain."""
    return await _on_model(request, request.app[RANKING].explain)


async def split(request: web.Request) -> web.Response:
    """POST /v1/split."""
    return await _on_model(request, request.app[RANKING].split)


async def rate(request: web.Request) -> web.Response:
    """POST /v1/rate."""
    return await _on_model(request, request.app[RANKING].rate)


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
    except DataError as error:
        return _problem(error, 422)
    except _NotJson as error:
        return _problem(DataError(str(error)), 400)
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


class _NotJson(ValueError):
    pass


async def _body(request: web.Request) -> Any:
    raw = await request.read()
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _NotJson(f"request: not JSON: {str(error)[:200]}") from None


async def _on_model(request: web.Request, work: Callable[[Any], dict[str, Any]]) -> web.Response:
    return web.json_response(await request.app[WORKER].run(work, await _body(request)))


def _problem(error: DataError, status: int) -> web.Response:
    return web.json_response(problem(error, status), status=status, content_type="application/problem+json")
