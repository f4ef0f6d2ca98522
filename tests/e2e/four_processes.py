"""The real four processes on free loopback ports, over the trained models and a database of their own."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import aiohttp

from bot.launch.processes import Process, all_processes
from bot.launch.readiness import why_no_answer, why_not_ready
from data.settings import PROJECT, Settings

READY_S = 240.0
STOP_S = 10.0
SHARED = ("packs", "models", "reading", "cache")
"""What set-up has made and the tests only read."""


def own_settings(home: Path, shared: Settings) -> Settings:
    """Settings of a bot that lives in `home` and takes models and catalogs from `shared`."""
    home.mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        if (shared.home / name).exists():
            (home / name).symlink_to(shared.home / name)
    gateway, assistant, actions, ranker = _free_ports(4)
    return dataclasses.replace(
        shared, home=home, database_url="", gateway_port=gateway, assistant_port=assistant, actions_port=actions,
        ranker_port=ranker, assistant_url="", actions_url="", ranker_url="", secret="",
    ).completed()  # fmt: skip


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; all are held until all are known, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [held.getsockname()[1] for held in sockets]
    for held in sockets:
        held.close()
    return ports


class FourProcesses:
    """Starts, kills and stops them; each writes to a log in the home."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._processes: dict[str, Process] = {process.name: process for process in all_processes(settings)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        """Where the page is."""
        return self._processes["gateway"].address

    async def start(self) -> None:
        """Starts all four and returns when a message gets an answer."""
        for name in self._processes:
            self._spawn(name)
        for name in self._processes:
            await self.wait_ready(name)
        async with aiohttp.ClientSession() as http:
            await self._until("a greeting", lambda: why_no_answer(self.address, http))

    def kill(self, name: str) -> None:
        """Ends the process at once, as a crash would."""
        os.killpg(self._running[name].pid, signal.SIGKILL)
        self._running[name].wait(STOP_S)

    async def restart(self, name: str) -> None:
        """Starts a killed process again and returns when it is ready."""
        self._spawn(name)
        await self.wait_ready(name)

    async def wait_ready(self, name: str) -> None:
        """Returns when the process says that it is ready."""
        async with aiohttp.ClientSession() as http:
            await self._until(name, lambda: why_not_ready(self._processes[name], http))

    def stop(self) -> None:
        """Ends what still runs."""
        for running in self._running.values():
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGTERM)
        for running in self._running.values():
            try:
                running.wait(STOP_S)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait(STOP_S)

    def log(self, name: str) -> str:
        """The end of what the process wrote."""
        return self._log_path(name).read_text(encoding="utf-8", errors="replace")[-3_000:]

    def _log_path(self, name: str) -> Path:
        return self.settings.home / "logs" / f"{name}.log"

    def _spawn(self, name: str) -> None:
        path = self._log_path(name)
        path.parent.mkdir(exist_ok=True)
        process = self._processes[name]
        environ = {**process.environment(), "OMP_NUM_THREADS": "1"}
        with path.open("ab") as log:
            self._running[name] = subprocess.Popen(
                process.command, cwd=PROJECT, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip

    async def _until(self, name: str, why_not: Any) -> None:
        """Polls until `why_not` has no objection. Raises AssertionError with the log when that never comes."""
        reason = "not asked"
        for _ in range(int(READY_S / 0.5)):
            reason = await why_not()
            if reason is None:
                return
            running = self._running.get(name)
            assert running is None or running.poll() is None, f"{name} ended with {running.poll()}: {self.log(name)}"
            await asyncio.sleep(0.5)
        logs = "\n".join(self.log(each) for each in self._running)
        raise AssertionError(f"{name}: not ready after {READY_S:.0f} s: {reason}\n{logs}")
