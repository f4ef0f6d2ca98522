"""What a message means, in a short notation for people: `genre=Comedy genre!=Horror year>=1990 ~rating>=4`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from data.errors import DataError
from data.need import Constraint
from data.pack import Pack

WISH = re.compile(r"(?P<soft>~?)(?P<facet>\w+)(?P<sign>!=|<=|>=|=)(?P<value>.+?)(?=\s+~?\w+(?:!=|<=|>=|=)|\s*$)")
OPERATORS = {"=": "is", "!=": "is_not", ">=": "at_least", "<=": "at_most"}
FLIPPED = {"true": "false", "false": "true"}
Fact = tuple[str, str, str]
"""Facet, operator and value; strength is not judged."""


def fact_of(constraint: Constraint) -> Fact:
    """A constraint as it is compared: 1990 and 1990.0 are one value, and a flag that is not true is false."""
    value = constraint.value
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return _fact(constraint.facet, constraint.op, f"{value:g}" if number else str(value))


def parse_gold(text: str, pack: Pack, where: str) -> frozenset[Fact]:
    """The facts of a line in the notation; `a|b` stands for both values. Raises DataError for what the pack lacks."""
    rest = WISH.sub("", text).strip()
    problems = [f"{where}: {rest!r}: expected wishes such as genre=Comedy or year>=1990"] if rest else []
    found: set[Fact] = set()
    for match in WISH.finditer(text):
        if match["facet"] not in pack.facets:
            problems.append(f"{where}: no facet {match['facet']!r}; {pack.name} has {', '.join(pack.facets)}")
        found |= {_fact(match["facet"], OPERATORS[match["sign"]], _value(part)) for part in match["value"].split("|")}
    if problems:
        raise DataError(problems)
    return frozenset(found)


def facts(constraints: Iterable[Constraint]) -> frozenset[Fact]:
    """All constraints as they are compared."""
    return frozenset(fact_of(constraint) for constraint in constraints)


def _fact(facet: str, op: str, value: str) -> Fact:
    if value.lower() not in FLIPPED:
        return facet, op, value
    is_flipped = op == "is_not"
    return facet, "is" if is_flipped else op, FLIPPED[value.lower()] if is_flipped else value.lower()


def _value(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.strip()
