"""The catalog: every item of a pack with its facets, and which items a constraint admits."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import DataError
from data.need import Constraint
from data.pack import LANGUAGES, Facet, Pack
from data.tables import digest_of, find_items, read_rows

SEPARATOR = "|"
"""Parts the values of a multi-valued cell and the aliases of a title."""
Value = str | float | int | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class Item:
    """What can be recommended. A facet that is not known is None."""

    item_id: str
    title: str
    facets: Mapping[str, Value]
    aliases: tuple[str, ...] = ()
    image: str = ""
    url: str = ""
    text: str = ""
    """Free description, where the pack has one."""
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What the item is called in other languages, where the pack says so."""

    def meets(self, constraint: Constraint) -> bool:
        """Whether the item satisfies `constraint`; an unknown facet satisfies only `is_not`."""
        value = self.facets.get(constraint.facet)
        if constraint.op == "is_not":
            return not _equals(value, constraint.value)
        if value is None:
            return False
        if constraint.op == "is":
            return _equals(value, constraint.value)
        if isinstance(value, (str, tuple)):
            return False
        low_enough = float(value) <= float(constraint.value)
        return low_enough if constraint.op == "at_most" else float(value) >= float(constraint.value)


def _equals(value: Value, wanted: Any) -> bool:
    if isinstance(value, tuple):
        return str(wanted).casefold() in (part.casefold() for part in value)
    if isinstance(value, str):
        return value.casefold() == str(wanted).casefold()
    if value is None:
        return False
    try:
        return float(value) == float(wanted)
    except (TypeError, ValueError):
        return False


def eligible(item: Item, constraints: Iterable[Constraint]) -> bool:
    """Whether `item` meets every `must` constraint, of alternatives (one `group`) at least one."""
    groups: dict[str, bool] = {}
    for constraint in constraints:
        if constraint.strength != "must":
            continue
        met = item.meets(constraint)
        if constraint.group is not None:
            groups[constraint.group] = groups.get(constraint.group, False) or met
        elif not met:
            return False
    return all(groups.values())


