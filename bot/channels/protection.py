"""Headers that tell a browser what the pages served here may do."""

from __future__ import annotations

from aiohttp import web

CONTENT = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "instructrec",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def protect(request: web.Request, response: web.StreamResponse) -> None:
    """Adds the headers; what the interface answers is about one person and is kept by no cache."""
    response.headers.update(HEADERS)
    if request.path.startswith("/api/"):
        response.headers["Cache-Control"] = "no-store"
