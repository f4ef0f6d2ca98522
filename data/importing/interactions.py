"""Reads who did what with which item from a person's table, whatever its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from data.errors import DataError
from data.importing.infer import ID_NAMES, parse_number
from data.tables import read_rows

FILES = tuple(f"interactions.{ending}" for ending in ("csv", "jsonl", "json", "parquet"))
NAMES: Mapping[str, tuple[str, ...]] = {
    "user_id": ("user_id", "user", "userid", "uid", "customer_id", "customer", "reviewer_id", "session_id", "用户"),
    "item_id": (*ID_NAMES, "item", "product", "iid", "商品", "物品"),
    "rating": ("rating", "score", "stars", "grade", "评分"),
    "timestamp": ("timestamp", "time", "date", "datetime", "unix_time", "created_at", "event_time", "时间", "日期"),
}
NEEDED = ("user_id", "item_id")
MOST_PROBLEMS = 20
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Columns:
    """What each of our columns is called in the table; None where it has none."""

    user_id: str
    item_id: str
    rating: str | None
    """Without one, every interaction is worth 1."""
    timestamp: str | None
    """Without one, the order of the lines is the order in time."""


def find_interactions(folder: Path) -> Path | None:
    """The interactions file in `folder`, CSV before JSON lines before Parquet."""
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def read_interactions(path: Path, known: set[str] | None = None) -> list[dict[str, Any]]:
    """
    Rows with user_id, item_id, rating and timestamp (seconds; dates and times are read as UTC, milliseconds are told by
    their size). Raises DataError with the first problems, each with its line; `known` are the item_ids there are.
    """
    rows = read_rows(path)
    if not rows:
        return []
    columns = columns_of(list(rows[0]), path.name)
    problems: list[str] = []
    read = [_row(number, row, columns, known, path.name, problems) for number, row in enumerate(rows, 2)]
    if problems:
        more = [f"… and {len(problems) - MOST_PROBLEMS} more"] if len(problems) > MOST_PROBLEMS else []
        raise DataError(problems[:MOST_PROBLEMS] + more)
    return read


def chosen_counts(path: Path) -> Mapping[str, int]:
    """How often each item_id occurs, unchecked."""
    rows = read_rows(path)
    column = columns_of(list(rows[0]), path.name).item_id if rows else ""
    return Counter(str(row[column] or "").strip() for row in rows)


def columns_of(header: Sequence[str], where: str) -> Columns:
    """Which column is what. Raises DataError when users or items cannot be told."""
    by_key = {re.sub(r"[\s\-]+", "_", name.strip().casefold()): name for name in header}
    found = {ours: next((by_key[name] for name in names if name in by_key), None) for ours, names in NAMES.items()}
    missing = [
        f"{where}: no column {ours!r} (nor {', '.join(NAMES[ours][1:4])}, …); it has {', '.join(header)}"
        for ours in NEEDED
        if not found[ours]
    ]
    if missing:
        raise DataError(missing)
    return Columns(str(found["user_id"]), str(found["item_id"]), found["rating"], found["timestamp"])


def _row(
    number: int, row: Row, columns: Columns, known: set[str] | None, where: str, problems: list[str]
) -> dict[str, Any]:
    user, item = str(row[columns.user_id] or "").strip(), str(row[columns.item_id] or "").strip()
    rating = parse_number(str(row[columns.rating])) if columns.rating else 1.0
    moment = seconds(str(row[columns.timestamp])) if columns.timestamp else float(number)
    problems += _problems(f"{where}: line {number}", row, columns, known, (user, item, rating, moment))
    return {"user_id": user, "item_id": item, "rating": rating, "timestamp": moment}


def _problems(
    place: str, row: Row, columns: Columns, known: set[str] | None, read: tuple[str, str, float | None, float | None]
) -> Iterator[str]:
    user, item, rating, moment = read
    if not user:
        yield f"{place}: {columns.user_id}: empty"
    if not item or (known is not None and item not in known):
        yield f"{place}: {columns.item_id} {item!r} is not among the items"
    if rating is None:
        yield f"{place}: {columns.rating}: expected a number, got {row[str(columns.rating)]!r}"
    if moment is None:
        yield f"{place}: {columns.timestamp}: expected a number or a date, got {row[str(columns.timestamp)]!r}"


def seconds(cell: str) -> float | None:
    """Seconds since the epoch of a number (seconds or milliseconds) or of an ISO 8601 date or time; None for others."""
    number = parse_number(cell)
    if number is not None:
        return number / 1000 if number > 1e11 else number
    try:
        moment = datetime.fromisoformat(cell.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
