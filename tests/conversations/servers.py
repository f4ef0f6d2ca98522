"""The servers of a dialogue test: the project's action server in its own Python, and a ranker of a few lines."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bot.assistant.train import train
from data.catalog import Catalog, load_catalog
from data.need import Need
from data.pack import load_pack
from data.settings import PROJECT, Settings

READY_S = 60.0


@dataclass(frozen=True)
class Servers:
    """Running servers and the settings that lead to them."""

    settings: Settings

    @classmethod
    @contextlib.contextmanager
    def started(cls, folder: Path) -> Iterator[Servers]:
        """Both servers, with the trained models of the environment's settings and a database in `folder`."""
        shared = Settings.from_environment()
        assert train(shared) == 0, "training the assistant failed"
        with popularity_ranker(shared) as ranker_url, _free_port() as port:
            settings = dataclasses.replace(
                shared, database_url=f"sqlite:///{folder / 'test.db'}", actions_port=port, ranker_url=ranker_url,
                actions_url=f"http://127.0.0.1:{port}",
            )  # fmt: skip
            with (folder / "actions.log").open("wb") as log, _action_server(settings, log):
                yield cls(settings)


@contextlib.contextmanager
def _free_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    yield port


@contextlib.contextmanager
def _action_server(settings: Settings, log: Any) -> Iterator[None]:
    command = [str(PROJECT / ".venv" / "bin" / "python"), "-m", "actions"]
    environment = {**os.environ, **settings.as_environment(), "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
    try:
        _wait(f"{settings.actions_url}/health", process, Path(log.name))
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url}: no answer; the action server says: {log.read_text()[-2000:]}")


@contextlib.contextmanager
def popularity_ranker(settings: Settings) -> Iterator[str]:
    """A ranker with the contract of DESIGN.md 5.4 whose score is the catalog's own order of popularity."""
    catalogs: dict[str, Catalog] = {}
    for name in settings.packs:
        catalogs[name] = load_catalog(load_pack(name, settings.home), settings.home)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(rank(request, catalogs[request["pack"]])).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def rank(request: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    """The most popular eligible items; whoever is liked is not shown again."""
    need = Need.from_dict(request["need"])
    eligible = catalog.eligible(need.constraints)
    hidden = {*request["exclude"], *need.like, *need.unlike}
    shown = [item for item in eligible if item.item_id not in hidden]
    shown.sort(key=lambda item: -float(item.facets.get("popularity") or 0))
    items = [
        {"item_id": item.item_id, "title": item.title, "score": 1.0 / place, "reasons": []}
        for place, item in enumerate(shown[: request["k"]], 1)
    ]
    model = {"name": "popularity", "digest": "test"}
    return {"items": items, "eligible": len(eligible), "relaxations": [], "model": model, "timing_ms": {}}
