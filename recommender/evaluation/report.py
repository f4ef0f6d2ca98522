"""The figures of an evaluation for people: a table on the terminal, and a page in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = ("HR@1", "HR@10", "NDCG@10", "MRR", "satisfied", "RMSE", "MAE", "accuracy", "AUC")
PARTS = ("history", "instruction", "languages", "cold_users", "cold_items", "rating")
TITLES = {
    "history": "History only", "instruction": "Instruction", "languages": "English and Chinese twins",
    "cold_users": "People of whom little is known", "cold_items": "Items withheld from training", "rating": "Ratings",
}  # fmt: skip
Row = tuple[tuple[str, ...], Mapping[str, Any]]


def table(found: Mapping[str, Any]) -> str:
    """One line per model and situation, mean ± standard deviation over the seeds."""
    lines = [f"{found['pack']}, profile {found['profile']}, {found['split']} split, seeds {found['seeds']}"]
    for part in PARTS:
        rows = list(rows_of(found.get(part, {})))
        columns = _columns(rows)
        if rows:
            lines += ["", f"{TITLES[part]:<56}" + "".join(f"{column:>17}" for column in columns)]
            lines += [f"{' · '.join(path):<56}" + "".join(_cell(figures, c) for c in columns) for path, figures in rows]
    lines += [f"not measured: {name}: {why}" for name, why in found["skipped"].items()]
    return "\n".join(lines)


def page(found: Mapping[str, Any], command: str) -> str:
    """The figures as a page: what was run, every table with confidence intervals, what was left out."""
    facts = found["protocol"]
    lines = [
        f"# Figures of the ranker on `{found['pack']}`", "",
        "Written by the command below; [ranker.md](ranker.md) says what the figures mean.", "",
        "```", command, "```", "",
        f"Profile {found['profile']}, {found['split']} split, seeds {found['seeds']}; {facts['items']:,} items, "
        f"{facts['users']:,} users, {facts['interactions']:,} interactions, {facts['asked']:,} people asked "
        f"({facts['sampled']}). Figures by {facts['metrics']}: mean ± standard deviation over the seeds "
        f"[interval: {facts['interval']}].",
    ]  # fmt: skip
    for part in PARTS:
        rows = list(rows_of(found.get(part, {})))
        if rows:
            lines += ["", f"## {TITLES[part]}", "", f"{facts[part].capitalize()}.", "", *_markdown(rows)]
    if found["skipped"]:
        lines += ["", "## Not measured", "", *(f"- {name}: {why}" for name, why in found["skipped"].items())]
    taken = ", ".join(f"{part} {seconds:,.0f} s" for part, seconds in found["seconds"].items())
    return "\n".join([*lines, "", f"Time taken: {taken}.", ""])


def rows_of(part: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[Row]:
    """Every place of a part that has figures, with the names on the way there."""
    figures = {name: value for name, value in part.items() if name in COLUMNS and isinstance(value, Mapping)}
    if figures:
        yield path, figures
    for name, value in part.items():
        if name not in COLUMNS and isinstance(value, Mapping):
            yield from rows_of(value, path if name == "by_level" else (*path, name))


def _columns(rows: list[Row]) -> list[str]:
    return [name for name in COLUMNS if any(name in figures for _, figures in rows)]


def _cell(figures: Mapping[str, Any], column: str) -> str:
    figure = figures.get(column)
    return f"{figure['mean']:>9.4f} ±{figure['std']:.4f}" if figure is not None and _is_known(figure) else " " * 17


def _is_known(figure: Mapping[str, Any]) -> bool:
    """False where it could not be computed: an AUC of ratings that are all liked, a ratio to nothing."""
    return figure.get("mean") is not None


def _markdown(rows: list[Row]) -> Iterator[str]:
    columns = _columns(rows)
    yield f"| | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for path, figures in rows:
        cells = " | ".join(_interval(figures.get(column)) for column in columns)
        name = " · ".join(path)
        yield f"| {f'**{name}**' if _is_ours(path) else name} | {cells} |"


def _is_ours(path: tuple[str, ...]) -> bool:
    return any(name.partition("/")[0] == "instructrec" for name in path)


def _interval(figure: Mapping[str, Any] | None) -> str:
    if figure is None or not _is_known(figure):
        return ""
    interval = f" [{figure['ci'][0]:.3f}, {figure['ci'][1]:.3f}]" if "ci" in figure else ""
    return f"{figure['mean']:.4f} ± {figure['std']:.4f}{interval}"
