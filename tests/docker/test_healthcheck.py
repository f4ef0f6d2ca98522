"""The health check of the images, against a real server."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "docker" / "healthcheck.py"


class Handler(BaseHTTPRequestHandler):
    """/status without a model, /loaded with one, /full refuses."""

    def do_GET(self) -> None:
        body = json.dumps({"model_id": "m1" if self.path == "/loaded" else None}).encode()
        self.send_response(503 if self.path == "/full" else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def check(*arguments: str) -> int:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], stderr=subprocess.DEVNULL).returncode


def test_an_answer_of_200_is_healthy(address: str) -> None:
    assert check(f"{address}/status") == 0


def test_a_missing_model_is_not_healthy(address: str) -> None:
    assert check(f"{address}/status", "model_id") == 1


def test_a_loaded_model_is_healthy(address: str) -> None:
    assert check(f"{address}/loaded", "model_id") == 0


def test_a_refusal_is_not_healthy(address: str) -> None:
    assert check(f"{address}/full") == 1


def test_nobody_there_is_not_healthy() -> None:
    assert check("http://127.0.0.1:9/readyz") == 1
