"""Keeps one process running: starts it, watches it, starts it again when it dies, stops answering or grows too big."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import aiohttp

from bot.launch.environments import PROJECT
from bot.launch.processes import Process
from bot.launch.readiness import why_not_ready
from bot.launch.running import Running, memory_mb, running_now, signal_group


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, and how often to try."""

    poll_s: float = 0.25
    """Between two questions whether a starting process is ready."""
    watch_s: float = 10.0
    """Between two looks at a process that was ready."""
    start_s: float = 300.0
    """Until a process that is not ready is started again."""
    silent_s: float = 60.0
    """Until a process that was ready and no longer answers is started again."""
    proven_s: float = 10.0
    """A process that was ready and died before it was this old, or was never ready, died quickly."""
    quick_deaths: int = 5
    """This many quick deaths in a row, and it is left alone."""
    first_delay_s: float = 1.0
    """Pause before the first restart; doubled for each quick death after it."""
    longest_delay_s: float = 30.0
    stop_s: float = 8.0
    """From asking a process to end to killing it."""
    turn_s: float = 120.0
    """Until a request through the gateway must have been answered."""


LOG_MB = 20
"""A log longer than this is set aside when its process starts."""


class Keeper:
    """One process and what has become of it."""

    def __init__(
        self,
        process: Process,
        log: Path,
        patience: Patience,
        say: Callable[[str], None],
        changed: Callable[[], None],
    ):
        self.process = process
        self.log = log
        self.settled = asyncio.Event()
        """Set once the process is ready for the first time, or has been given up."""
        self.is_ready = False
        self.has_given_up = False
        self.running: Running | None = None
        self._patience = patience
        self._say = say
        self._changed = changed
        self._child: asyncio.subprocess.Process | None = None
        self._fault = ""
        self._was_ready = False
        self._is_stopping = False

    async def keep(self, http: aiohttp.ClientSession) -> None:
        """Runs the process until `stop`, or until it has died quickly too often."""
        quick_deaths, restarts = 0, 0
        while not self._is_stopping:
            began = time.monotonic()
            code = await self._live(http, restarts)
            if self._is_stopping:
                return
            proven = self._was_ready and time.monotonic() - began > self._patience.proven_s
            quick_deaths = 1 if proven else quick_deaths + 1
            if quick_deaths >= self._patience.quick_deaths:
                self._give_up(quick_deaths, code)
                return
            restarts += 1
            delay = min(self._patience.longest_delay_s, self._patience.first_delay_s * 2 ** (quick_deaths - 1))
            self._say(f"{self._what_happened(code)}; starting it again in {delay:.0f} s ({self.log})")
            await asyncio.sleep(delay)

    async def stop(self) -> None:
        """Ends the process and whatever it started: politely, and after a while not."""
        self._is_stopping = True
        if self._child is not None:
            await self._end(self._child)

    def kill(self) -> None:
        """Ends the process at once."""
        if self._child is not None:
            signal_group(self._child.pid, signal.SIGKILL)

    async def _live(self, http: aiohttp.ClientSession, restarts: int) -> int:
        """One life of the process; gives its exit status."""
        self._fault, self._was_ready = "", False
        with _open_log(self.log) as log:
            try:
                self._child = child = await asyncio.create_subprocess_exec(
                    *self.process.command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                    cwd=PROJECT, env=self.process.environment(), start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                self._fault = f"cannot be started: {self.process.command[0]}: {error.strerror}"
                return 127
        self._note(running_now(child.pid, "starting", restarts))
        watch = asyncio.create_task(self._watch(child, http))
        try:
            code = await child.wait()
        finally:
            watch.cancel()
            signal_group(child.pid, signal.SIGKILL)
        self._child = None
        self._note(None)
        return code

    async def _watch(self, child: asyncio.subprocess.Process, http: aiohttp.ClientSession) -> None:
        began = time.monotonic()
        last_answer = began
        while True:
            fault = await why_not_ready(self.process, http)
            now = time.monotonic()
            if fault is None:
                last_answer = now
                if not self.is_ready:
                    self._note_ready(now - began)
            self._fault = self._judge(child.pid, fault, now - began, now - last_answer)
            if self._fault:
                await self._end(child)
                return
            await asyncio.sleep(self._patience.watch_s if self.is_ready and fault is None else self._patience.poll_s)

    def _judge(self, pid: int, fault: str | None, alive_s: float, silent_s: float) -> str:
        """Why this life must end, or nothing."""
        if not self.is_ready and alive_s > self._patience.start_s:
            return f"was not ready after {alive_s:.0f} s ({fault})"
        if self.is_ready and fault is not None and silent_s > self._patience.silent_s:
            return f"has not answered for {silent_s:.0f} s ({fault})"
        limit = self.process.memory_mb
        if limit is not None and self.is_ready and (used := memory_mb(pid)) > limit:
            return f"uses {used:,.0f} MB of memory, more than {limit:,}"
        return ""

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        signal_group(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + self._patience.stop_s
        while child.returncode is None and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        signal_group(child.pid, signal.SIGKILL)
        await child.wait()

    def _note_ready(self, took_s: float) -> None:
        if self.running is not None:
            self._note(dataclasses.replace(self.running, state="ready"))
        self._was_ready = True
        self._say(f"{self.process.name} is ready ({took_s:.0f} s)")
        self.settled.set()

    def _note(self, running: Running | None) -> None:
        self.running = running
        self.is_ready = running is not None and running.state == "ready"
        self._changed()

    def _what_happened(self, code: int) -> str:
        if self._fault:
            return f"{self.process.name} {self._fault}"
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
        return f"{self.process.name} {how}"

    def _give_up(self, deaths: int, code: int) -> None:
        self.has_given_up = True
        self.settled.set()
        self._say(
            f"{self._what_happened(code)}, {deaths} times in a row: it is left alone, the others go on. "
            f"Why: {self.log}. Once that is mended, stop and start again."
        )


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_MB * 1e6:
        path.replace(path.with_suffix(path.suffix + ".1"))
    return path.open("ab")
