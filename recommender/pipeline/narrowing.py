"""A scorer over a part of the catalog: candidates of a large one get the features that a small one's items get."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from recommender.pipeline.scoring import LinearScorer, Query, Scorer


def narrowed(scorer: Scorer, positions: np.ndarray, named: np.ndarray) -> Scorer:
    """
    The scorer of the items at sorted `positions` alone: everything that has a row per item keeps those rows. `named`:
    the positions among them that a query's history and examples name; only from those do linear weights lead anywhere.
    """
    size, chosen = len(scorer.vectors), torch.from_numpy(positions).to(scorer.device)
    past = torch.from_numpy(np.searchsorted(positions, np.unique(named))).to(scorer.device)
    small = copy.copy(scorer)
    for name, value in vars(scorer).items():
        setattr(small, name, _part(value, chosen, past, size))
    return small


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


def _part(value: Any, chosen: Tensor, past: Tensor, size: int) -> Any:
    if isinstance(value, Tensor):
        return value[chosen] if value.ndim and len(value) == size else value
    if isinstance(value, LinearScorer):
        return _linear(value, chosen, past)
    if isinstance(value, nn.Module):
        part = copy.copy(value)
        part.__dict__["_buffers"] = {name: _part(buffer, chosen, past, size) for name, buffer in value._buffers.items()}
        return part
    return value


def _linear(linear: LinearScorer, chosen: Tensor, past: Tensor) -> LinearScorer:
    """Weights from the items at places `past` to the chosen ones; a weight towards another item is 0."""
    if linear.columns is None:
        weights = linear.weights.new_zeros(len(chosen), len(chosen))
        weights[past] = linear.weights[chosen[past]][:, chosen]
        return LinearScorer(weights)
    columns = linear.columns[chosen[past]]
    place = torch.searchsorted(chosen, columns).clamp(max=len(chosen) - 1)
    weights = linear.weights.new_zeros(len(chosen), columns.shape[1])
    targets = linear.columns.new_zeros(len(chosen), columns.shape[1])
    weights[past], targets[past] = linear.weights[chosen[past]] * (chosen[place] == columns), place
    return LinearScorer(weights, targets)
