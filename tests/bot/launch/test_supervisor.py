"""The supervisor over small real processes: it starts, keeps and stops them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.launch.keeper import Patience
from bot.launch.processes import Process
from bot.launch.running import Record, identity_of, read_record, record_path, running_now
from bot.launch.supervisor import LaunchError, Supervisor

FakeProcess = Callable[..., Process]


async def answered(_address: str, _http: aiohttp.ClientSession) -> str | None:
    return None


async def no_answer(_address: str, _http: aiohttp.ClientSession) -> str | None:
    return "the reply was empty"


class Stage:
    """A running supervisor, what it said, and how to wait for what it will say."""

    def __init__(
        self, processes: list[Process], home: Path, patience: Patience, turn: Callable[..., Awaitable[str | None]]
    ):
        self.home = home
        self.record = record_path(home, processes[-1].port)
        self.lines: list[str] = []
        self.supervisor = Supervisor(processes, home, patience, turn, self.lines.append)
        self.running = asyncio.create_task(self.supervisor.run())

    async def until(self, text: str, times: int = 1) -> None:
        """Waits until lines with `text` have been said; fails with what was said instead."""
        for _ in range(400):
            if sum(text in line for line in self.lines) >= times:
                return
            if self.running.done():
                self.running.result()
            await asyncio.sleep(0.05)
        raise AssertionError(f"never said {text!r}, but {self.lines}")

    def pid(self, name: str) -> int:
        record = read_record(self.record)
        assert record is not None
        return record.processes[name].pid


@pytest.fixture
def stage(tmp_path: Path, patience: Patience) -> Callable[..., object]:
    @asynccontextmanager
    async def on_stage(
        *processes: Process, turn: Callable[..., Awaitable[str | None]] = answered
    ) -> AsyncIterator[Stage]:
        stage = Stage(list(processes), tmp_path / "home", patience, turn)
        try:
            yield stage
        finally:
            stage.supervisor.stop()
            await asyncio.wait([stage.running])

    return on_stage


def is_gone(pid: int) -> bool:
    return identity_of(pid) is None


async def test_says_where_to_chat_once_all_are_ready_and_a_turn_got_through(stage, fake: FakeProcess) -> None:
    ranker, gateway = fake("ranker"), fake("gateway")
    async with stage(ranker, gateway) as running:
        await running.until("chat at")
        assert sorted(line.partition(" (")[0] for line in running.lines[1:3]) == ["gateway is ready", "ranker is ready"]
        assert f"http://127.0.0.1:{gateway.port}/" in running.lines[3]


async def test_is_not_ready_while_a_turn_gets_no_answer(stage, fake: FakeProcess, patience: Patience) -> None:
    async with stage(fake("gateway"), turn=no_answer) as running:
        await asyncio.wait([running.running])
        assert running.running.result() == 1
        assert "every process is ready, but a message gets no answer: the reply was empty" in running.lines
        assert not any("chat at" in line for line in running.lines)


async def test_a_process_whose_answer_lacks_the_key_is_not_ready(stage, fake: FakeProcess) -> None:
    assistant = fake("assistant", "untrained", ready_key="model_id")
    async with stage(assistant, fake("gateway")) as running:
        await running.until("gateway is ready")
        await asyncio.sleep(0.3)
        assert not any("assistant is ready" in line for line in running.lines)


async def test_a_process_that_is_killed_is_started_again(stage, fake: FakeProcess) -> None:
    async with stage(fake("ranker"), fake("gateway")) as running:
        await running.until("chat at")
        first = running.pid("ranker")
        os.kill(first, signal.SIGKILL)
        await running.until("ranker was killed by SIGKILL; starting it again")
        await running.until("ranker is ready", times=2)
        assert running.pid("ranker") != first


async def test_the_record_counts_the_restarts(stage, fake: FakeProcess) -> None:
    async with stage(fake("gateway")) as running:
        await running.until("chat at")
        os.kill(running.pid("gateway"), signal.SIGKILL)
        await running.until("gateway is ready", times=2)
        record = read_record(running.record)
        assert record is not None and record.processes["gateway"].restarts == 1


async def test_a_process_that_always_dies_is_left_alone_and_the_others_go_on(stage, fake: FakeProcess) -> None:
    async with stage(fake("ranker", "dies"), fake("gateway")) as running:
        await running.until("chat at")
        assert any(
            line.startswith("ranker ended with exit status 1, 3 times in a row: it is left alone")
            for line in running.lines
        )
        assert "ready (without ranker)" in running.lines[-1]
        assert not is_gone(running.pid("gateway"))


async def test_what_a_process_prints_is_in_its_log(stage, fake: FakeProcess) -> None:
    async with stage(fake("ranker", "dies"), fake("gateway")) as running:
        await running.until("left alone")
        log = (running.home / "logs" / "ranker.log").read_text()
        assert log == "ranker started\nno model here\n" * 3


async def test_a_long_log_is_set_aside(stage, fake: FakeProcess, tmp_path: Path) -> None:
    log = tmp_path / "home" / "logs" / "gateway.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"x" * 20_000_001)
    async with stage(fake("gateway")) as running:
        await running.until("chat at")
        assert log.read_text() == "gateway started\n"
        assert log.with_name("gateway.log.1").stat().st_size == 20_000_001


async def test_ends_with_status_1_when_nothing_is_left(stage, fake: FakeProcess) -> None:
    async with stage(fake("gateway", "dies")) as running:
        await asyncio.wait([running.running])
        assert running.running.result() == 1


async def test_ctrl_c_stops_all_of_them(stage, fake: FakeProcess) -> None:
    async with stage(fake("ranker"), fake("gateway")) as running:
        await running.until("chat at")
        pids = [running.pid("ranker"), running.pid("gateway")]
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait([running.running])
        assert running.running.result() == 0
        assert [is_gone(pid) for pid in pids] == [True, True]
        assert not running.record.exists()


async def test_a_process_that_ignores_sigterm_is_killed(stage, fake: FakeProcess) -> None:
    async with stage(fake("gateway", "stubborn")) as running:
        await running.until("chat at")
        pid = running.pid("gateway")
        running.supervisor.stop()
        await asyncio.wait([running.running])
        assert is_gone(pid)


async def test_what_a_process_started_ends_with_it(stage, fake: FakeProcess, tmp_path: Path) -> None:
    async with stage(fake("actions", "parent"), fake("gateway")) as running:
        await running.until("chat at")
        child = int((tmp_path / "actions.child").read_text())
        assert not is_gone(child)
        running.supervisor.stop()
        await asyncio.wait([running.running])
        assert is_gone(child)


async def test_what_a_killed_process_left_behind_ends_before_it_is_started_again(
    stage, fake: FakeProcess, tmp_path: Path
) -> None:
    async with stage(fake("actions", "parent"), fake("gateway")) as running:
        await running.until("chat at")
        child = int((tmp_path / "actions.child").read_text())
        os.kill(running.pid("actions"), signal.SIGKILL)
        await running.until("actions is ready", times=2)
        assert is_gone(child)


async def test_a_process_that_grows_too_big_is_started_again(stage, fake: FakeProcess) -> None:
    async with stage(fake("assistant", memory_mb=1), fake("gateway")) as running:
        await running.until("MB of memory, more than 1; starting it again")


async def test_a_process_that_stops_answering_is_started_again(stage, fake: FakeProcess, tmp_path: Path) -> None:
    async with stage(fake("gateway")) as running:
        running.supervisor.keepers[0]._patience = Patience(poll_s=0.05, watch_s=0.05, silent_s=0.2, stop_s=0.2)
        await running.until("chat at")
        os.kill(running.pid("gateway"), signal.SIGSTOP)
        await running.until("gateway has not answered for")


async def test_a_busy_port_is_named_with_the_setting_that_changes_it(stage, fake: FakeProcess) -> None:
    gateway = fake("gateway")
    with socket.socket() as other:
        other.bind(("127.0.0.1", gateway.port))
        other.listen()
        async with stage(gateway) as running:
            await asyncio.wait([running.running])
            with pytest.raises(LaunchError) as refused:
                running.running.result()
    text = str(refused.value)
    assert f"port {gateway.port} of 127.0.0.1, wanted by the gateway, is in use" in text
    chosen = int(text.rpartition("INSTRUCTREC_GATEWAY_PORT=")[2])
    assert chosen > gateway.port


async def test_a_second_one_of_the_same_home_and_port_is_refused(stage, fake: FakeProcess) -> None:
    gateway = fake("gateway")
    async with stage(gateway) as running:
        await running.until("chat at")
        async with stage(gateway) as second:
            await asyncio.wait([second.running])
            with pytest.raises(LaunchError, match=f"the bot already runs on port {gateway.port}"):
                second.running.result()


async def test_what_a_killed_supervisor_left_over_is_ended(stage, fake: FakeProcess, tmp_path: Path) -> None:
    orphan = await asyncio.create_subprocess_exec("sleep", "600", start_new_session=True)
    gone, gateway = running_now(2**22 + 1), fake("gateway")
    Record(gone, {"ranker": running_now(orphan.pid)}).write(record_path(tmp_path / "home", gateway.port))
    async with stage(gateway) as running:
        await running.until("chat at")
        assert running.lines[0] == f"ranker (process {orphan.pid}) was left over from before; ending it"
        assert await orphan.wait() == -signal.SIGTERM
