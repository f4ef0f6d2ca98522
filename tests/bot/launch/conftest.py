"""Small processes that stand in for the four: an HTTP server that says it is ready."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.launch.keeper import Patience
from bot.launch.processes import Process

SERVER = """
import http.server, json, os, signal, subprocess, sys, time
name, port, behaviour = sys.argv[1], int(sys.argv[2]), sys.argv[3]
print(name, "started", flush=True)
if behaviour == "dies":
    sys.exit("no model here")
if behaviour == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if behaviour == "parent":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    open(sys.argv[4], "w").write(str(child.pid))

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"model_id": None if behaviour == "untrained" else "m1", "pid": os.getpid()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""

QUICK = Patience(
    poll_s=0.05, watch_s=0.1, start_s=20, silent_s=5, proven_s=0.1, quick_deaths=3, first_delay_s=0.05,
    longest_delay_s=0.1, stop_s=1.0, turn_s=1,
)  # fmt: skip
FakeProcess = Callable[..., Process]


@pytest.fixture
def patience() -> Patience:
    """Everything as in the product, only sooner."""
    return QUICK


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A port that nobody uses."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture
def fake(tmp_path: Path, free_port: Callable[[], int]) -> FakeProcess:
    """Makes a process by name and behaviour: serves, dies, stubborn, parent, untrained."""
    script = tmp_path / "server.py"
    script.write_text(SERVER, encoding="utf-8")

    def make(name: str, behaviour: str = "serves", **changes: object) -> Process:
        port = free_port()
        command = (sys.executable, str(script), name, str(port), behaviour, str(tmp_path / f"{name}.child"))
        process = Process(name, command, "127.0.0.1", port, f"INSTRUCTREC_{name.upper()}_PORT", "/readyz")
        return replace(process, **changes)  # type: ignore[arg-type]

    return make