@dataclass(frozen=True)
class Catalog:
    """The items of a pack in file order. `digest` changes when any item changes."""

    pack: Pack
    items: tuple[Item, ...]
    digest: str

    @functools.cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each item_id in `items`."""
        return {item.item_id: position for position, item in enumerate(self.items)}

    def __contains__(self, item_id: str) -> bool:
        return item_id in self.index

    def __getitem__(self, item_id: str) -> Item:
        """The item of that id. Raises DataError when there is none."""
        if item_id not in self.index:
            raise DataError(f"item_id {item_id!r}: no such item among the {len(self.items)} of pack {self.pack.name!r}")
        return self.items[self.index[item_id]]

    @functools.cached_property
    def values(self) -> Mapping[str, tuple[str, ...]]:
        """The values that each category facet takes in this catalog, the most frequent first."""
        counts: dict[str, dict[str, int]] = {n: {} for n, f in self.pack.facets.items() if f.type == "category"}
        for item in self.items:
            for name, count in counts.items():
                value = item.facets.get(name)
                for part in value if isinstance(value, tuple) else (value,) if value is not None else ():
                    count[str(part)] = count.get(str(part), 0) + 1
        return {name: tuple(sorted(count, key=lambda v: -count[v])) for name, count in counts.items()}

    @functools.cached_property
    def twins(self) -> Mapping[str, tuple[str, ...]]:
        """The item_ids under which the same item is listed again: same title, years and categories."""
        same: dict[tuple[Any, ...], list[str]] = {}
        telling = [n for n, facet in self.pack.facets.items() if facet.type in ("year", "category")]
        for item in self.items:
            key = (item.title.casefold(), *(item.facets.get(name) for name in telling))
            same.setdefault(key, []).append(item.item_id)
        groups = [ids for ids in same.values() if len(ids) > 1]
        return {one: tuple(other for other in ids if other != one) for ids in groups for one in ids}

    def eligible(self, constraints: Sequence[Constraint]) -> list[Item]:
        """The items that meet every `must` constraint, in catalog order."""
        return [item for item in self.items if eligible(item, constraints)]

    def check(self, constraint: Constraint, where: str = "constraint") -> None:
        """Raises DataError when `constraint` names a facet, operator or value that this catalog cannot have."""
        facet = self.pack.facet(constraint.facet, f"{where}.facet")
        if constraint.op in ("at_least", "at_most"):
            if not facet.is_numeric:
                raise DataError(f"{where}.op: {constraint.op} needs a number, facet {facet.name!r} is a {facet.type}")
            _number(constraint.value, f"{where}.value")
        elif facet.is_numeric:
            _number(constraint.value, f"{where}.value")
        elif facet.type == "category":
            known = self.values[facet.name]
            if str(constraint.value).casefold() not in {value.casefold() for value in known}:
                raise DataError(
                    f"{where}.value: no {facet.name} {constraint.value!r}; there are {', '.join(known[:40])}"
                )


def _number(value: Any, where: str) -> float:
    number = float("nan")
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        with contextlib.suppress(ValueError):
            number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise DataError(f"{where}: expected a finite number, got {value!r}")
    return number


def data_folder(pack: Pack, home: Path) -> Path:
    """Where the items and interactions of `pack` lie: in its own folder, else prepared under `home`/packs."""
    return pack.folder if any(pack.folder.glob("items.*")) else home / "packs" / pack.name


def load_catalog(pack: Pack, home: Path) -> Catalog:
    """The catalog of `pack`. Raises DataError with every bad cell, or the command that prepares a missing one."""
    path = find_items(data_folder(pack, home))
    if path is None:
        raise DataError(
            f"pack {pack.name!r}: no items in {data_folder(pack, home)}; run: instructrec prepare {pack.name}"
        )
    rows = read_rows(path)
    where = f"{pack.name}/{path.name}"
    columns = list(rows[0]) if rows else []
    needed = {
        "item_id": "item_id",
        "title": pack.title,
        **{f"facet {f.name!r}": f.column for f in pack.facets.values()},
    }
    problems = [
        f"{where}: {what}: no such column {column!r} in {path.name}; it has {', '.join(columns)}"
        for what, column in needed.items()
        if column not in columns
    ]
    if problems:
        raise DataError(problems)
    items = [_parse_item(row, pack, f"{where}: row {number}", problems) for number, row in enumerate(rows, 2)]
    seen: set[str] = set()
    for number, item in enumerate(items, 2):
        if item.item_id in seen:
            problems.append(f"{where}: row {number}: item_id {item.item_id!r} stands there twice")
        seen.add(item.item_id)
    if problems:
        raise DataError(problems)
    named = _with_names(items, pack.file("aliases.csv"))
    return Catalog(pack, tuple(named), digest_of(path, pack.file("aliases.csv")))


def _with_names(items: Iterable[Item], path: Path) -> list[Item]:
    """The items with the other names that a pack keeps beside a fetched catalog: item_id,language,alias."""
    aliases: dict[str, list[tuple[str, str]]] = {}
    for row in read_rows(path) if path.is_file() else ():
        aliases.setdefault(row["item_id"], []).append((row["language"], row["alias"]))
    named = []
    for item in items:
        more = aliases.get(item.item_id, [])
        names = {language: alias for language, alias in reversed(more) if language != "en"}
        every = dict.fromkeys([*item.aliases, *(alias for _, alias in more)])
        named.append(dataclasses.replace(item, aliases=tuple(every), names={**item.names, **names}))
    return named


def _parse_item(row: Mapping[str, Any], pack: Pack, where: str, problems: list[str]) -> Item:
    facets: dict[str, Value] = {}
    for facet in pack.facets.values():
        try:
            facets[facet.name] = parse_cell(row.get(facet.column), facet)
        except ValueError as error:
            problems.append(f"{where}: {facet.column}: {error}")
    other = {language: str(row[f"title_{language}"]).strip() for language in LANGUAGES if row.get(f"title_{language}")}
    aliases = [*other.values(), *str(row.get("aliases") or "").split(SEPARATOR)]
    title = str(row.get(pack.title) or "").strip()
    if not title:
        problems.append(f"{where}: {pack.title}: empty; every item needs a title")
    return Item(
        str(row.get("item_id") or "").strip(),
        title,
        facets,
        tuple(dict.fromkeys(alias.strip() for alias in aliases if alias.strip())),
        str(row.get("image") or ""),
        str(row.get("url") or ""),
        str(row.get("text") or ""),
        other,
    )


def parse_cell(cell: Any, facet: Facet) -> Value:
    """A cell as the facet's type. Empty is None. Raises ValueError saying what was expected."""
    if cell is None or (isinstance(cell, float) and cell != cell) or cell == "" or cell == []:
        return None
    if facet.is_numeric:
        try:
            number = float(cell)
        except (TypeError, ValueError):
            raise ValueError(f"expected a number, got {cell!r}") from None
        if number != number or number in (float("inf"), float("-inf")):
            raise ValueError(f"expected a finite number, got {cell!r}")
        return int(number) if number.is_integer() else number
    if facet.type == "flag":
        text = str(cell).strip().casefold()
        if text not in ("1", "0", "true", "false", "yes", "no", "1.0", "0.0"):
            raise ValueError(f"expected true or false, got {cell!r}")
        return text in ("1", "true", "yes", "1.0")
    if facet.multi:
        parts = cell if isinstance(cell, (list, tuple)) else str(cell).split(SEPARATOR)
        return tuple(str(part).strip() for part in parts if str(part).strip()) or None
    return str(cell).strip()


@dataclass(frozen=True)
class Interaction:
    """One rating of one item by one user; `timestamp` in seconds since 1970."""

    user_id: str
    item_id: str
    rating: float
    timestamp: int


def load_interactions(pack: Pack, home: Path) -> list[Interaction]:
    """The interactions of `pack` in file order; none when it has no interactions.csv."""
    path = data_folder(pack, home) / "interactions.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Interaction(row["user_id"], row["item_id"], float(row["rating"]), int(float(row["timestamp"])))
            for row in csv.DictReader(file)
        ]
