"""The honest answer without a ranker: what is popular within the constraints, and counted ways out of nothing."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from actions.ranking import RankedItem, Ranking, RankRequest, Relaxation
from data.catalog import Catalog, Item
from data.need import Constraint

FEW = 3
"""With fewer eligible items than this, ways out are counted."""
MANY = 10
"""From so many interactions on an item is called popular."""
LARGEST_DROP = 3
Popularity = Mapping[str, int]
"""How many people interacted with each item; items nobody did are absent."""


def popular(request: RankRequest, catalog: Catalog, popularity: Popularity) -> Ranking:
    """The most popular items that meet every `must`, those that meet more of the rest first."""
    constraints = request.need.constraints
    eligible = catalog.eligible(constraints)
    excluded = set(request.exclude)
    preferred = [constraint for constraint in constraints if constraint.strength == "prefer"]

    def order(item: Item) -> tuple[int, int]:
        return -sum(map(item.meets, preferred)), -popularity.get(item.item_id, 0)

    best = sorted((item for item in eligible if item.item_id not in excluded), key=order)[: request.k]
    items = tuple(RankedItem(item.item_id, tuple(_reasons(item, constraints, popularity))) for item in best)
    ways_out = relaxations(constraints, catalog) if len(eligible) < FEW else ()
    return Ranking(items, len(eligible), ways_out, is_degraded=True)


def _reasons(item: Item, constraints: Sequence[Constraint], popularity: Popularity) -> list[dict[str, Any]]:
    met: list[dict[str, Any]] = [
        {"kind": "constraint", "facet": c.facet, "op": c.op, "value": c.value} for c in constraints if item.meets(c)
    ]
    count = popularity.get(item.item_id, 0)
    return [*met, {"kind": "popular", "count": count}] if count >= MANY else met


def relaxations(constraints: Sequence[Constraint], catalog: Catalog) -> tuple[Relaxation, ...]:
    """The smallest sets of `must` constraints to drop so that something is eligible, the most fruitful first."""
    units = _units(constraints)
    blocked: Counter[frozenset[int]] = Counter()
    for item in catalog.items:
        fails = frozenset(
            number for number, unit in enumerate(units) if not any(item.meets(constraints[i]) for i in unit)
        )
        if len(fails) <= LARGEST_DROP:
            blocked[fails] += 1
    for size in range(1, LARGEST_DROP + 1):
        found = []
        for dropped in itertools.combinations(range(len(units)), size):
            freed = sum(count for fails, count in blocked.items() if fails <= set(dropped))
            if freed > blocked[frozenset()]:
                found.append(Relaxation(tuple(i for number in dropped for i in units[number]), freed))
        if found:
            return tuple(sorted(found, key=lambda relaxation: -relaxation.eligible))
    return ()


def _units(constraints: Sequence[Constraint]) -> list[list[int]]:
    """Positions of the `must` constraints; alternatives of one group stand together."""
    units: dict[Any, list[int]] = {}
    for position, constraint in enumerate(constraints):
        if constraint.strength == "must":
            units.setdefault(constraint.group or position, []).append(position)
    return list(units.values())
