"""What a turn costs all processes together in CPU time, early and late in a long conversation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
SAYINGS = ("{value}", "{value}?", "no {value}", "more", "thanks", "why the first one?", "doesn't matter, any {facet}")


def cpu_ms(pids: Iterable[int], proc: Path = Path("/proc")) -> float:
    """User and system time in milliseconds that those processes have used since they began (proc(5), stat)."""
    total = 0
    for pid in pids:
        fields = (proc / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return 1000 * total / TICKS_PER_S


def long_conversation(
    say: Callable[[str], Any], values: Sequence[tuple[str, str]], pids: Sequence[int], turns: int
) -> dict[str, float]:
    """
    Says `turns` things about the values (facet and value, in words) in one conversation. The median CPU milliseconds
    of a turn in the first and in the last fifth, the mean over all, and how much a late turn costs of an early one.
    """
    spent = []
    for number in range(turns):
        facet, value = values[number % len(values)]
        before = cpu_ms(pids)
        say(SAYINGS[number % len(SAYINGS)].format(value=value, facet=facet))
        spent.append(cpu_ms(pids) - before)
    fifth = max(turns // 5, 1)
    early, late = median(spent[:fifth]), median(spent[-fifth:])
    mean = sum(spent) / len(spent)
    return {
        "mean_ms": round(mean, 1),
        "early_ms": early,
        "late_ms": late,
        "late_to_early": round(late / max(early, 1), 2),
    }
