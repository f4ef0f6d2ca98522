"""The ranker as the process that it is: starts, gets ready, answers, refuses what does not fit, ends on SIGTERM."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

from data.settings import Settings

START_S = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **settings.as_environment(), "OMP_NUM_THREADS": "1"}


def test_it_serves_and_ends_cleanly(settings: Settings) -> None:
    settings = replace(settings, ranker_port=free_port())
    process = subprocess.Popen([sys.executable, "-m", "recommender.serving"], env=environment(settings))
    try:
        url = f"http://127.0.0.1:{settings.ranker_port}"
        _wait(f"{url}/readyz", process)
        request = urllib.request.Request(f"{url}/v1/rank", data=b'{"pack": "lamps", "k": 2}')
        with urllib.request.urlopen(request, timeout=10) as response:
            assert len(json.loads(response.read())["items"]) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()


def test_an_untrained_pack_ends_it_with_the_command_that_trains(settings: Settings, home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "packs", tmp_path / "packs")
    alone = replace(settings, home=tmp_path, ranker_port=free_port())
    ended = subprocess.run(
        [sys.executable, "-m", "recommender.serving"],
        env=environment(alone),
        capture_output=True,
        text=True,
        timeout=START_S,
    )
    assert ended.returncode == 2
    assert "run: instructrec train --pack lamps" in ended.stderr


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} was not ready within {START_S} s, exit status {process.poll()}")
