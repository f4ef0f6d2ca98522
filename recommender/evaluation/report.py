"""The figures of an evaluation as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = ("HR@1", "HR@10", "NDCG@10", "MRR")


def table(found: Mapping[str, Any]) -> str:
    """One line per model and protocol, mean ± standard deviation over the seeds."""
    lines = [
        f"{found['pack']}, profile {found['profile']}, seeds {found['seeds']}",
        f"{'':<40}" + "".join(f"{c:>17}" for c in COLUMNS),
    ]
    for name, figures in _rows(found):
        cells = "".join(f"{figures[c]['mean']:>9.4f} ±{figures[c]['std']:.4f}" for c in COLUMNS)
        lines.append(f"{name:<40}{cells}")
    return "\n".join(lines)


def _rows(found: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, figures in found["history"].items():
        yield f"history: {name}", figures
    for kind, models in found["instruction"].items():
        for name, figures in models.items():
            yield f"{kind} wording: {name}", figures
