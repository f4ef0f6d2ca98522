"""Asking back: the facet whose answer divides the eligible items best, with the count that each answer leaves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.catalog import Catalog, Item, eligible
from data.need import Constraint, Need
from data.pack import Facet

MANY = 40
"""With fewer eligible items than this a list says more than a question."""
SAMPLE = 4000
"""Items looked at; a larger catalog is judged by its first ones, and then no counts are shown."""
ANSWERS = 4
LEAST_BITS = 1.0
"""A question must halve what is left, on average; below that it costs more than it tells."""
LEAST_ENTROPY = 0.4
"""The same for a question counted here: mean bits of a yes or no to its answers."""


@dataclass(frozen=True)
class Question:
    """A facet to ask for and its best answers, each with the number of items it leaves (None when not counted)."""

    facet: Facet
    answers: tuple[tuple[tuple[Constraint, ...], int | None], ...]
    """Both ends of a range are one answer."""


def read_split(
    answer: Mapping[str, Any], catalog: Catalog, skipped: Collection[str], least: int = MANY
) -> Question | None:
    """The question that the ranker's /v1/split tells; None when it is none to ask, or fewer than `least` are eligible.

    Raises KeyError, TypeError or ValueError when `answer` is not of that form.
    """
    facet = catalog.pack.facets.get(str(answer["facet"]))
    if facet is None or not facet.ask or facet.name in skipped or int(answer["eligible"]) < least:
        return None
    if float(answer.get("gain_bits", LEAST_BITS)) < LEAST_BITS:
        return None
    answers = tuple((_wishes(facet, entry), int(entry["eligible"])) for entry in answer["values"][:ANSWERS])
    return Question(facet, answers) if len(answers) > 1 else None


def _wishes(facet: Facet, entry: Mapping[str, Any]) -> tuple[Constraint, ...]:
    """The constraints that one answer stands for: {"op": "is" | "between", "value"}."""
    if entry["op"] != "between":
        return (Constraint(facet.name, entry["op"], entry["value"]),)
    low, high = (int(end) if float(end).is_integer() else float(end) for end in entry["value"])
    return (Constraint(facet.name, "at_least", low), Constraint(facet.name, "at_most", high))


def question(need: Need, catalog: Catalog, skipped: Collection[str] = (), least: int = MANY) -> Question | None:
    """The question that narrows most, counted here; None when the list is short or no facet divides it."""
    named = {constraint.facet for constraint in need.constraints} | set(skipped)
    facets = [
        facet
        for facet in catalog.pack.facets.values()
        if facet.type == "category" and facet.ask_back and facet.ask and facet.name not in named
    ]
    items = [item for item in catalog.items[:SAMPLE] if eligible(item, need.constraints)]
    if not facets or len(items) < least:
        return None
    counted = {facet.name: _counts(items, facet) for facet in facets}
    best = max(facets, key=lambda facet: _bits(counted[facet.name], len(items)))
    answers = counted[best.name].most_common(ANSWERS)
    if len(answers) < 2 or _bits(counted[best.name], len(items)) < LEAST_ENTROPY:
        return None
    is_whole = len(catalog.items) <= SAMPLE
    return Question(
        best, tuple(((Constraint(best.name, "is", value),), count if is_whole else None) for value, count in answers)
    )


def _counts(items: Sequence[Item], facet: Facet) -> Counter[str]:
    counts: Counter[str] = Counter()
    for item in items:
        value = item.facets.get(facet.name)
        counts.update(value if isinstance(value, tuple) else () if value is None else (str(value),))
    return counts


def _bits(counts: Counter[str], total: int) -> float:
    """Mean bits that a yes or no to each of the likeliest answers gains."""
    shares = [count / total for _, count in counts.most_common(ANSWERS)]
    return sum(_entropy(share) for share in shares) / max(len(shares), 1)


def _entropy(share: float) -> float:
    return 0.0 if share in (0.0, 1.0) else -share * math.log2(share) - (1 - share) * math.log2(1 - share)
