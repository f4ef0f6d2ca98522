"""Metrics of one relevant item per request, from its rank in the whole catalog; ties count against us."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def rank_of(scores: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """
    (R, N) scores, -inf where an item cannot be shown, (R,) targets → (R,) ranks from 1. An item that scores the same
    stands before the target. Raises ValueError on NaN: nothing is better than NaN, and the hit rate would be 1.
    """
    if np.isnan(scores).any():
        raise ValueError(f"{int(np.isnan(scores).sum())} of {scores.size} scores are NaN")
    rows = np.arange(len(targets))
    own = scores[rows, targets]
    ranks = (scores >= own[:, None]).sum(1)
    return np.where(np.isneginf(own), scores.shape[1], ranks)


def hit_rate(ranks: np.ndarray, k: int) -> float:
    """Share of requests whose item is among the first k."""
    return float((ranks <= k).mean())


def ndcg(ranks: np.ndarray, k: int) -> float:
    """Mean of 1 / log2(rank + 1) within the first k; with one relevant item the ideal is 1."""
    return float(np.where(ranks <= k, 1.0 / np.log2(ranks + 1.0), 0.0).mean())


def reciprocal_rank(ranks: np.ndarray) -> float:
    """Mean of 1 / rank over the whole catalog."""
    return float((1.0 / ranks).mean())


def summary(ranks: np.ndarray) -> Mapping[str, float]:
    """The figures of the report."""
    return {
        "HR@1": hit_rate(ranks, 1),
        "HR@10": hit_rate(ranks, 10),
        "NDCG@10": ndcg(ranks, 10),
        "MRR": reciprocal_rank(ranks),
    }
