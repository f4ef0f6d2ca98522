"""Runs steps that depend on each other, some at once, with a line for each and a log file for each."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.launch.stamps import Stamp

HEARTBEAT_S = 15.0
"""Seconds of silence after which a step that still runs says so."""
TAIL_LINES = 12
STOP_S = 5.0
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class StepError(RuntimeError):
    """A step that failed, said so that the person knows what to do."""


@dataclass(frozen=True)
class Step:
    """One piece of work; `work` gets the Task it runs in and raises StepError when it cannot be done."""

    name: str
    says: str
    """What it does, after "12 s": "training the assistant"."""
    work: Callable[[Task], None]
    needs: tuple[str, ...] = ()
    stamp: Stamp | None = None


@dataclass
class Task:
    """A step while it runs: its log file, its commands, and how to stop them."""

    step: Step
    log: Path
    started: float = field(default_factory=time.monotonic)
    process: subprocess.Popen[bytes] | None = None
    is_stopped: bool = False

    def run(self, command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
        """Runs a command with its output in the log. Raises StepError when its exit status is not 0."""
        status = self.attempt(command, env, cwd)
        if status != 0:
            raise StepError(f"{shlex.join(command)}\nended with exit status {status}")

    def attempt(self, command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
        """The exit status of a command, its output in the log. Raises StepError when the run was stopped."""
        if self.is_stopped:
            raise StepError("stopped")
        with self.log.open("ab") as log:
            log.write(f"$ {shlex.join(command)}\n".encode())
            log.flush()
            self.process = _start(command, log, env, cwd)
            status = self.process.wait()
        if self.is_stopped:
            raise StepError("stopped")
        return status

    def stop(self) -> None:
        """Ends the command that runs now, with everything it started."""
        self.is_stopped = True
        if self.process is not None and self.process.poll() is None:
            _signal_group(self.process, signal.SIGTERM)
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                _signal_group(self.process, signal.SIGKILL)

    def last_line(self) -> str:
        """The last line the step's commands wrote, for a sign of life."""
        lines = _tail(self.log, 1)
        return lines[0][:100] if lines else ""


class Runner:
    """Runs steps in the order of their needs, up to `at_once` together; says what happens on one line each."""

    def __init__(self, logs: Path, at_once: int = 2, out: IO[str] | None = None, began: float | None = None):
        self.logs = logs
        self.at_once = at_once
        self.out = out or sys.stdout
        self.began = time.monotonic() if began is None else began
        self._tasks: dict[str, Task] = {}
        self._ended: queue.Queue[tuple[str, Exception | None]] = queue.Queue()

    def run(self, steps: Sequence[Step]) -> list[str]:
        """Runs what is not fresh and gives the names of what ran. Raises StepError once nothing runs any more."""
        waiting = {step.name: step for step in steps}
        unmet = set(waiting)
        ran: list[str] = []
        failures: list[str] = []
        try:
            while self._start_ready(waiting, unmet, ran):
                self._await_one(unmet, failures)
        except KeyboardInterrupt:
            self._stop_all()
            raise
        if failures:
            raise StepError("\n\n".join(failures))
        return ran

    def say(self, text: str) -> None:
        """One line of progress, after the seconds since the beginning."""
        print(f"[{time.monotonic() - self.began:5.0f} s] {text}", file=self.out, flush=True)

    def _start_ready(self, waiting: dict[str, Step], unmet: set[str], ran: list[str]) -> bool:
        """Starts what has all it needs and may start now; a need that is not among the steps counts as met."""
        for step in list(waiting.values()):
            if len(self._tasks) >= self.at_once or unmet.intersection(step.needs):
                continue
            del waiting[step.name]
            if step.stamp is not None and step.stamp.is_fresh():
                unmet.discard(step.name)
                return self._start_ready(waiting, unmet, ran)
            ran.append(step.name)
            self._start_task(step)
        return bool(self._tasks)

    def _start_task(self, step: Step) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"setup-{step.name}.log"
        log.write_bytes(b"")
        task = self._tasks[step.name] = Task(step, log)
        self.say(f"{step.says} …")
        threading.Thread(target=self._work, args=(task,), daemon=True).start()

    def _work(self, task: Task) -> None:
        stamp = task.step.stamp
        try:
            digest = stamp.digest() if stamp is not None else ""
            if stamp is not None:
                stamp.clear()
            task.step.work(task)
            if stamp is not None:
                _demand_outputs(stamp)
                stamp.write(digest)
            self._ended.put((task.step.name, None))
        except Exception as error:  # the thread's edge: whatever went wrong is told by the main thread
            self._ended.put((task.step.name, error))

    def _await_one(self, unmet: set[str], failures: list[str]) -> None:
        while True:
            try:
                name, error = self._ended.get(timeout=HEARTBEAT_S)
                break
            except queue.Empty:
                for task in self._tasks.values():
                    self.say(f"  … {task.step.says}, {time.monotonic() - task.started:.0f} s: {task.last_line()}")
        task = self._tasks.pop(name)
        took = time.monotonic() - task.started
        if error is None:
            unmet.discard(name)
            self.say(f"done: {task.step.says} ({took:.0f} s)")
        else:
            self.say(f"FAILED: {task.step.says} ({took:.0f} s)")
            failures.append(_failure(task, error))

    def _stop_all(self) -> None:
        for task in self._tasks.values():
            task.stop()


def _start(
    command: Sequence[str], log: IO[bytes], env: Mapping[str, str] | None, cwd: Path | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env=dict(os.environ, **(env or {})), cwd=str(cwd) if cwd else None, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise StepError(f"{command[0]} cannot be run: {error.strerror or error}") from error


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _demand_outputs(stamp: Stamp) -> None:
    missing = stamp.missing()
    if missing:
        raise StepError(f"it ended without an error, but did not write {', '.join(map(str, missing))}")


def _failure(task: Task, error: Exception) -> str:
    tail = "".join(f"    {line}\n" for line in _tail(task.log, TAIL_LINES))
    return (
        f"{task.step.says} failed: {error or type(error).__name__}\n{tail}"
        f"  The whole log: {task.log}\n  What was done is kept: the same command goes on from here."
    )


def _tail(log: Path, count: int) -> list[str]:
    try:
        text = COLOURS.sub("", log.read_bytes()[-8000:].decode("utf-8", "replace"))
    except OSError:
        return []
    lines = [line.strip() for part in text.splitlines() for line in part.split("\r")[-1:]]
    return [line for line in lines if line][-count:]
