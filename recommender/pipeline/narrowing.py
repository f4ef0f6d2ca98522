"""A scorer over a part of the catalog: candidates of a large one get the features that a small one's items get."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from recommender.pipeline.scoring import LinearScorer, Query, Scorer


@dataclasses.dataclass(frozen=True)
class Rows:
    """Which rows of what has one per item."""

    size: int
    """Items of the whole catalog."""
    chosen: Tensor
    """(M,) sorted positions."""
    past: Tensor
    """Places in `chosen` of what a query's history and examples name; linear weights lead only from those."""

    def of(self, value: Any) -> Any:
        """The chosen rows of a tensor, linear scorer or network; anything else as it is."""
        if isinstance(value, Tensor):
            has_rows = value.ndim and len(value) == self.size
            return value.index_select(0, self.chosen) if has_rows else value
        if isinstance(value, LinearScorer):
            return self._linear(value)
        if isinstance(value, nn.Module):
            part = copy.copy(value)
            part.__dict__["_buffers"] = _Buffers(value._buffers, self)
            return part
        return value

    def _linear(self, linear: LinearScorer) -> LinearScorer:
        rows = self.chosen[self.past]
        if linear.columns is None:
            weights = linear.weights.new_zeros(len(self.chosen), len(self.chosen))
            weights[self.past] = linear.weights[rows][:, self.chosen]
            return LinearScorer(weights)
        columns = linear.columns[rows]
        place = torch.searchsorted(self.chosen, columns).clamp(max=len(self.chosen) - 1)
        weights = linear.weights.new_zeros(len(self.chosen), columns.shape[1])
        targets = linear.columns.new_zeros(len(self.chosen), columns.shape[1])
        weights[self.past], targets[self.past] = linear.weights[rows] * (self.chosen[place] == columns), place
        return LinearScorer(weights, targets)


class _Buffers(dict[str, Any]):
    """Buffers of a network, of which rows are taken when they are read: most never are."""

    def __init__(self, whole: dict[str, Any], rows: Rows):
        super().__init__(whole)
        self.rows = rows

    def __getitem__(self, name: str) -> Any:
        return self.rows.of(super().__getitem__(name))


class PartScorer(Scorer):
    """The scorer of some items; what it has of the whole one is cut to their rows when it is first read."""

    def __init__(self, whole: Scorer, rows: Rows):
        self._whole, self._rows = whole, rows

    def __getattr__(self, name: str) -> Any:
        value = self._rows.of(getattr(self._whole, name))
        self.__dict__[name] = value
        return value


def narrowed(scorer: Scorer, positions: np.ndarray, named: np.ndarray) -> Scorer:
    """
    The scorer of the items at sorted `positions` alone. `named`: the positions among them that a query's history and
    examples name.
    """
    past = torch.from_numpy(np.searchsorted(positions, np.unique(named))).to(scorer.device)
    return PartScorer(scorer, Rows(len(scorer.vectors), torch.from_numpy(positions).to(scorer.device), past))


def remapped(query: Query, positions: np.ndarray, measured: np.ndarray) -> Query:
    """
    The query in places of `positions`, which hold its history and examples. `measured` ((N,) bool): the items over
    which features are standardised; a fair sample of what is available, since candidates alone are all good.
    """
    place = {name: np.searchsorted(positions, getattr(query, name)) for name in ("items", "like", "unlike")}
    return dataclasses.replace(
        query, items=place["items"].astype(np.int64), like=tuple(map(int, place["like"])),
        unlike=tuple(map(int, place["unlike"])), preferred=query.preferred[positions], available=measured[positions],
    )  # fmt: skip
