"""Runs the four processes together: starts them, says when the bot is ready, keeps them, stops them all."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp

from bot.launch.keeper import Keeper, Patience
from bot.launch.processes import Process, all_processes, not_set_up
from bot.launch.readiness import why_no_answer
from bot.launch.running import Record, end_group, read_record, record_path, running_now
from data.settings import Settings

Turn = Callable[[str, aiohttp.ClientSession], Awaitable[str | None]]


class LaunchError(RuntimeError):
    """Why the bot cannot be started, and what to do."""


def supervise(settings: Settings, began: float | None = None) -> int:
    """Runs the bot until Ctrl-C or SIGTERM. Exit status 0 after that, 1 when it could not be started."""
    missing = not_set_up(settings)
    if missing:
        print("not set up yet; run `make run` or `make setup`. Missing:", *missing, sep="\n  ", file=sys.stderr)
        return 1
    supervisor = Supervisor(all_processes(settings), settings.home)
    supervisor.began = began or supervisor.began
    try:
        return asyncio.run(supervisor.run())
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1


class Supervisor:
    """The processes of one bot, the last of them the one that people talk to."""

    def __init__(
        self,
        processes: Sequence[Process],
        home: Path,
        patience: Patience | None = None,
        turn: Turn = why_no_answer,
        say: Callable[[str], None] | None = None,
    ):
        self.patience = patience or Patience()
        self.began = time.monotonic()
        self._gateway = processes[-1]
        self._record = record_path(home, self._gateway.port)
        self._me = running_now(os.getpid(), "ready")
        self._turn = turn
        self._say = say or self._print
        self._stop = asyncio.Event()
        self.keepers = [
            Keeper(process, home / "logs" / f"{process.name}.log", self.patience, self._say, self._write_record)
            for process in processes
        ]

    async def run(self) -> int:
        """Starts everything and stays until it is told to stop. Raises LaunchError when it cannot start."""
        self._take_over()
        _demand_free_ports([keeper.process for keeper in self.keepers])
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        self._say("starting " + ", ".join(keeper.process.name for keeper in self.keepers))
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector) as http:
            keeping = [asyncio.create_task(keeper.keep(http)) for keeper in self.keepers]
            try:
                return await self._until_stopped(keeping, http)
            finally:
                await self._stop_all(keeping)

    def stop(self) -> None:
        """Ends everything politely; said a second time, at once."""
        if self._stop.is_set():
            for keeper in self.keepers:
                keeper.kill()
        self._stop.set()

    async def _until_stopped(self, keeping: list[asyncio.Task[None]], http: aiohttp.ClientSession) -> int:
        stopped = asyncio.create_task(self._stop.wait())
        welcome = asyncio.create_task(self._welcome(http))
        everything_ended = asyncio.ensure_future(asyncio.wait(keeping))
        waited_for: set[asyncio.Future[object]] = {stopped, welcome, everything_ended}  # type: ignore[arg-type]
        try:
            while True:
                done, _ = await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
                if stopped in done:
                    return 0
                if everything_ended in done:
                    self._say("nothing is left running")
                    return 1
                if not welcome.result():
                    return 1
                waited_for.discard(welcome)
        finally:
            for task in (stopped, welcome, everything_ended):
                task.cancel()

    async def _welcome(self, http: aiohttp.ClientSession) -> bool:
        """Waits until all are ready and a message gets an answer, then says where the bot is; False without."""
        await asyncio.gather(*(keeper.settled.wait() for keeper in self.keepers))
        lost = [keeper.process.name for keeper in self.keepers if keeper.has_given_up]
        if self._gateway.name in lost:
            return True
        deadline = time.monotonic() + self.patience.turn_s
        while not lost and (fault := await self._turn(self._gateway.address, http)) is not None:
            if time.monotonic() > deadline:
                self._say(f"every process is ready, but a message gets no answer: {fault}")
                return False
            await asyncio.sleep(1)
        without = f" (without {', '.join(lost)})" if lost else ""
        self._say(f"ready{without}: chat at {self._gateway.address}/  -  Ctrl-C stops everything")
        return True

    async def _stop_all(self, keeping: list[asyncio.Task[None]]) -> None:
        self._say("stopping")
        await asyncio.gather(*(keeper.stop() for keeper in self.keepers))
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
        self._record.unlink(missing_ok=True)
        self._say("stopped")

    def _take_over(self) -> None:
        """Ends what a supervisor that was killed left behind. Raises LaunchError when one still runs."""
        record = read_record(self._record)
        if record is None:
            return
        if record.supervisor.is_alive:
            raise LaunchError(
                f"the bot already runs on port {self._gateway.port} (process {record.supervisor.pid}): "
                "`instructrec status` shows it, Ctrl-C in its terminal stops it"
            )
        for name, running in record.processes.items():
            if running.is_alive:
                self._say(f"{name} (process {running.pid}) was left over from before; ending it")
                end_group(running.pid)

    def _write_record(self) -> None:
        running = {keeper.process.name: keeper.running for keeper in self.keepers if keeper.running is not None}
        Record(self._me, running).write(self._record)

    def _print(self, text: str) -> None:
        print(f"[{time.monotonic() - self.began:5.0f} s] {text}", flush=True)


def _demand_free_ports(processes: Sequence[Process]) -> None:
    taken = {process.port for process in processes}
    busy = [
        f"port {process.port} of {process.host}, wanted by the {process.name}, is in use ({fault}): "
        f"stop what uses it, or choose another with {process.port_setting}={_free_port(process, taken)}"
        for process in processes
        if (fault := _why_busy(process.host, process.port)) is not None
    ]
    if busy:
        raise LaunchError("\n".join(busy))


def _free_port(process: Process, taken: set[int]) -> int:
    """The next port that is free and that no other process of the bot wants."""
    above = (port for port in range(process.port + 1, 65536) if port not in taken)
    return next((port for port in above if _why_busy(process.host, port) is None), 0)


def _why_busy(host: str, port: int) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return None
