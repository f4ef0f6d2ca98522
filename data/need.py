"""The need: what the person wants now, as one versioned value, and how a turn changes it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from data.errors import DataError
from data.pack import Pack

OPERATORS = ("is", "is_not", "at_least", "at_most")
STRENGTHS = ("must", "prefer")
SELF = "self"


@dataclass(frozen=True)
class Constraint:
    """One wish about one facet. Constraints that share a `group` are alternatives: one of them suffices."""

    facet: str
    op: str
    value: str | float | int | bool
    strength: str = "must"
    group: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON form of DESIGN.md 5.3; `group` only where there is one."""
        values = dataclasses.asdict(self)
        if self.group is None:
            del values["group"]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], where: str = "constraint") -> Constraint:
        """Raises DataError that names `where` for a missing key, an unknown operator or strength."""
        problems = [f"{where}.{key}: missing" for key in ("facet", "op", "value") if key not in values]
        op, strength = values.get("op"), values.get("strength", "must")
        if "op" in values and op not in OPERATORS:
            problems.append(f"{where}.op: unknown operator {op!r}; there are {', '.join(OPERATORS)}")
        if strength not in STRENGTHS:
            problems.append(f"{where}.strength: unknown strength {strength!r}; there are {', '.join(STRENGTHS)}")
        if problems:
            raise DataError(problems)
        return cls(values["facet"], values["op"], values["value"], strength, values.get("group"))


@dataclass(frozen=True)
class Need:
    """What the person wants now. Every change makes a new value with the next version."""

    pack: str
    version: int = 0
    text: str = ""
    constraints: tuple[Constraint, ...] = ()
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    for_whom: str = SELF

    def as_dict(self) -> dict[str, Any]:
        """The JSON form of DESIGN.md 5.3."""
        values = {name: getattr(self, name) for name in ("version", "pack", "text", "for_whom")}
        values["constraints"] = [constraint.as_dict() for constraint in self.constraints]
        return {**values, "like": list(self.like), "unlike": list(self.unlike)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], where: str = "need") -> Need:
        """Raises DataError naming the key for anything that is not of the form of DESIGN.md 5.3."""
        problems: list[str] = []
        constraints = []
        for index, entry in enumerate(_list(values, "constraints", where, problems)):
            place = f"{where}.constraints[{index}]"
            if not isinstance(entry, Mapping):
                problems.append(f"{place}: expected an object, got {type(entry).__name__}")
                continue
            try:
                constraints.append(Constraint.from_dict(entry, place))
            except DataError as error:
                problems.extend(error.problems)
        if not isinstance(values.get("pack"), str):
            problems.append(f"{where}.pack: expected a pack's name, got {values.get('pack')!r}")
        if not isinstance(values.get("text", ""), str):
            problems.append(f"{where}.text: expected a string, got {type(values['text']).__name__}")
        like, unlike = (tuple(map(str, _list(values, key, where, problems))) for key in ("like", "unlike"))
        if problems:
            raise DataError(problems)
        return cls(
            values["pack"],
            int(values.get("version", 0)),
            values.get("text", ""),
            tuple(constraints),
            like,
            unlike,
            str(values.get("for_whom", SELF)),
        )


@dataclass(frozen=True)
class Change:
    """All that one turn says about the need, whatever its intent was."""

    text: str = ""
    constraints: tuple[Constraint, ...] = ()
    dropped_facets: tuple[str, ...] = ()
    """Facets that do not matter any more ("any year")."""
    dropped: tuple[Constraint, ...] = ()
    """Constraints taken back one by one (a removed chip)."""
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    for_whom: str | None = None
    replaces: bool = False
    """A fresh request: what it says of a facet replaces the earlier wanted values instead of joining them."""

    def is_empty(self) -> bool:
        """True when applying it would change nothing but the text."""
        return not (
            self.constraints or self.dropped_facets or self.dropped or self.like or self.unlike or self.for_whom
        )


def apply(need: Need, change: Change, pack: Pack) -> Need:
    """The next version of `need`: dropped constraints go, contradicted ones give way, new ones join."""
    kept = [c for c in need.constraints if c.facet not in change.dropped_facets and c not in change.dropped]
    new = _alternatives(change.constraints, pack)
    if change.replaces:
        wanted = {c.facet for c in new if c.op != "is_not"}
        kept = [c for c in kept if c.op == "is_not" or c.facet not in wanted]
    for constraint in new:
        kept = [c for c in kept if not _gives_way(c, constraint, new, pack)]
    like, unlike = dict.fromkeys(change.like), dict.fromkeys(change.unlike)
    old_like = [] if change.replaces and change.like else need.like
    return dataclasses.replace(
        need,
        version=need.version + 1,
        text=change.text or need.text,
        constraints=tuple(dict.fromkeys([*kept, *new])),
        like=tuple(item for item in dict.fromkeys([*old_like, *like]) if item not in unlike),
        unlike=tuple(item for item in dict.fromkeys([*need.unlike, *unlike]) if item not in like),
        for_whom=change.for_whom or need.for_whom,
    )


def _alternatives(constraints: Iterable[Constraint], pack: Pack) -> list[Constraint]:
    """Two wanted values of a facet that holds only one cannot both be meant: they become alternatives."""
    constraints = list(dict.fromkeys(constraints))
    wanted: dict[str, list[Constraint]] = {}
    for constraint in constraints:
        facet = pack.facets.get(constraint.facet)
        if (
            constraint.op == "is"
            and constraint.group is None
            and facet
            and facet.type == "category"
            and not facet.multi
        ):
            wanted.setdefault(constraint.facet, []).append(constraint)
    single = {c for group in wanted.values() if len(group) > 1 for c in group}
    return [dataclasses.replace(c, group=f"{c.facet}?") if c in single else c for c in constraints]


def _gives_way(old: Constraint, new: Constraint, together: list[Constraint], pack: Pack) -> bool:
    """True when `old` cannot stand beside `new` and what was said `together` with it."""
    if old.facet != new.facet:
        return False
    facet = pack.facets.get(new.facet)
    if facet is None or facet.type in ("category", "text"):
        if old.value == new.value:
            return True
        return facet is not None and not facet.multi and old.op == new.op == "is"
    if facet.type == "flag" or new.op == "is" or old.op in ("is", new.op):
        return True
    return _is_empty_range(old, together)


def _is_empty_range(old: Constraint, together: list[Constraint]) -> bool:
    bounds = [old, *(c for c in together if c.facet == old.facet)]
    low = [float(c.value) for c in bounds if c.op == "at_least"]
    high = [float(c.value) for c in bounds if c.op == "at_most"]
    return bool(low and high) and max(low) > min(high)


def _list(values: Mapping[str, Any], key: str, where: str, problems: list[str]) -> list[Any]:
    entry = values.get(key, [])
    if isinstance(entry, (list, tuple)):
        return list(entry)
    problems.append(f"{where}.{key}: expected a list, got {type(entry).__name__}")
    return []
