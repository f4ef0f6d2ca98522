"""Figures from ranks: one value per request, then means over users and seeds with a bootstrap confidence interval."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.evaluation import metrics

RANKING = ("HR@1", "HR@10", "NDCG@10", "MRR")
TOP = 10
RESAMPLES = 1000
LEVEL = 0.95
"""Of the confidence interval."""


@dataclass(frozen=True)
class Measured:
    """Figures of R requests, each of one user."""

    users: np.ndarray
    """(R,) whose request it is."""
    values: Mapping[str, np.ndarray]
    """By figure, (R,)."""

    def where(self, mask: np.ndarray) -> Measured:
        """The requests in a (R,) mask."""
        return Measured(self.users[mask], {name: values[mask] for name, values in self.values.items()})

    def only(self, names: Sequence[str]) -> Measured:
        """Some of the figures."""
        return Measured(self.users, {name: self.values[name] for name in names})

    def __len__(self) -> int:
        return len(self.users)


def of_ranks(users: np.ndarray, ranks: np.ndarray, satisfied: np.ndarray | None = None) -> Measured:
    """HR@1, HR@10, NDCG@10 and MRR of (R,) ranks from 1; and, where it is given, how far each request was met."""
    ranks = np.asarray(ranks)
    table = first_places()[np.minimum(ranks, TOP + 1)]
    values = {name: table[:, column] for column, name in enumerate(RANKING[:3])}
    values["MRR"] = 1.0 / ranks
    if satisfied is not None:
        values["satisfied"] = satisfied
    return Measured(np.asarray(users), values)


@functools.lru_cache(maxsize=1)
def first_places() -> np.ndarray:
    """
    (TOP + 2, 3) HR@1, HR@10 and NDCG@10 of the one relevant item at rank 0 (not used), 1, …, TOP, and beyond, by
    ir-measures. The same by our own formulas where it is not installed. (lenskit's NDCG counts rank 2 like rank 1.)
    """
    if metrics_source() == "own formulas":
        ranks = np.array([np.inf, *range(1, TOP + 2)])
        gains = np.where(ranks <= TOP, 1 / np.log2(ranks + 1), 0.0)
        return np.stack([ranks <= 1, ranks <= TOP, gains], axis=1).astype(float)
    from ir_measures import ScoredDoc, Success, iter_calc, nDCG

    places = range(1, TOP + 2)
    judged = {str(rank): {"target": 1} for rank in places}
    shown = [
        ScoredDoc(str(rank), "target" if place == rank else f"other {place}", float(-place))
        for rank in places
        for place in places
    ]
    columns = {Success @ 1: 0, Success @ TOP: 1, nDCG @ TOP: 2}
    table = np.zeros((TOP + 2, 3))
    for found in iter_calc(list(columns), judged, shown):
        table[int(found.query_id), columns[found.measure]] = found.value
    return table


@functools.lru_cache(maxsize=1)
def metrics_source() -> str:
    """Where the figures come from."""
    try:
        import ir_measures
    except ImportError:
        return "own formulas"
    return f"ir-measures {getattr(ir_measures, '__version__', '')}".strip()


def ranks_and_satisfied(
    scores: np.ndarray, targets: np.ndarray, admitted: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """
    (B, N) scores, -inf where an item is not shown, (B,) targets and (B, N) which items meet all that was asked →
    (B,) ranks, and of the first ten shown the share that meets it; 0 where nothing is shown.
    """
    ranks = metrics.rank_of(scores, targets)
    if admitted is None:
        return ranks, None
    best = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    shown = ~np.isneginf(np.take_along_axis(scores, best, axis=1))
    met = np.take_along_axis(admitted, best, axis=1) & shown
    return ranks, met.sum(1) / np.maximum(shown.sum(1), 1)


def spread(runs: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """{"mean", "std", "ci"} of every figure: std over the seeds' means (0 for one), ci by resampling users."""
    runs = [run for run in runs if len(run)]
    return {name: _spread([run.values[name] for run in runs], runs) for name in (runs[0].values if runs else ())}


def ratio(parts: Sequence[Measured], wholes: Sequence[Measured], name: str) -> dict[str, Any]:
    """{"mean", "std", "ci"} of a figure of `parts` relative to the same of `wholes`, by seed."""
    pairs = [(p, w) for p, w in zip(parts, wholes, strict=True) if len(p) and len(w) and w.values[name].any()]
    if not pairs:
        return {}
    means = [float(p.values[name].mean() / w.values[name].mean()) for p, w in pairs]
    above, below = (_resampled([run.values[name] for run in runs], runs) for runs in zip(*pairs, strict=True))
    return _summary(means, above / np.maximum(below, 1e-9))


def _spread(values: Sequence[np.ndarray], runs: Sequence[Measured]) -> dict[str, Any]:
    return _summary([float(v.mean()) for v in values], _resampled(values, runs))


def _summary(means: Sequence[float], resampled: np.ndarray) -> dict[str, Any]:
    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "mean": float(np.mean(means)),
        "std": float(np.std(means, ddof=1)) if len(means) > 1 else 0.0,
        "ci": [float(low), float(high)],
    }


def _resampled(values: Sequence[np.ndarray], runs: Sequence[Measured]) -> np.ndarray:
    """(RESAMPLES,) means when the users, each with all its requests of all seeds, are drawn anew with replacement."""
    _, places = np.unique(np.concatenate([run.users for run in runs]), return_inverse=True)
    sums, counts = np.bincount(places, np.concatenate(values)), np.bincount(places)
    drawn = _draws(len(sums))
    return np.asarray((drawn @ sums) / np.maximum(drawn @ counts, 1))


@functools.lru_cache(maxsize=64)
def _draws(users: int) -> np.ndarray:
    return np.random.default_rng(17).multinomial(users, np.full(users, 1 / users), size=RESAMPLES).astype(np.float32)
