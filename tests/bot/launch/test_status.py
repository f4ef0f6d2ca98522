"""The state of the processes as `instructrec status` tells it, with small processes in place of the four."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.launch.keeper import Patience
from bot.launch.processes import Process
from bot.launch.running import read_record, record_path
from bot.launch.status import _model_of, _statuses, table
from bot.launch.supervisor import Supervisor


async def answered(*_: object) -> None:
    return None


async def test_a_running_bot_is_told_with_pid_uptime_and_model(
    fake: Callable[..., Process], tmp_path: Path, patience: Patience
) -> None:
    processes = (fake("assistant", ready_key="model_id"), fake("gateway"))
    lines: list[str] = []
    supervisor = Supervisor(processes, tmp_path, patience, answered, lines.append)
    running = asyncio.create_task(supervisor.run())
    try:
        while not any("chat at" in line for line in lines):
            assert not running.done()
            await asyncio.sleep(0.05)
        record = read_record(record_path(tmp_path, processes[-1].port))
        assistant, gateway = await _statuses(processes, record)
    finally:
        supervisor.stop()
        await running
    assert record is not None
    assert (assistant.is_ready, assistant.why, assistant.restarts) == (True, None, 0)
    assert assistant.pid == record.processes["assistant"].pid
    assert assistant.uptime_s is not None and assistant.memory_mb is not None and assistant.memory_mb > 1
    assert gateway.port == processes[1].port


async def test_a_process_that_somebody_else_started_is_ready_without_a_pid(fake: Callable[..., Process]) -> None:
    gateway = fake("gateway")
    child = await asyncio.create_subprocess_exec(*gateway.command, stdout=asyncio.subprocess.DEVNULL)
    try:
        found = (await _statuses((gateway,), None))[0]
        while not found.is_ready:
            await asyncio.sleep(0.05)
            found = (await _statuses((gateway,), None))[0]
    finally:
        child.kill()
        await child.wait()
    assert (found.pid, found.uptime_s) == (None, None)


async def test_a_process_that_is_not_there_says_why(fake: Callable[..., Process]) -> None:
    gateway = fake("gateway")
    found = (await _statuses((gateway,), None))[0]
    assert (found.is_ready, found.why) == (False, f"nothing listens on http://127.0.0.1:{gateway.port}")
    assert "nothing listens" in str(table([found]).caption)


def test_the_model_of_the_assistant_is_its_file() -> None:
    assert _model_of({"model_file": "/var/models/assistant/20260101.tar.gz", "model_id": "x"}) == "20260101.tar.gz"


def test_the_models_of_the_ranker_are_told_per_pack() -> None:
    content = {"models": {"movies": {"name": "instructrec", "digest": "0123456789abcdef"}}}
    assert _model_of(content) == "movies: instructrec 0123456789ab"


def test_an_answer_without_a_model_has_none() -> None:
    assert _model_of({"status": "ok"}) is None
    assert _model_of("ok") is None
