"""Why an item is in the slate: facts from the filter and from the score, never more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from data.catalog import Catalog
from data.need import Constraint, Need
from data.pack import LANGUAGES
from recommender.model.facets import FacetSpace
from recommender.pipeline.scoring import Query, Scorer

MARKED = 0.5
"""A source counts as a reason when it lifts the item by this much over the mean of the eligible ones."""
DISLIKED_LEVELS = (1, 2)
"""Lowest rating levels: an item rated so is no reason to recommend another."""
POPULAR_SHARE = 0.1
"""The most interacted-with share of the catalog that is called popular."""


class Reasons:
    """Finds the reasons of items for one catalog and model."""

    def __init__(self, catalog: Catalog, space: FacetSpace, scorer: Scorer, counts: np.ndarray):
        self.catalog, self.space, self.scorer, self.counts = catalog, space, scorer, counts
        order = np.argsort(-counts, kind="stable")
        self.place = np.empty(len(counts), dtype=np.int64)
        self.place[order] = np.arange(1, len(counts) + 1)

    def about(
        self, items: Sequence[int] | np.ndarray, need: Need, query: Query, sources: Sequence[Mapping[str, float]],
        likeness: np.ndarray | None = None,
    ) -> list[list[dict[str, Any]]]:  # fmt: skip
        """
        The reasons of each item, by position, the most concrete first; `sources`: its contribution per source,
        `likeness`: (examples, len(items)) where it is known already.
        """
        if likeness is None and any(own["similar"] > MARKED for own in sources):
            likeness = self._likeness(items, query)
        return [
            self._of(int(item), need, query, own, None if likeness is None else likeness[:, place])
            for place, (item, own) in enumerate(zip(items, sources, strict=True))
        ]

    def _of(
        self, item: int, need: Need, query: Query, sources: Mapping[str, float], likeness: np.ndarray | None
    ) -> list[dict[str, Any]]:
        found = self._constraints(item, need.constraints)
        if likeness is not None and len(likeness) and sources["similar"] > MARKED:
            found.append(self._similar(item, query.like[int(np.argmax(likeness))]))
        if sources["text"] > MARKED:
            found += self._text(item, need.text, need.constraints)
        if len(query.items) and sources["taste"] > MARKED:
            found += self._taste(item, query)
        if self.place[item] <= max(1, POPULAR_SHARE * len(self.counts)) and self.counts[item] > 0:
            found.append({"kind": "popular", "count": int(self.counts[item]), "place": int(self.place[item])})
        return found

    def _likeness(self, items: Sequence[int] | np.ndarray, query: Query) -> np.ndarray:
        """(examples, len(items)): how like each of the items is to each of the examples."""
        available = torch.from_numpy(query.available).to(self.scorer.device)
        chosen = torch.as_tensor(np.asarray(items, dtype=np.int64), device=self.scorer.device)
        with torch.inference_mode():
            rows = [self.scorer.likeness(seed, available)[chosen].cpu().numpy() for seed in query.like]
        return np.stack(rows) if rows else np.zeros((0, len(items)))

    def _constraints(self, item: int, constraints: Sequence[Constraint]) -> list[dict[str, Any]]:
        own = self.catalog.items[item]
        return [
            {"kind": "constraint", "index": index, **c.as_dict(), "item_value": _plain(own.facets.get(c.facet))}
            for index, c in enumerate(constraints)
            if own.meets(c)
        ]

    def _similar(self, item: int, seed: int) -> dict[str, Any]:
        return {"kind": "similar", **self._named(seed), "shared": self._shared(seed, item)}

    def _taste(self, item: int, query: Query) -> list[dict[str, Any]]:
        told = zip(query.items[-100:], query.levels[-100:], strict=True)
        liked = [int(i) for i, level in told if level not in DISLIKED_LEVELS]
        past = [i for i in liked if i != item and i not in query.like and i not in query.unlike]
        if not past or not self.scorer.ease:
            return []
        ages = np.arange(len(past))[::-1]
        pull = self.scorer.ease.between(past, item) * 0.5 ** (ages / self.scorer.half_life)
        best = int(np.argmax(pull))
        return [{"kind": "taste", **self._named(past[best])}] if pull[best] > 0 else []

    def _text(self, item: int, text: str, constraints: Sequence[Constraint]) -> list[dict[str, Any]]:
        """A value of the item that the words name and no constraint holds; what a network hears in them is no fact."""
        held = {(constraint.facet, str(constraint.value)) for constraint in constraints}
        for facet in self.catalog.pack.facets.values():
            if facet.type != "category":
                continue
            own = self.catalog.items[item].facets.get(facet.name)
            for value in own if isinstance(own, tuple) else () if own is None else (own,):
                names = {str(value), *(facet.value_label(value, language) for language in LANGUAGES)}
                if (facet.name, str(value)) not in held and any(_names(text, name) for name in names):
                    return [{"kind": "text", "facet": facet.name, "value": value}]
        return []

    def _shared(self, one: int, other: int) -> list[dict[str, Any]]:
        """Category values that two items have in common."""
        shared = []
        for facet in self.catalog.pack.facets.values():
            if facet.type == "category":
                mine, yours = (self.catalog.items[i].facets.get(facet.name) for i in (one, other))
                first = mine if isinstance(mine, tuple) else (mine,)
                second = yours if isinstance(yours, tuple) else (yours,)
                shared += [{"facet": facet.name, "value": v} for v in first if v is not None and v in second]
        return shared

    def _named(self, item: int) -> dict[str, str]:
        return {"item_id": self.catalog.items[item].item_id, "title": self.catalog.items[item].title}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _names(text: str, name: str) -> bool:
    """Whether `text` holds `name` as words of its own; Chinese has no gaps between words."""
    if not name.isascii():
        return name in text
    return re.search(rf"(?<![a-z0-9]){re.escape(name.casefold())}s?(?![a-z0-9])", text.casefold()) is not None
