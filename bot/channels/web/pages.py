"""The files of the chat page, as the front end's build left them under `web/` of the home folder."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.channels.keys import SETTINGS

NOT_BUILT = Path(__file__).with_name("not_built.html")
CONSOLE = "agent/"
"""Folder of the agent console's page."""
HASHED = "assets"
"""Folder whose file names hold a digest of the content: they may be kept for ever."""


async def page(request: web.Request) -> web.StreamResponse:
    """A file of the page; its index for `/`."""
    root = request.app[SETTINGS].home / "web"
    path = request.match_info["path"]
    if path == CONSOLE.removesuffix("/"):
        raise web.HTTPPermanentRedirect(f"/{CONSOLE}")
    path = f"{path}index.html" if path in ("", CONSOLE) else path
    if path == "index.html" and not (root / path).is_file():
        return web.Response(text=NOT_BUILT.read_text(encoding="utf-8"), content_type="text/html", status=503)
    file = _inside(root, path)
    if file is None:
        raise web.HTTPNotFound
    keep = "public, max-age=31536000, immutable" if path.startswith(f"{HASHED}/") else "no-cache"
    return web.FileResponse(file, headers={"Cache-Control": keep})


def _inside(root: Path, path: str) -> Path | None:
    """The file of that path, if it is one and lies below `root` also after links and dots."""
    if "\0" in path:
        return None
    try:
        file = (root / path).resolve()
    except (OSError, RuntimeError):
        return None
    return file if file.is_relative_to(root.resolve()) and file.is_file() else None
