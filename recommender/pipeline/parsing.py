"""The parts of a request, read from JSON: every problem is kept with its place, what is whole goes on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.catalog import Catalog
from data.errors import DataError
from data.need import OPERATORS, SELF, STRENGTHS, Constraint, Need
from recommender.pipeline.history import Event
from recommender.pipeline.strict_json import place

MAX_K = 1000
MAX_HISTORY = 20_000
MAX_CONSTRAINTS = 50
MAX_SEEDS = 50
MAX_EXCLUDED = 100_000
MAX_TEXT = 20_000
NEED_KEYS = ("version", "pack", "text", "constraints", "like", "unlike", "for_whom")
CONSTRAINT_KEYS = ("facet", "op", "value", "strength", "group")
EVENT_KEYS = ("item_id", "rating", "timestamp")
FLAGS: Mapping[Any, bool] = {"true": True, "false": False, "1": True, "0": False, 1: True, 0: False}


class Parser:
    """
    Reads the parts of one request into values and its mistakes into `problems`. Without a catalog (the pack is
    unknown) the form is checked and nothing else.
    """

    def __init__(self, catalog: Catalog | None):
        self.catalog = catalog
        self.problems: list[str] = []

    def refuse_if_bad(self) -> None:
        """Raises DataError with everything found so far."""
        if self.problems:
            more = len(self.problems) - 50
            raise DataError(self.problems[:50] + ([f"request: {more} more problems of this kind"] if more > 0 else []))

    def known_keys(self, entry: Mapping[str, Any], where: str, known: Sequence[str]) -> None:
        """Keys that mean nothing are refused: a wish with a typing mistake must not be lost silently."""
        for key in entry:
            if key not in known:
                path = place(where, str(key)) if where else f"request.{place('', str(key))}"
                self.problems.append(f"{path}: unknown key; there are {', '.join(known)}")

    def number_of_items(self, value: Any) -> int:
        """`k`."""
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_K:
            self.problems.append(f"k: expected a whole number from 1 to {MAX_K}, got {short(value)}")
            return 1
        return value

    def need(self, entry: Any) -> Need:
        """`need`; nothing wanted where there is none."""
        pack = self.catalog.pack.name if self.catalog else ""
        if entry is None or not self._is(entry, Mapping, "need", "an object"):
            return Need(pack)
        self.known_keys(entry, "need", NEED_KEYS)
        if self.catalog and entry.get("pack", pack) != pack:
            self.problems.append(f"need.pack: {short(entry['pack'])} in a request for pack {pack!r}")
        like, unlike = (self.item_ids(entry.get(key), f"need.{key}", MAX_SEEDS) for key in ("like", "unlike"))
        return Need(
            pack, self._version(entry.get("version", 0)), self._text(entry.get("text"), "need.text"),
            tuple(self._constraints(entry.get("constraints"))), like, unlike,
            self._text(entry.get("for_whom"), "need.for_whom") or SELF,
        )  # fmt: skip

    def history(self, entry: Any) -> tuple[Event, ...]:
        """`history`; rows that are wrong are problems."""
        rows = self._list(entry, "history", MAX_HISTORY, "interactions", ": send the newest")
        events = [self._event(row, index) for index, row in enumerate(rows)]
        return tuple(event for event in events if event)

    def item_ids(self, entry: Any, where: str, limit: int) -> tuple[str, ...]:
        """A list of ids of items that are in the catalog."""
        rows = self._list(entry, where, limit, "items")
        return tuple(str(v) for i, v in enumerate(rows) if self._is_item(v, where, i))

    def item_id(self, value: Any, where: str) -> str:
        """The id of one item that is in the catalog."""
        return str(value) if self._is_item(value, where) else ""

    def _event(self, row: Any, index: int) -> Event | None:
        where = f"history[{index}]"
        if not isinstance(row, Mapping):
            self.problems.append(f"{where}: expected an object with item_id, got {kind(row)}")
            return None
        if not row.keys() <= set(EVENT_KEYS):
            self.known_keys(row, where, EVENT_KEYS)
        numbers = [self._optional_number(row.get(key), where, key) for key in ("rating", "timestamp")]
        known = self._is_item(row.get("item_id"), f"{where}.item_id")
        return Event(str(row["item_id"]), *numbers) if known else None

    def _optional_number(self, value: Any, where: str, key: str) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= 1e15:
            self.problems.append(f"{where}.{key}: expected a finite number, got {short(value)}")
            return None
        return float(value)

    def _is_item(self, value: Any, where: str, index: int | None = None) -> bool:
        path = where if index is None else f"{where}[{index}]"
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            self.problems.append(f"{path}: expected an item_id, got {kind(value)}")
            return False
        known = isinstance(value, str) or abs(value) < 10**18
        if not known or (self.catalog and str(value) not in self.catalog):
            among = f" among the {len(self.catalog.items)} of pack {self.catalog.pack.name!r}" if self.catalog else ""
            self.problems.append(f"{path}: no item {short(value)}{among}")
            return False
        return True

    def _version(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.problems.append(f"need.version: expected a whole number, got {short(value)}")
            return 0
        return value

    def _text(self, value: Any, where: str) -> str:
        if value is None or not self._is(value, str, where, "a string"):
            return ""
        if len(value) > MAX_TEXT:
            self.problems.append(f"{where}: {len(value)} characters; at most {MAX_TEXT}")
        return str(value)

    def _constraints(self, entry: Any) -> Iterable[Constraint]:
        rows = self._list(entry, "need.constraints", MAX_CONSTRAINTS, "constraints")
        for index, row in enumerate(rows):
            where = f"need.constraints[{index}]"
            if self._is(row, Mapping, where, "an object"):
                found = self._constraint(row, where)
                if found:
                    yield found

    def _constraint(self, entry: Mapping[str, Any], where: str) -> Constraint | None:
        """One wish; None where its form is wrong. Whether the catalog has such a facet and value is said as well."""
        before = len(self.problems)
        self.known_keys(entry, where, CONSTRAINT_KEYS)
        self.problems += [f"{where}.{key}: missing" for key in ("facet", "op", "value") if key not in entry]
        facet, op, strength = (entry.get(key) for key in ("facet", "op", "strength"))
        value, group = entry.get("value"), entry.get("group")
        if "facet" in entry:
            self._is(facet, str, f"{where}.facet", "")
        if "op" in entry and self._is(op, str, f"{where}.op", "") and op not in OPERATORS:
            self.problems.append(f"{where}.op: unknown operator {short(op)}; there are {', '.join(OPERATORS)}")
        if strength is not None and self._is(strength, str, f"{where}.strength", "") and strength not in STRENGTHS:
            known = ", ".join(STRENGTHS)
            self.problems.append(f"{where}.strength: unknown strength {short(strength)}; there are {known}")
        if group is not None:
            self._is(group, (str, int), f"{where}.group", "")
        usable = "value" in entry and self._is_value(value, f"{where}.value")
        if isinstance(facet, str) and self.catalog:
            named = Constraint(facet, str(op), self._plain(facet, value) if usable else "", strength or "must")
            self._check(named, where, usable)
        if len(self.problems) > before or not self.catalog:
            return None
        plain = self._plain(str(facet), value)
        return Constraint(str(facet), str(op), plain, strength or "must", None if group is None else str(group))

    def _check(self, constraint: Constraint, where: str, has_value: bool) -> None:
        """Facet, then operator and value, against the catalog."""
        assert self.catalog
        try:
            facet = self.catalog.pack.facet(constraint.facet, f"{where}.facet")
            if has_value:
                self.catalog.check(constraint, where)
            if has_value and facet.type == "flag" and not isinstance(constraint.value, bool):
                raise DataError(f"{where}.value: expected true or false, got {short(constraint.value)}")
        except DataError as error:
            self.problems += [_bounded(problem) for problem in error.problems]

    def _plain(self, facet: str, value: Any) -> Any:
        """The value as the catalog has it: a flag is true or false, however it was written."""
        known = self.catalog.pack.facets.get(facet) if self.catalog else None
        if known is None or known.type != "flag":
            return value
        return FLAGS.get(value.casefold() if isinstance(value, str) else value, value)

    def _is_value(self, value: Any, where: str) -> bool:
        if not self._is(value, (str, int, float), where, ""):
            return False
        if isinstance(value, float) and not math.isfinite(value):
            self.problems.append(f"{where}: expected a finite number, got {value!r}")
            return False
        if isinstance(value, int) and abs(value) > 10**15:
            self.problems.append(f"{where}: {short(value)} is out of range")
            return False
        if isinstance(value, str) and len(value) > 500:
            self.problems.append(f"{where}: {len(value)} characters; at most 500")
            return False
        return True

    def _list(self, entry: Any, where: str, limit: int, things: str, advice: str = "") -> list[Any]:
        if entry is None or not self._is(entry, list, where, "a list"):
            return []
        if len(entry) > limit:
            self.problems.append(f"{where}: {len(entry)} {things}; at most {limit}{advice}")
            return []
        return list(entry)

    def _is(self, value: Any, types: type | tuple[type, ...], where: str, expected: str) -> bool:
        if isinstance(value, types):
            return True
        what = f"expected {expected}, got {kind(value)}" if expected else f"cannot be {kind(value)}"
        self.problems.append(f"{where}: {what}")
        return False


def kind(value: Any) -> str:
    """What kind of JSON a value is, in words."""
    names = {
        dict: "an object", list: "a list", str: "a string", bool: "true or false", int: "a number", float: "a number",
    }  # fmt: skip
    return "nothing" if value is None else names.get(type(value), type(value).__name__)


def short(value: Any) -> str:
    """A value as an error may show it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return "a number of more than 18 digits"
    if isinstance(value, (dict, list)):
        return kind(value)
    text = repr(value[:80] if isinstance(value, str) else value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _bounded(problem: str) -> str:
    return problem if len(problem) <= 1500 else f"{problem[:1500]}…"
