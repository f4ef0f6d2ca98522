"""Latency and throughput: what is timed, how often, and what is said of it."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

One = TypeVar("One")
WARM = 5


def latency(work: Callable[[One], object], inputs: Sequence[One], device: torch.device | None = None) -> dict[str, Any]:
    """Milliseconds per call, one call after the other, the first few not counted: p50, p95."""
    for one in inputs[:WARM]:
        work(one)
    spent = []
    for one in inputs[WARM:]:
        began = time.perf_counter()
        work(one)
        wait_for(device)
        spent.append((time.perf_counter() - began) * 1000)
    return {"p50_ms": _rounded(np.percentile(spent, 50)), "p95_ms": _rounded(np.percentile(spent, 95)), "n": len(spent)}


def throughput(work: Callable[[Sequence[One]], object], batches: Sequence[Sequence[One]]) -> float:
    """Requests per second over the batches but the first."""
    work(batches[0])
    began = time.perf_counter()
    for batch in batches[1:]:
        work(batch)
    return _rounded(sum(map(len, batches[1:])) / (time.perf_counter() - began))


def wait_for(device: torch.device | None) -> None:
    """Until the device has done what it was given."""
    if device is not None and device.type == "cuda":
        torch.cuda.synchronize(device)


def copy_bandwidth(device: torch.device, megabytes: int = 2048) -> float:
    """Bytes per second that the device copies from its memory to its memory, read and written both counted."""
    source = torch.empty(megabytes * 1024 * 1024, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    target.copy_(source)
    wait_for(device)
    began = time.perf_counter()
    for _ in range(10):
        target.copy_(source)
    wait_for(device)
    return 2 * 10 * len(source) / (time.perf_counter() - began)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    names = [line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {
        "cpu": names[0] if names else platform.machine(), "cores": len(names) or None, "gpu": gpu,
        "threads": torch.get_num_threads(), "torch": torch.__version__, "python": platform.python_version(),
    }  # fmt: skip


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.is_file() else []


def _rounded(value: float) -> float:
    return round(float(value), 2)
