"""Imports a folder or file with items as a pack under the home folder, whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data.catalog import SEPARATOR, load_catalog
from data.errors import DataError
from data.importing.infer import TRUE, Column, Row, infer_columns, kinds, parse_number, split_cell
from data.importing.interactions import chosen_counts, find_interactions, read_interactions
from data.pack import Pack, load_pack, pack_folders
from data.sources.films import INTERACTION_COLUMNS, ITEM_COLUMNS, interaction_rows, item_rows
from data.sources.formats import detect, read
from data.tables import find_items, read_rows, write_csv

POPULARITY = "popularity"
NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")


@dataclass(frozen=True)
class Imported:
    """What an import made of a table."""

    pack: Pack
    items: int
    interactions: int
    left: tuple[str, ...]
    """Columns that no facet was made of."""


def import_pack(
    source: Path,
    name: str,
    home: Path,
    replace: bool = False,
    called: Mapping[str, str] | None = None,
    like: str | None = None,
) -> Imported:
    """A pack `name` under `home`/packs from a table or a folder. Raises DataError; then nothing has changed.

    `called` says what one item is called in a language, for tables without a pack.yml; `like` names a pack whose
    facets, phrases and instructions the new one takes over, which rating sets of films need.
    """
    target = home / "packs" / name
    _check_name(name, home, replace)
    if not source.exists():
        raise DataError(f"{source}: no such file or folder")
    home.joinpath("packs").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as temporary:
        folder = Path(temporary) / name
        folder.mkdir()
        left = _fill(source, folder, called or {}, load_pack(like, home) if like else None)
        pack = load_pack(folder, home)
        catalog = load_catalog(pack, home)
        count = _import_interactions(source, folder, set(catalog.index))
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    return Imported(load_pack(target, home), len(catalog.items), count, left)


def _fill(source: Path, folder: Path, called: Mapping[str, str], like: Pack | None) -> tuple[str, ...]:
    """Puts pack.yml and items into `folder`; says which columns were left out."""
    rating_set = detect(source) if source.is_dir() else None
    if like is not None:
        _copy_content(like.folder, folder)
        if rating_set is None:
            table = _table(source)
            shutil.copy(table, folder / f"items{table.suffix}")
    if rating_set is not None:
        if like is None:
            raise DataError(
                f"{source}: this is {rating_set.name}; say whose facets and phrases it takes: --like movies"
            )
        films, ratings = read(source)
        write_csv(folder / "items.csv", ITEM_COLUMNS, item_rows(films, ratings))
        write_csv(folder / "interactions.csv", INTERACTION_COLUMNS, interaction_rows(ratings))
        return ()
    if like is not None:
        return ()
    if source.is_dir() and (source / "pack.yml").is_file():
        _copy_content(source, folder)
        table = _table(source)
        shutil.copy(table, folder / table.name)
        return ()
    path = find_interactions(source) if source.is_dir() else None
    counts = chosen_counts(path) if path else {}
    if counts and find_items(source) is None:
        rows: list[dict[str, Any]] = [{"item_id": item_id, "title": item_id} for item_id in counts]
        return _infer(rows, str(path), folder, called, counts)
    table = _table(source)
    return _infer(read_rows(table), table.name, folder, called, counts)


def _check_name(name: str, home: Path, replace: bool) -> None:
    if not NAME.match(name):
        raise DataError(f"--name {name!r}: expected lower-case letters, digits, - and _, at most 40")
    existing = pack_folders(home).get(name)
    if existing and existing.parent != home / "packs":
        raise DataError(f"--name {name!r}: that is a pack of the project; take another name")
    if existing and not replace:
        raise DataError(f"--name {name!r}: such a pack is there already; add --replace to import it again")


def _copy_content(source: Path, folder: Path) -> None:
    """The YAML files of a pack under its new name; its catalog lies where it is put, so nothing prepares it."""
    for entry in source.glob("*.yml"):
        shutil.copy(entry, folder / entry.name)
    content = yaml.safe_load((folder / "pack.yml").read_text(encoding="utf-8"))
    content.pop("prepare", None)
    (folder / "pack.yml").write_text(_dump({**content, "name": folder.name}), encoding="utf-8")


def _table(source: Path) -> Path:
    table = find_items(source) if source.is_dir() else source
    if table is None:
        raise DataError(f"{source}: no items.csv, items.jsonl, items.json or items.parquet in this folder")
    return table


def _infer(
    rows: Sequence[Row], where: str, folder: Path, called: Mapping[str, str], counts: Mapping[str, int]
) -> tuple[str, ...]:
    """Writes pack.yml and items.csv. Where people could ask for nothing, how often an item was chosen is a facet."""
    columns = infer_columns(rows, where)
    facets = {_facet_name(c.name): {**c.facet, "column": _facet_name(c.name)} for c in columns if c.role == "facet"}
    if not facets and counts:
        facets = {POPULARITY: {"type": "number", **kinds()[POPULARITY], "unit": None, "column": POPULARITY}}
        facets[POPULARITY].pop("names")
    if not facets:
        raise DataError(
            f"{where}: no column that people could ask for, and no interactions; "
            f"there are {', '.join(c.name for c in columns)}"
        )
    one = called.get("en") or re.sub(r"[_-]+", " ", folder.name.removesuffix("s"))
    content = {
        "name": folder.name,
        "item": {"en": {"one": one, "other": f"{one}s"}, "zh": {"one": called.get("zh") or one, "measure": "个"}},
        "subtitle": [name for name, facet in facets.items() if facet.get("display", True) and facet["type"] != "flag"][
            :2
        ],
        "source": f"imported from {Path(where).name}",
        "facets": facets,
    }
    (folder / "pack.yml").write_text(_dump(content), encoding="utf-8")
    header = ["item_id", "title", "aliases", "image", "url", "text", *facets]
    items = [_item_row(n, row, columns) for n, row in enumerate(rows, 1)]
    write_csv(folder / "items.csv", header, [{POPULARITY: counts.get(item["item_id"], 0), **item} for item in items])
    return tuple(column.name for column in columns if column.role == "left")


def _facet_name(column: str) -> str:
    return re.sub(r"[^\w]+", "_", column.strip().casefold()).strip("_")


def _dump(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def _item_row(number: int, row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    cells: dict[str, Any] = {"item_id": str(number)}
    aliases, texts = [], []
    for column in columns:
        cell = row.get(column.name)
        if cell in (None, "", []):
            continue
        if column.role == "id":
            cells["item_id"] = str(cell).strip()
        elif column.role in ("title", "image", "url"):
            cells[column.role] = str(cell).strip()
        elif column.role == "alias":
            aliases += split_cell(cell, column.separator)
        elif column.role == "text":
            texts.append(str(cell).strip())
        elif column.role == "facet":
            cells[_facet_name(column.name)] = _facet_cell(cell, column)
    return {**cells, "aliases": SEPARATOR.join(aliases), "text": " ".join(texts)}


def _facet_cell(cell: Any, column: Column) -> Any:
    kind = column.facet["type"]
    if kind in ("number", "year"):
        return parse_number(str(cell))
    if kind == "flag":
        return "true" if str(cell).strip().casefold() in TRUE else "false"
    if column.facet.get("multi"):
        return SEPARATOR.join(part.replace(SEPARATOR, "/") for part in split_cell(cell, column.separator))
    return str(cell).strip()


def _import_interactions(source: Path, folder: Path, known: set[str]) -> int:
    written = folder / "interactions.csv"
    if written.is_file():
        return len(read_rows(written))
    path = find_interactions(source) if source.is_dir() else None
    if path is None:
        return 0
    rows = read_interactions(path, known)
    write_csv(written, INTERACTION_COLUMNS, rows)
    return len(rows)
