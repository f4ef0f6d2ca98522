"""Reading and writing the tables of a pack: CSV, JSON and JSON lines (Parquet through an optional library)."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.errors import DataError

ITEM_FILES = ("items.csv", "items.jsonl", "items.json", "items.parquet")


def find_items(folder: Path) -> Path | None:
    """The items file in `folder`, CSV before JSON lines before Parquet."""
    return next((folder / name for name in ITEM_FILES if (folder / name).is_file()), None)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a table, one dict each, keys as the columns. Raises DataError naming file and line."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return _read_json_lines(path)
    if path.suffix == ".json":
        return _read_json(path)
    if path.suffix == ".parquet":
        return _read_parquet(path)
    raise DataError(f"{path.name}: cannot read {path.suffix!r} files; csv, jsonl, json and parquet are read")


def _read_json_lines(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise DataError(f"{path.name}: line {number}: not JSON: {error}") from error
    return _same_columns(rows)


def _read_json(path: Path) -> list[dict[str, Any]]:
    """A list of objects, or of [name, object] pairs."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name}: not JSON: {error}") from error
    rows = [entry[-1] if isinstance(entry, list) and entry else entry for entry in content]
    if not all(isinstance(row, dict) for row in rows):
        raise DataError(f"{path.name}: expected a list of objects, one an item")
    return _same_columns(rows)


def _same_columns(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    columns = dict.fromkeys(key for row in rows for key in row)
    return [{column: row.get(column) for column in columns} for row in rows]


def _read_parquet(path: Path) -> list[dict[str, Any]]:
    try:
        import polars
    except ImportError:
        raise DataError(f"{path.name}: reading Parquet needs the package polars") from None
    return polars.read_parquet(path).to_dicts()


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes `rows` whole or not at all: to a neighbouring file first, then renamed over `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    partial.replace(path)


def digest_of(*paths: Path) -> str:
    """SHA-256 over names and bytes of the files, in the order given; a missing file counts as empty."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        total.update(path.name.encode() + b"\0" + hashlib.sha256(content).digest())
    return total.hexdigest()
