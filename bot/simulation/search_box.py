"""What the bot is compared with: a search box with a filter for every facet, sorted by popularity."""

from __future__ import annotations

from collections.abc import Iterable

from bot.simulation.people import Turn
from data.catalog import Catalog, Item
from data.need import Constraint

PAGE = 5


class SearchBox:
    """One person's search. It is told what each turn truly means, so it never misunderstands."""

    def __init__(self, catalog: Catalog, counts: dict[str, int], known: Iterable[str] = ()):
        self._ranked = sorted(catalog.items, key=lambda item: -counts.get(item.item_id, 0))
        self._filters: list[Constraint] = []
        self._seen = set(known)

    def answer(self, turn: Turn) -> list[Item]:
        """The next items that meet every filter, the most popular first."""
        self._filters = [one for one in self._filters if one not in turn.taken_back] + list(turn.constraints)
        met = [item for item in self._ranked if all(item.meets(one) for one in self._filters)]
        page = [item for item in met if item.item_id not in self._seen][:PAGE]
        self._seen |= {item.item_id for item in page}
        return page
