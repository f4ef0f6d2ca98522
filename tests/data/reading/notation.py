"""Readings in the short notation of the phrasings files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.reading import Reading, Wish

SIGNS = {"is": "=", "is_not": "!=", "at_least": ">=", "at_most": "<="}
Fact = tuple[str, str, str]


def facts(wishes: Sequence[Wish]) -> set[Fact]:
    """Facet, operator and value of each constraint."""
    return {(w.constraint.facet, w.constraint.op, _text(w.constraint.value)) for w in wishes}


def short(reading: Reading) -> set[str]:
    """Each constraint as in genre!=Horror, year>=1990."""
    return {f"{facet}{SIGNS[op]}{value}" for facet, op, value in facts(reading.constraints)}


def expected(notation: str) -> set[Fact]:
    """What a line of a phrasings file demands; the value * stands for any."""
    wanted: set[Fact] = set()
    for token in notation.split():
        years = re.fullmatch(r"(\d{4})?\.\.(\d{4})?", token)
        outside = re.fullmatch(r"<(\d+)\|>(\d+)", token)
        bound = re.fullmatch(r"(\w+)(>=|<=)(.*)", token)
        if years:
            wanted |= {("year", op, y) for op, y in (("at_least", years[1]), ("at_most", years[2])) if y}
        elif outside:
            wanted |= {("year", "at_most", str(int(outside[1]) - 1)), ("year", "at_least", str(int(outside[2]) + 1))}
        elif bound:
            wanted.add((bound[1], {">=": "at_least", "<=": "at_most"}[bound[2]], bound[3]))
        elif token[0] == "=":
            wanted.add(("year", "is", token[1:]))
        else:
            wanted.add(("genre", "is_not", token[1:]) if token[0] == "-" else ("genre", "is", token))
    return wanted


def agrees(reading: Reading, notation: str) -> bool:
    """Whether the constraints of `reading` are exactly those demanded."""
    wanted = expected(notation)
    loose = {(facet, op) for facet, op, value in wanted if value == "*"}
    found = {(f, op, "*" if (f, op) in loose else value) for f, op, value in facts(reading.constraints)}
    return found == wanted


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
