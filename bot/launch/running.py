"""What runs now: the record the supervisor keeps of its processes, and what the system knows about them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

STOP_S = 8.0


@dataclass(frozen=True)
class Running:
    """One process as the supervisor last saw it."""

    pid: int
    identity: str
    """Distinguishes it from a later process with the same number."""
    started_at: float
    """Seconds since the epoch."""
    state: str = "starting"
    """starting, ready, or gone."""
    restarts: int = 0

    @property
    def is_alive(self) -> bool:
        """True while this very process runs."""
        return self.identity != "" and identity_of(self.pid) == self.identity


@dataclass(frozen=True)
class Record:
    """The supervisor and its processes, kept in a file under `home`/run."""

    supervisor: Running
    processes: dict[str, Running] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Replaces the file as a whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        unfinished.replace(path)


def record_path(home: Path, port: int) -> Path:
    """Where the record of the bot in `home` lies whose gateway has that port."""
    return home / "run" / f"processes-{port}.json"


def read_record(path: Path) -> Record | None:
    """The record in that file; None when there is none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        processes = {name: Running(**entry) for name, entry in content["processes"].items()}
        return Record(Running(**content["supervisor"]), processes)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def running_now(pid: int, state: str = "starting", restarts: int = 0) -> Running:
    """The process with that number, as it is now."""
    return Running(pid, identity_of(pid) or "", time.time(), state, restarts)


def identity_of(pid: int) -> str | None:
    """When the process began, as the system counts; None when there is no such process or it is a zombie."""
    try:
        fields = _stat(pid)
        return None if fields[0] == "Z" else fields[19]
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _ps(pid, "lstart=")


def memory_mb(pid: int) -> float:
    """Resident memory of a process and everything in its process group, in MB."""
    pages = 0
    for entry in Path("/proc").glob("[0-9]*/statm"):
        try:
            if int(_stat(int(entry.parent.name))[2]) == pid:
                pages += int(entry.read_text().split()[1])
        except (OSError, IndexError, ValueError):
            continue
    if pages:
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return float(_ps(pid, "rss=") or 0) / 1000


def end_group(pid: int, wait_s: float = STOP_S) -> None:
    """Ends a process that leads its group, and everything in the group: politely, then not."""
    if not signal_group(pid, signal.SIGTERM):
        return
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        if not signal_group(pid, 0):
            return
        time.sleep(0.05)
    signal_group(pid, signal.SIGKILL)


def signal_group(pid: int, number: int) -> bool:
    """Sends a signal to the group that `pid` leads; False when nobody is left in it."""
    try:
        os.killpg(pid, number)
        return True
    except (ProcessLookupError, PermissionError):
        return False


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, group, …; the start time is the 20th."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _ps(pid: int, what: str) -> str | None:
    result = subprocess.run(["ps", "-o", what, "-p", str(pid)], capture_output=True, text=True)
    return result.stdout.strip() or None
