"""The figures of an evaluation as a picture: HR@10 of every model, part by part, with confidence intervals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import DataError
from recommender.evaluation.report import TITLES, rows_of

OURS, OTHERS = "#c2410c", "#94a3b8"
SHOWN = ("history", "instruction", "cold_users", "cold_items")
FIGURE = "HR@10"


def draw(found: Mapping[str, Any], path: Path) -> None:
    """Writes a PNG. Raises DataError where matplotlib is not installed or there is nothing to draw."""
    try:
        import matplotlib
    except ImportError as error:
        raise DataError("--figure: matplotlib is not installed; pip install 'instructrec-bot[evaluation]'") from error
    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = {part: bars for part in SHOWN if (bars := _bars(found.get(part, {})))}
    if not panels:
        raise DataError(f"--figure: nothing to draw; these have {FIGURE}: {', '.join(SHOWN)}")
    heights = [len(bars) for bars in panels.values()]
    chart, axes = pyplot.subplots(
        len(panels), figsize=(8, 1 + 0.26 * sum(heights) + 0.5 * len(panels)), height_ratios=heights, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for axis, (part, bars) in zip(axes[:, 0], panels.items(), strict=True):
        _panel(axis, part, bars)
    chart.suptitle(f"{found['pack']}, {found['split']} split, seeds {found['seeds']}", fontsize=10)
    chart.savefig(path, dpi=130, metadata={"Software": None})
    pyplot.close(chart)


def _bars(part: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Name and figure of each bar; levels of an instruction have none of their own."""
    flat = {
        name: {n: {k: v for k, v in m.items() if k != "by_level"} for n, m in models.items() if isinstance(m, Mapping)}
        if not any(key == FIGURE for key in models)
        else models
        for name, models in part.items()
    }
    return [(" · ".join(path), figures[FIGURE]) for path, figures in rows_of(flat) if FIGURE in figures]


def _panel(axis: Any, part: str, bars: list[tuple[str, Mapping[str, Any]]]) -> None:
    names = [name for name, _ in bars]
    means = [figure["mean"] for _, figure in bars]
    gaps = [
        [max(0.0, figure["mean"] - figure["ci"][0]) for _, figure in bars],
        [max(0.0, figure["ci"][1] - figure["mean"]) for _, figure in bars],
    ]
    colours = [OURS if "instructrec" in name else OTHERS for name in names]
    axis.barh(range(len(bars)), means, xerr=gaps, color=colours, error_kw={"elinewidth": 0.8})
    axis.set_yticks(range(len(bars)), names, fontsize=7)
    axis.invert_yaxis()
    axis.set_title(f"{TITLES[part]}: {FIGURE}", fontsize=9, loc="left")
    axis.tick_params(axis="x", labelsize=7)
    axis.spines[["top", "right"]].set_visible(False)
