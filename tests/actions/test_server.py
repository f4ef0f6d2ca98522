"""The action server over a real socket, with the JSON that Rasa 3.6.21 sends."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from data.settings import PROJECT, Settings


@pytest.fixture
async def server(settings: Settings, unused_tcp_port: int, with_settings: Any) -> AsyncIterator[str]:
    """`python -m actions` in a process of its own; gives its address."""
    settings = with_settings(actions_port=unused_tcp_port)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "actions",
        env=os.environ | settings.as_environment(),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{unused_tcp_port}"
    try:
        await _ready(url, process)
        yield url
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)


async def _ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(300):
            try:
                async with session.get(url + "/health") as answer:
                    assert (await answer.json()) == {"status": "ok"}
                    return
            except aiohttp.ClientConnectionError:
                assert process.returncode is None, (await process.communicate())[0].decode()
                await asyncio.sleep(0.1)
    raise AssertionError("the action server did not start")


def _call(action: str, responses: dict[str, Any]) -> dict[str, Any]:
    """An action call as Rasa's RemoteAction sends it."""
    message = {
        "intent": {"name": "recommend", "confidence": 0.97},
        "entities": [],
        "text": "a green tea",
        "message_id": "5f",
        "metadata": {"locale": "en", "message_id": "1"},
        "text_tokens": [[0, 1]],
        "intent_ranking": [{"name": "recommend", "confidence": 0.97}],
        "reading": {
            "language": "en",
            "pack": "teas",
            "constraints": [
                {"facet": "kind", "op": "is", "value": "Green", "strength": "must", "span": [2, 7], "source": "lexicon"}
            ],
        },
    }
    events = [
        {"event": "action", "timestamp": 1.0, "name": "action_session_start", "policy": None, "confidence": 1.0},
        {"event": "session_started", "timestamp": 1.0},
        {"event": "action", "timestamp": 1.0, "name": "action_listen", "policy": None, "confidence": None},
        {
            "event": "user",
            "timestamp": 2.0,
            "text": "a green tea",
            "parse_data": message,
            "input_channel": "rest",
            "message_id": "5f",
            "metadata": message["metadata"],
        },
    ]
    tracker = {
        "sender_id": "s1",
        "slots": {"language": "en", "session_started_metadata": None},
        "latest_message": message,
        "latest_event_time": 2.0,
        "followup_action": None,
        "paused": False,
        "events": events,
        "latest_input_channel": "rest",
        "active_loop": {},
        "latest_action": {"action_name": "action_listen"},
        "latest_action_name": "action_listen",
    }
    return {
        "next_action": action,
        "sender_id": "s1",
        "tracker": tracker,
        "version": "3.6.21",
        "domain": {"responses": responses, "intents": [], "actions": [], "slots": {}, "entities": [], "forms": {}},
    }


async def test_it_answers_rasas_webhook_as_rasas_schema_wants(server: str, responses: dict[str, Any]):
    async with (
        aiohttp.ClientSession() as session,
        session.post(server + "/webhook", json=_call("action_recommend", responses)) as answer,
    ):
        assert answer.status == 200
        body = await answer.json()
    assert body["events"] == []
    (said,) = body["responses"]
    assert said["text"] == "I'd go for these 5 teas (green):"
    assert said["utter_action"] == "utter_slate"
    assert said["response"] is None and said["template"] is None
    assert [item["item_id"] for item in said["custom"]["slate"]["items"]] == ["4", "5", "6", "8", "10"]


async def test_an_answer_is_given_while_the_ranker_is_gone(server: str, ranker: Any, responses: dict[str, Any]):
    ranker.trouble = "slow"
    async with (
        aiohttp.ClientSession() as session,
        session.post(server + "/webhook", json=_call("action_recommend", responses)) as answer,
    ):
        (said,) = (await answer.json())["responses"]
    assert said["utter_action"] == "utter_degraded"


async def test_without_responses_rasa_is_asked_to_word_the_apology(server: str):
    async with (
        aiohttp.ClientSession() as session,
        session.post(server + "/webhook", json=_call("action_recommend", {})) as answer,
    ):
        (said,) = (await answer.json())["responses"]
    assert said["response"] == "utter_broken"


async def test_an_unknown_action_is_refused(server: str, responses: dict[str, Any]):
    async with (
        aiohttp.ClientSession() as session,
        session.post(server + "/webhook", json=_call("action_dance", responses)) as answer,
    ):
        assert answer.status == 404


async def test_it_lists_every_action_of_the_contract(server: str):
    contract = (PROJECT / "docs/architecture.md").read_text(encoding="utf-8")
    async with aiohttp.ClientSession() as session, session.get(server + "/actions") as answer:
        names = {entry["name"] for entry in await answer.json()}

    assert set(re.findall(r"action_[a-z_]+", contract)) <= names


async def test_no_other_origin_may_call_it(server: str):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    async with aiohttp.ClientSession() as session, session.options(server + "/webhook", headers=headers) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_it_listens_on_the_address_of_the_settings_only(server: str):
    port = int(server.rsplit(":", 1)[1])
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # taken already, were the server on every address


async def test_a_pack_that_cannot_be_read_ends_it_with_what_there_is(with_settings: Any):
    environment = os.environ | with_settings(packs=("coffees",)).as_environment()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "actions", env=environment, cwd=PROJECT, stderr=asyncio.subprocess.PIPE
    )
    _, problem = await process.communicate()
    assert process.returncode == 2
    assert "pack 'coffees': no such pack or folder" in problem.decode()


async def test_the_action_server_needs_no_torch():
    code = (
        "import sys, actions.__main__; print([m for m in ('torch', 'numpy', 'bot', 'recommender') if m in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert printed.decode().strip() == "[]"
