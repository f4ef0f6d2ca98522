"""Headers that tell a browser what the pages served here may do."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.channels.keys import SETTINGS

CONTENT = (
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "instructrec",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def protect(request: web.Request, response: web.StreamResponse) -> None:
    """Adds the headers; what the interface answers is about one person and is kept by no cache."""
    response.headers.update({**HEADERS, **framing(request.app[SETTINGS].embed_origins)})
    if request.path.startswith("/api/"):
        response.headers["Cache-Control"] = "no-store"


def framing(origins: Sequence[str], own: str = "'self'") -> dict[str, str]:
    """Who may show the pages in a frame: this site and `origins`, which the older header cannot name."""
    policy = "; ".join((*CONTENT, " ".join((f"frame-ancestors {own}", *origins))))
    return {"Content-Security-Policy": policy, **({} if origins else {"X-Frame-Options": "SAMEORIGIN"})}
