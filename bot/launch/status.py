"""Says of each process whether it runs, whether it is ready, since when, and with which model."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
from rich.table import Table
from rich.text import Text

from bot.launch.processes import Process, all_processes
from bot.launch.readiness import PROBE_TIMEOUT, why_not_ready
from bot.launch.running import Record, Running, memory_mb, read_record, record_path
from data.settings import Settings


@dataclass(frozen=True)
class ProcessStatus:
    """One process as seen from outside."""

    name: str
    is_ready: bool
    port: int
    pid: int | None
    """None for a process that `instructrec up` did not start here."""
    uptime_s: float | None
    restarts: int | None
    memory_mb: float | None
    model: str | None
    why: str | None
    """Why it is not ready."""


def statuses(settings: Settings) -> list[ProcessStatus]:
    """The state of every process, asked for all at once."""
    return asyncio.run(
        _statuses(all_processes(settings), read_record(record_path(settings.home, settings.gateway_port)))
    )


async def _statuses(processes: tuple[Process, ...], record: Record | None) -> list[ProcessStatus]:
    known = record.processes if record is not None else {}
    async with aiohttp.ClientSession() as http:
        return await asyncio.gather(*(_status(process, known.get(process.name), http) for process in processes))


async def _status(process: Process, running: Running | None, http: aiohttp.ClientSession) -> ProcessStatus:
    why, model = await asyncio.gather(why_not_ready(process, http), _model(process, http))
    alive = running if running is not None and running.is_alive else None
    return ProcessStatus(
        name=process.name,
        is_ready=why is None,
        port=process.port,
        pid=alive.pid if alive else None,
        uptime_s=round(time.time() - alive.started_at, 1) if alive else None,
        restarts=alive.restarts if alive else None,
        memory_mb=round(memory_mb(alive.pid), 1) if alive else None,
        model=model,
        why=why,
    )


async def _model(process: Process, http: aiohttp.ClientSession) -> str | None:
    """The model it says it serves, as the assistant (`model_file`) and the ranker (`model` or `models`) say it."""
    try:
        async with http.get(process.ready_url, timeout=PROBE_TIMEOUT) as response:
            return _model_of(await response.json(content_type=None))
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, OSError):
        return None


def _model_of(content: Any) -> str | None:
    if not isinstance(content, dict):
        return None
    if content.get("model_file"):
        return str(content["model_file"]).rpartition("/")[2]
    named = content.get("models") or content.get("model")
    if isinstance(named, dict):
        return ", ".join(f"{key}: {_short(value)}" for key, value in named.items())
    return str(named) if named else None


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(str(value[key])[:12] for key in ("name", "digest") if key in value)
    return str(value)[:40]


def table(found: list[ProcessStatus]) -> Table:
    """The same for people."""
    shown = Table("process", "state", "pid", "port", "up for", "restarts", "memory", "model")
    for process in found:
        state = Text("ready", "green") if process.is_ready else Text("not ready", "red")
        shown.add_row(
            process.name,
            state,
            str(process.pid or "-"),
            str(process.port),
            _duration(process.uptime_s),
            _or_dash(process.restarts),
            _or_dash(process.memory_mb, " MB"),
            process.model or "-",
        )
    shown.caption = "\n".join(f"{process.name}: {process.why}" for process in found if process.why)
    return shown


def _or_dash(value: float | None, unit: str = "") -> str:
    return "-" if value is None else f"{value:,.0f}{unit}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
