"""The gateway as a process of its own: killed, it loses and doubles nothing; asked to stop, it stops."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientError, ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.app import create_app
from data.settings import PROJECT, Settings
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.person import Person


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _running(
    home: Path, port: int, assistant_url: str, http: ClientSession
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, ready; killed when the block ends, if it still runs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSTRUCTREC_")}
    kept.pop("DATABASE_URL", None)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.channels", cwd=PROJECT, stderr=asyncio.subprocess.DEVNULL,
        env={**kept, "INSTRUCTREC_HOME": str(home), "INSTRUCTREC_GATEWAY_PORT": str(port),
             "INSTRUCTREC_ASSISTANT_URL": assistant_url, "INSTRUCTREC_REPLY_TIMEOUT_S": "20"},
    )  # fmt: skip
    try:
        await _ready(f"http://127.0.0.1:{port}/readyz", http)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _ready(url: str, http: ClientSession) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.05)


async def test_a_killed_gateway_answers_what_it_had_acknowledged_once(
    tmp_path: Path, assistant: FakeAssistant, assistant_server: TestServer, http: ClientSession
) -> None:
    url, port = str(assistant_server.make_url("")), _free_port()
    assistant.delay_s = 30.0
    async with _running(tmp_path, port, url, http) as process:
        person = await Person.arrive(http, f"http://127.0.0.1:{port}")
        for number in range(3):
            assert (await person.post({"id": f"m{number}", "text": f"message {number}"})).status == 202
        while not assistant.asked:
            await asyncio.sleep(0.01)
        process.kill()
        await process.wait()
    assistant.delay_s = 0.0
    async with _running(tmp_path, port, url, http):
        assert (await person.say("message 2", id="m2"))[0]["text"] == "You said: message 2"
        messages = await person.messages()
    assert [message["text"] for message in messages] == [
        "message 0", "message 1", "message 2", *(f"You said: message {number}" for number in range(3)),
    ]  # fmt: skip
    assert assistant.messages == ["message 0", "message 0", "message 1", "message 2"]


async def test_a_message_that_was_begun_too_often_gets_an_apology_and_the_next_its_answer(
    tmp_path: Path, assistant: FakeAssistant, assistant_server: TestServer, http: ClientSession
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'instructrec.db'}")
    store.migrate()
    talk = store.open_conversation("web").conversation_id
    for key in ("deadly", "harmless"):
        store.receive(talk, key, {"type": "text", "text": key}, {"message": key})
    for _ in range(3):
        store.take(talk)
    async with _running(tmp_path, _free_port(), str(assistant_server.make_url("")), http):
        async with asyncio.timeout(20):
            while store.unanswered():
                await asyncio.sleep(0.05)
    assert assistant.messages == ["harmless"]
    assert [message.sender for message in store.messages(talk)] == ["user", "user", "bot", "bot"]


async def test_work_that_was_left_waits_for_an_assistant_that_starts_later(
    settings: Settings, assistant: FakeAssistant, assistant_server: TestServer
) -> None:
    store = Store(settings.database_url)
    store.migrate()
    talk = store.open_conversation("web").conversation_id
    store.receive(talk, "m", {"type": "text", "text": "hello"}, {"message": "hello"})
    port = assistant_server.port
    await assistant_server.close()
    async with TestServer(create_app(settings)):
        await asyncio.sleep(0.2)
        assert len(store.unanswered()) == 1
        async with TestServer(assistant.app(), port=port), asyncio.timeout(20):
            while store.unanswered():
                await asyncio.sleep(0.05)
    assert [message.content["text"] for message in store.messages(talk)] == ["hello", "You said: hello"]


async def test_asked_to_stop_it_closes_streams_and_ends_in_time(
    tmp_path: Path, assistant: FakeAssistant, assistant_server: TestServer, http: ClientSession
) -> None:
    port = _free_port()
    assistant.delay_s = 30.0
    async with _running(tmp_path, port, str(assistant_server.make_url("")), http) as process:
        person = await Person.arrive(http, f"http://127.0.0.1:{port}")
        async with person.events() as events:
            await person.post({"id": "m", "text": "hello"})
            while not assistant.asked:
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            while (event := await events.next()) is not None:
                assert event["event"] in ("message", "typing")
            async with asyncio.timeout(5):
                assert await process.wait() == 0
    store = Store(f"sqlite:///{tmp_path / 'instructrec.db'}")
    assert [received.key for received in store.unanswered()] == ["m"]


async def test_bad_settings_end_it_with_their_problems(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.channels", cwd=PROJECT, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "INSTRUCTREC_HOME": str(tmp_path), "INSTRUCTREC_GATEWAY_PORT": "eighty"},
    )  # fmt: skip
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert "INSTRUCTREC_GATEWAY_PORT='eighty'" in errors.decode()
