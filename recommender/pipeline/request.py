"""What a ranking request asks for, and what is refused before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.catalog import Catalog
from data.errors import DataError
from data.need import Need
from recommender.pipeline.history import Event

MAX_K = 1000
MAX_HISTORY = 20_000
MAX_CONSTRAINTS = 50
MAX_SEEDS = 50
MAX_EXCLUDED = 100_000
MAX_TEXT = 20_000
KEYS = ("pack", "need", "history", "exclude", "k", "item_id", "item_ids")


@dataclass(frozen=True)
class RankRequest:
    """POST /v1/rank: a need, what the person did before, what not to show, how many."""

    pack: str
    need: Need
    history: tuple[Event, ...] = ()
    exclude: tuple[str, ...] = ()
    k: int = 10


def pack_of(body: Any, packs: Mapping[str, Any]) -> str:
    """The pack that a request is about: its own key, else that of its need. Raises DataError listing what is served."""
    if not isinstance(body, Mapping):
        raise DataError(f"request: expected an object, got {_kind(body)}")
    need = body.get("need")
    name = body.get("pack", need.get("pack") if isinstance(need, Mapping) else None)
    if name is None and len(packs) == 1:
        return next(iter(packs))
    if not isinstance(name, str) or name not in packs:
        raise DataError(f"pack: no pack {_short(name)}; there are {', '.join(packs)}")
    return name


def parse_request(body: Mapping[str, Any], catalog: Catalog) -> RankRequest:
    """A request for `catalog`. Raises DataError with every problem: where, what, what exists."""
    problems = [f"request.{_short(key)}: unknown key; there are {', '.join(KEYS)}" for key in body if key not in KEYS]
    need = _need(body.get("need"), catalog, problems)
    history = _history(body.get("history"), catalog, problems)
    exclude = _item_ids(body.get("exclude"), "exclude", catalog, problems, MAX_EXCLUDED)
    k = body.get("k", 10)
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MAX_K:
        problems.append(f"k: expected a whole number from 1 to {MAX_K}, got {_short(k)}")
    if problems:
        raise DataError(problems[:20])
    return RankRequest(catalog.pack.name, need, history, exclude, k)


def parse_item_id(body: Mapping[str, Any], catalog: Catalog) -> str:
    """The `item_id` of an explain request."""
    problems: list[str] = []
    found = _item_ids([body.get("item_id")], "item_id", catalog, problems, 1)
    if problems:
        raise DataError(problems)
    return found[0]


def parse_item_ids(body: Mapping[str, Any], catalog: Catalog) -> tuple[str, ...]:
    """The `item_ids` of a rating request; at least one."""
    problems: list[str] = []
    found = _item_ids(body.get("item_ids"), "item_ids", catalog, problems, MAX_K)
    if not problems and not found:
        problems.append("item_ids: expected at least one item_id")
    if problems:
        raise DataError(problems)
    return found


def _need(entry: Any, catalog: Catalog, problems: list[str]) -> Need:
    nothing = Need(catalog.pack.name)
    if entry is None:
        return nothing
    if not isinstance(entry, Mapping):
        problems.append(f"need: expected an object, got {_kind(entry)}")
        return nothing
    entry = {"pack": catalog.pack.name, **entry}
    if entry["pack"] != catalog.pack.name:
        problems.append(f"need.pack: {_short(entry['pack'])} in a request for pack {catalog.pack.name!r}")
    text = entry.get("text")
    if text is None:
        entry["text"] = ""
    elif isinstance(text, str) and len(text) > MAX_TEXT:
        problems.append(f"need.text: {len(text)} characters; at most {MAX_TEXT}")
    problems += _need_shape(entry)
    if problems:
        return nothing
    try:
        need = Need.from_dict(entry)
    except DataError as error:
        problems += error.problems
        return nothing
    for index, constraint in enumerate(need.constraints):
        try:
            catalog.check(constraint, f"need.constraints[{index}]")
        except DataError as error:
            problems += error.problems
    for name in ("like", "unlike"):
        _item_ids(list(getattr(need, name)), f"need.{name}", catalog, problems, MAX_SEEDS)
    return need


def _need_shape(entry: Mapping[str, Any]) -> list[str]:
    """What Need.from_dict takes for granted: scalars where scalars belong, and no more than can be used."""
    problems = []
    version = entry.get("version", 0)
    if isinstance(version, bool) or not isinstance(version, int):
        problems.append(f"need.version: expected a whole number, got {_short(version)}")
    constraints = entry.get("constraints")
    if isinstance(constraints, list):
        if len(constraints) > MAX_CONSTRAINTS:
            problems.append(f"need.constraints: {len(constraints)} constraints; at most {MAX_CONSTRAINTS}")
        for index, constraint in enumerate(constraints[:MAX_CONSTRAINTS]):
            if isinstance(constraint, Mapping):
                problems += _constraint_shape(constraint, f"need.constraints[{index}]")
    for name in ("like", "unlike"):
        if isinstance(entry.get(name), list):
            problems += [
                f"need.{name}[{i}]: expected an item_id, got {_kind(value)}"
                for i, value in enumerate(entry[name][: MAX_SEEDS + 1])
                if isinstance(value, bool) or not isinstance(value, (str, int))
            ]
    return problems


def _constraint_shape(constraint: Mapping[str, Any], where: str) -> list[str]:
    problems = []
    for key, kinds in (
        ("facet", str),
        ("op", str),
        ("strength", str),
        ("value", (str, int, float)),
        ("group", (str, int, type(None))),
    ):
        if key in constraint and not isinstance(constraint[key], kinds):  # type: ignore[arg-type]
            problems.append(f"{where}.{key}: cannot be {_kind(constraint[key])}")
    value = constraint.get("value")
    if isinstance(value, float) and not math.isfinite(value):
        problems.append(f"{where}.value: expected a finite number, got {value!r}")
    if isinstance(value, int) and abs(value) > 10**15:
        problems.append(f"{where}.value: {_short(value)} is out of range")
    return problems


def _history(entry: Any, catalog: Catalog, problems: list[str]) -> tuple[Event, ...]:
    if entry is None:
        return ()
    if not isinstance(entry, list):
        problems.append(f"history: expected a list, got {_kind(entry)}")
        return ()
    if len(entry) > MAX_HISTORY:
        problems.append(f"history: {len(entry)} interactions; at most {MAX_HISTORY}: send the newest")
        return ()
    events = []
    for index, row in enumerate(entry):
        if not isinstance(row, Mapping):
            problems.append(f"history[{index}]: expected an object with item_id, got {_kind(row)}")
            continue
        found = _item_ids([row.get("item_id")], f"history[{index}].item_id", catalog, problems, 1)
        rating, timestamp = (
            _optional_number(row, key, f"history[{index}].{key}", problems) for key in ("rating", "timestamp")
        )
        events += [Event(item_id, rating, timestamp) for item_id in found]
    return tuple(events)


def _optional_number(row: Mapping[str, Any], key: str, where: str, problems: list[str]) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > 1e15:
        problems.append(f"{where}: expected a finite number, got {_short(value)}")
        return None
    return float(value)


def _item_ids(entry: Any, where: str, catalog: Catalog, problems: list[str], limit: int) -> tuple[str, ...]:
    if entry is None:
        return ()
    if not isinstance(entry, list):
        problems.append(f"{where}: expected a list of item_id, got {_kind(entry)}")
        return ()
    if len(entry) > limit:
        problems.append(f"{where}: {len(entry)} items; at most {limit}")
        return ()
    found = []
    for index, value in enumerate(entry):
        place = where if limit == 1 else f"{where}[{index}]"
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            problems.append(f"{place}: expected an item_id, got {_kind(value)}")
        elif _short(value, whole=True) not in catalog:
            problems.append(
                f"{place}: no item {_short(value)} among the {len(catalog.items)} of pack {catalog.pack.name!r}"
            )
        else:
            found.append(str(value))
    return tuple(found)


def _kind(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return "nothing" if value is None else names.get(type(value), type(value).__name__)


def _short(value: Any, whole: bool = False) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return "a number of more than 18 digits"
    if whole:
        return str(value)
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
