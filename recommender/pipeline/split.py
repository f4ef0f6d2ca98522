"""Which facet to ask about: the one whose answer divides the eligible items best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from data.catalog import Catalog
from data.need import Constraint
from data.pack import Facet
from recommender.pipeline.eligibility import Eligibility

MOST_VALUES = 12
RANGES = 4


def best_split(catalog: Catalog, eligibility: Eligibility, constraints: Sequence[Constraint]) -> dict[str, Any]:
    """
    {"eligible", "facet", "gain_bits", "values": [{"op", "value", "eligible"}…], "others"}; `facet` is null when no
    answer would divide what is left. Gain: log2(n) minus the mean log2 of what an answer leaves, answers as likely as
    the items that they leave.
    """
    mask = eligibility.mask(constraints)
    asked = {c.facet for c in constraints if c.op != "is_not"}
    splits = []
    for facet in catalog.pack.facets.values():
        if facet.ask_back and facet.type != "text" and facet.name not in asked:
            splits.append(_split(facet, eligibility, mask))
    splits = sorted((s for s in splits if s["gain_bits"] > 0), key=lambda s: -s["gain_bits"])
    others = [{"facet": s["facet"], "gain_bits": s["gain_bits"]} for s in splits[1:]]
    first = splits[0] if splits else {"facet": None, "gain_bits": 0.0, "values": []}
    return {"eligible": int(mask.sum()), **first, "others": others}


def _split(facet: Facet, eligibility: Eligibility, mask: np.ndarray) -> dict[str, Any]:
    if facet.type == "category":
        answers = _words(facet, eligibility, mask)
    else:
        numbers = eligibility.numbers(facet.name)[mask]
        known = numbers[~np.isnan(numbers)]
        answers = _ranges(known) if facet.is_numeric else _flags(known)
    return {
        "facet": facet.name,
        "gain_bits": round(_gain(int(mask.sum()), [a["eligible"] for a in answers]), 4),
        "values": answers[:MOST_VALUES],
    }


def _words(facet: Facet, eligibility: Eligibility, mask: np.ndarray) -> list[dict[str, Any]]:
    texts = eligibility.texts(facet.name)
    counts = np.bincount(texts.word[mask[texts.item]], minlength=len(texts.words))
    return _ordered({texts.words[code]: int(counts[code]) for code in np.flatnonzero(counts)})


def _flags(known: np.ndarray) -> list[dict[str, Any]]:
    counts = {value: int((known == value).sum()) for value in (True, False)}
    return _ordered({value: count for value, count in counts.items() if count})


def _ordered(counts: dict[Any, int]) -> list[dict[str, Any]]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [{"op": "is", "value": value, "eligible": count} for value, count in ordered]


def _ranges(numbers: np.ndarray) -> list[dict[str, Any]]:
    if not len(numbers):
        return []
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, RANGES + 1), method="nearest"))
    if len(edges) == 1:
        return [{"op": "between", "value": [float(edges[0]), float(edges[0])], "eligible": len(numbers)}]
    found = []
    for index, (low, high) in enumerate(zip(edges, edges[1:], strict=False)):
        inside = (numbers >= low) & ((numbers < high) if index < len(edges) - 2 else (numbers <= high))
        last = high if index == len(edges) - 2 else float(numbers[inside].max()) if inside.any() else low
        found.append({"op": "between", "value": [float(low), float(last)], "eligible": int(inside.sum())})
    return found


def _gain(total: int, counts: Sequence[int]) -> float:
    told = sum(counts)
    if not total or not told:
        return 0.0
    return math.log2(total) - sum(count / told * math.log2(count) for count in counts if count)
