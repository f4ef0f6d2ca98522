"""A scorer over a part of the catalog: candidates of a large one get the features that a small one's items get."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from recommender.pipeline.scoring import LinearScorer, Query, Scorer


def narrowed(scorer: Scorer, positions: np.ndarray) -> Scorer:
    """The scorer of the items at sorted `positions` alone: everything that has a row per item keeps those rows."""
    size, chosen = len(scorer.vectors), torch.from_numpy(positions).to(scorer.device)
    small = copy.copy(scorer)
    for name, value in vars(scorer).items():
        setattr(small, name, _part(value, chosen, size))
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


def _part(value: Any, chosen: Tensor, size: int) -> Any:
    if isinstance(value, Tensor):
        return value[chosen] if value.ndim and len(value) == size else value
    if isinstance(value, LinearScorer):
        return _linear(value, chosen)
    if isinstance(value, nn.Module):
        part = copy.copy(value)
        part.__dict__["_buffers"] = {name: _part(buffer, chosen, size) for name, buffer in value._buffers.items()}
        return part
    return value


def _linear(linear: LinearScorer, chosen: Tensor) -> LinearScorer:
    """Weights between the chosen items; a weight towards another item is 0."""
    if linear.columns is None:
        return LinearScorer(linear.weights[chosen][:, chosen])
    columns = linear.columns[chosen]
    place = torch.searchsorted(chosen, columns).clamp(max=len(chosen) - 1)
    return LinearScorer(linear.weights[chosen] * (chosen[place] == columns), place)
