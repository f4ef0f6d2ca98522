"""The server process: its channel, its readiness, and what it refuses."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.settings import PROJECT, Settings

READY_S = 120.0


@pytest.fixture(scope="module")
def address(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running assistant, ready; what it writes is in `log` beside it."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    own = dataclasses.replace(settings, assistant_port=port, actions_url="http://127.0.0.1:9")
    log = tmp_path_factory.mktemp("serve") / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.assistant.serve"], cwd=PROJECT, stdout=file, stderr=file,
            env={**os.environ, **own.as_environment()},
        )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
    assert "secret words" not in log.read_text()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            if get(f"{address}/status").get("model_id"):
                return
        time.sleep(0.2)
    raise AssertionError(f"not ready: {log.read_text()[-2000:]}")


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as response:
        return json.load(response)


def post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def test_without_its_action_server_the_assistant_says_nothing(address: str) -> None:
    """Status 200 and no reply: the gateway takes exactly this for a fault and answers itself."""
    assert post(f"{address}/webhooks/rest/webhook", {"sender": "a", "message": "thanks a lot"}) == []


def test_the_language_is_that_of_the_message(address: str) -> None:
    found = [post(f"{address}/model/parse", {"text": text})["reading"]["language"] for text in ("谢谢你", "thank you")]
    assert found == ["zh", "en"]


def test_the_reading_travels_with_the_message(address: str) -> None:
    parsed = post(f"{address}/model/parse", {"text": "secret words, then a horror film"})
    assert "Horror" in [constraint["value"] for constraint in parsed["reading"]["constraints"]]


def test_no_foreign_page_may_ask(address: str) -> None:
    request = urllib.request.Request(f"{address}/status", headers={"Origin": "https://elsewhere.example"})
    with urllib.request.urlopen(request, timeout=5) as response:
        assert response.headers.get("Access-Control-Allow-Origin") is None


def test_there_is_no_channel_but_rest(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(f"{address}/webhooks/socketio/")
    assert refused.value.code == 404


def test_a_conversation_can_be_forgotten(address: str) -> None:
    post(f"{address}/webhooks/rest/webhook", {"sender": "c", "message": "thanks a lot"})
    request = urllib.request.Request(
        f"{address}/conversations/c/tracker/events",
        b'[{"event": "restart"}]',
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=5).close()
    events = get(f"{address}/conversations/c/tracker?include_events=ALL")["events"]
    assert not [event for event in events or [] if event["event"] == "user"]
