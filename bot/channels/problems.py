"""Refusals and faults as problem JSON (RFC 9457), each with `where`."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web

from data.store import StoreError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger()


class Problem(Exception):
    """A request that is refused: an HTTP status, what is wrong with values, and where in the request."""

    def __init__(self, status: int, detail: str, where: str, retry_after_s: int | None = None):
        self.status, self.detail, self.where, self.retry_after_s = status, detail, where, retry_after_s
        super().__init__(f"{where}: {detail}")


def problem_response(status: int, detail: str, where: str, retry_after_s: int | None = None) -> web.Response:
    """The problem as a response."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "where": where}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    return web.json_response(body, status=status, content_type="application/problem+json", headers=headers)


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns whatever a handler raises into problem JSON; logs faults of ours without what the person said."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem_response(problem.status, problem.detail, problem.where, problem.retry_after_s)
    except web.HTTPRequestEntityTooLarge as refusal:
        return problem_response(413, refusal.text or refusal.reason, "body")
    except web.HTTPException as refusal:
        if refusal.status < 400:
            raise
        return problem_response(refusal.status, _detail(refusal, request), request.path)
    except ConnectionResetError:
        raise
    except StoreError as error:
        log.error("store_failed", path=request.path, error=str(error))
        return problem_response(503, "the store does not answer; try again in a moment", request.path, 1)
    except Exception as error:
        log.error("request_failed", path=request.path, **described(error))
        return problem_response(500, "a fault of ours; it has been logged", request.path)


def described(error: BaseException) -> dict[str, object]:
    """An exception for the log: its type and places, but not its message, which may quote what a person said."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return {"error": type(error).__name__, "places": places}


def _detail(refusal: web.HTTPException, request: web.Request) -> str:
    if isinstance(refusal, web.HTTPMethodNotAllowed):
        return f"no {request.method} here; there are {', '.join(sorted(refusal.allowed_methods))}"
    if refusal.status == 404:
        return "there is nothing here; the interface is /api/v1/{sessions,messages,events,typing,me}"
    return refusal.reason
