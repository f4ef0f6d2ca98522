"""The text that the encoder reads: of an item, and of an instruction in a language the encoder may not know."""

from __future__ import annotations

import re
from collections.abc import Iterable

from data.catalog import Item
from data.need import Constraint
from data.pack import Pack

CHINESE = re.compile(r"[\u3400-\u9fff]")
TEXT_LIMIT = 2000
"""Characters of an instruction that are read; what is longer is cut there."""


def item_text(item: Item, pack: Pack) -> str:
    """Title, values of the categories and free text of an item, as the encoder reads it."""
    parts = [item.title, *item.aliases[:2]]
    for facet in pack.facets.values():
        value = item.facets.get(facet.name)
        if value is None or facet.type not in ("category", "text", "year"):
            continue
        values = value if isinstance(value, tuple) else (value,)
        parts.append(", ".join(facet.value_label(part, "en") for part in values[:12]))
    return ". ".join([*parts, item.text[:300]]).strip(". ")


def constraint_text(constraint: Constraint, pack: Pack) -> str:
    """A constraint in plain English: "not horror", "year at least 1990"."""
    facet = pack.facets[constraint.facet]
    label = (facet.label or {}).get("en", facet.name)
    if constraint.op in ("at_least", "at_most"):
        return (
            f"{label} {constraint.op.replace('_', ' ')} {constraint.value:g}"
            if isinstance(constraint.value, (int, float))
            else f"{label} {constraint.op.replace('_', ' ')} {constraint.value}"
        )
    named = facet.value_label(constraint.value, "en")
    if facet.type == "flag":
        named = label if constraint.value in (True, 1, "true") else f"not {label}"
    elif facet.is_numeric:
        named = f"{label} {constraint.value}"
    return f"not {named}" if constraint.op == "is_not" else named


def instruction_text(text: str, constraints: Iterable[Constraint], pack: Pack, reads_chinese: bool) -> str:
    """
    What the encoder gets to read. An encoder that knows no Chinese gets the constraints of a Chinese instruction in
    English instead of characters that mean nothing to it.
    """
    text = text[:TEXT_LIMIT].strip()
    if reads_chinese or not CHINESE.search(text):
        return text
    return ", ".join(constraint_text(constraint, pack) for constraint in constraints)
