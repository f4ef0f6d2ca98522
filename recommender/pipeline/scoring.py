"""The score of every item: features per source and their fitted mix, whose contributions add up to the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from recommender.model.ranker import Ranker

HALF_LIFE = 10.0
"""Places back in a history after which an interaction counts half in the linear scorers."""
LINEAR_WINDOW = 100
FEATURES = (
    "network",
    "ease",
    "slit",
    "text",
    "cosine",
    "constraints",
    "prefer",
    "bias",
    "trend",
    "cold",
    "like",
    "unlike",
)
SOURCES: Mapping[str, str] = {
    "network": "taste", "ease": "taste", "slit": "taste", "text": "text", "cosine": "text",
    "constraints": "constraints", "prefer": "constraints", "bias": "popular", "trend": "popular", "cold": "popular",
    "like": "similar", "unlike": "similar",
}  # fmt: skip
"""Which source of the explanation a feature belongs to."""
SITUATIONS = ("none", "text", "wishes", "history", "history+text", "history+wishes")
"""Which sources a request has; text beside constraints counts as wishes."""
PRIOR: Mapping[str, float] = {
    "network": 1.0, "ease": 0.1, "slit": 0.1, "text": 1.0, "cosine": 0.2, "constraints": 1.0, "prefer": 2.0,
    "bias": 1.0,
    "trend": 0.0, "cold": 0.0, "like": 2.0, "unlike": 1.0,
}  # fmt: skip
"""Weights before anything is fitted."""


@dataclass(frozen=True)
class Query:
    """One request as numbers: what the score depends on."""

    items: np.ndarray
    """(T,) positions of the history in the catalog, newest last."""
    levels: np.ndarray
    """(T,) rating levels."""
    gaps: np.ndarray
    """(T,) buckets of the time between."""
    text: Tensor
    """(E,) vector of the instruction's text, zero where there is none."""
    wanted: np.ndarray
    """(C,) facets asked for."""
    unwanted: np.ndarray
    """(C,) facets refused."""
    preferred: np.ndarray
    """(N,) wishes of strength `prefer` that each item meets."""
    available: np.ndarray
    """(N,) bool: eligible and neither seen nor excluded."""
    like: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()

    @property
    def situation(self) -> str:
        """Which of SITUATIONS this is."""
        parts = ["history"] if len(self.items) else []
        if bool(self.wanted.any()) or bool(self.unwanted.any()) or bool(self.preferred.any()):
            parts.append("wishes")
        elif bool(self.text.any()):
            parts.append("text")
        return "+".join(parts) or "none"


@dataclass(frozen=True)
class LinearScorer:
    """Weights from past items to scores: whole (N, N), or the strongest K per row with their columns (N, K)."""

    weights: Tensor
    columns: Tensor | None = None

    @classmethod
    def of(cls, weights: np.ndarray, dense_up_to: int = 6000, keep: int = 200) -> LinearScorer:
        """Keeps a small matrix whole, of a large one the `keep` strongest weights per row."""
        matrix = torch.from_numpy(np.ascontiguousarray(weights, dtype=np.float32))
        if len(matrix) <= dense_up_to:
            return cls(matrix)
        columns = matrix.abs().topk(keep, dim=1).indices
        return cls(matrix.gather(1, columns), columns)

    def score(self, histories: Sequence[np.ndarray], half_life: float) -> Tensor:
        """(B, N) scores of decayed histories."""
        device, items = self.weights.device, len(self.weights)
        pasts = [history[-LINEAR_WINDOW:] for history in histories]
        flat = torch.from_numpy(np.concatenate([*pasts, np.zeros(0, dtype=np.int64)]).astype(np.int64)).to(device)
        decay = [0.5 ** (np.arange(len(past))[::-1] / half_life) for past in pasts]
        ages = torch.from_numpy(np.concatenate([*decay, np.zeros(0)]).astype(np.float32)).to(device)
        if self.columns is None:
            offsets = torch.tensor(np.cumsum([0, *map(len, pasts)])[:-1], device=device)
            return F.embedding_bag(flat, self.weights, offsets, mode="sum", per_sample_weights=ages)
        rows = torch.repeat_interleave(
            torch.arange(len(pasts), device=device), torch.tensor([len(p) for p in pasts], device=device)
        )
        places = (rows[:, None] * items + self.columns[flat]).flatten()
        scores = torch.zeros(len(pasts) * items, device=device)
        return scores.index_add_(0, places, (self.weights[flat] * ages[:, None]).flatten()).view(len(pasts), items)

    def between(self, past: Sequence[int], item: int) -> np.ndarray:
        """(len(past),) weights from each past item to `item`."""
        rows = self.weights[torch.tensor(list(past), dtype=torch.long)]
        if self.columns is None:
            return rows[:, item].cpu().numpy()
        return (rows * (self.columns[torch.tensor(list(past), dtype=torch.long)] == item)).sum(1).cpu().numpy()


def prior(situation: str) -> dict[str, float]:
    """Weights of a situation that nothing is fitted for. With nothing to go by, popularity decides."""
    return {**PRIOR, "trend": 1.0, "bias": 0.0} if situation == "none" else dict(PRIOR)


@dataclass(frozen=True)
class Mix:
    """The weight of every feature in every situation."""

    weights: Mapping[str, Mapping[str, float]]

    @classmethod
    def default(cls) -> Mix:
        """The weights before anything is fitted."""
        return cls({situation: prior(situation) for situation in SITUATIONS})

    def row(self, situation: str) -> list[float]:
        """Weights in the order of FEATURES."""
        return [float(self.weights[situation].get(name, PRIOR[name])) for name in FEATURES]


class Scorer:
    """Queries → features of every item. One object per checkpoint; holds everything on one device."""

    def __init__(
        self,
        network: Ranker,
        ease: LinearScorer | None,
        slit: LinearScorer | None,
        counts: np.ndarray,
        half_life: float,
        keeps_states: bool = False,
    ):
        """`keeps_states`: a history is read once however often it is scored; for validation, which repeats them."""
        self.network = network.eval()
        self.device = network.item_text.device
        self.ease, self.slit, self.half_life = ease, slit, half_life
        self._states: dict[bytes, Tensor] | None = {} if keeps_states else None
        with torch.no_grad():
            self.vectors, bias = network.items()
        self.bias = bias - bias.mean()
        counted = torch.from_numpy(np.log1p(counts)).float().to(self.device)
        self.trend = (counted - counted.mean()) / counted.std().clamp(min=1e-6)
        self.cold = 1.0 - network.is_warm
        self.item_text = F.normalize(network.item_text, dim=1)
        rarity = torch.log((len(counts) + 1) / (network.item_facets.sum(0) + 1))
        self.item_facets = F.normalize(network.item_facets * rarity.clamp(min=0.1), dim=1)

    @torch.inference_mode()
    def features(self, queries: Sequence[Query]) -> Tensor:
        """(B, N, number of FEATURES) of a batch of queries."""
        available = torch.from_numpy(np.stack([query.available for query in queries])).to(self.device)
        text = torch.stack([query.text.to(self.device) for query in queries])
        wanted, unwanted, preferred = (
            torch.from_numpy(np.stack([getattr(query, name) for query in queries]).astype(np.float32)).to(self.device)
            for name in ("wanted", "unwanted", "preferred")
        )
        parts = self.network.fuse(self._histories(queries), text, wanted, unwanted)
        count = len(queries)
        columns: dict[str, Tensor] = {
            "network": parts.history @ self.vectors.T,
            "text": parts.text @ self.vectors.T,
            "constraints": parts.constraints @ self.vectors.T,
            "cosine": standardised(text @ self.item_text.T, available),
            "prefer": preferred,
            "bias": self.bias.expand(count, -1),
            "trend": self.trend.expand(count, -1),
            "cold": self.cold.expand(count, -1),
            "like": self._similar([query.like for query in queries], available),
            "unlike": -self._similar([query.unlike for query in queries], available).clamp(min=0),
        }
        pasts = [query.items for query in queries]
        for name, linear in (("ease", self.ease), ("slit", self.slit)):
            scores = linear.score(pasts, self.half_life) if linear else torch.zeros_like(preferred)
            columns[name] = damped(standardised(scores, available))
        return torch.stack([columns[name] for name in FEATURES], dim=2)

    def _histories(self, queries: Sequence[Query]) -> Tensor:
        """(B, H) last state of each history, zero where there is none."""
        if self._states is None:
            return self._read(queries)
        keys = [b"".join(part.tobytes() for part in (q.items, q.levels, q.gaps)) for q in queries]
        new = {key: query for key, query in zip(keys, queries, strict=True) if key not in self._states}
        if new:
            self._states.update(zip(new, self._read(list(new.values())), strict=True))
        return torch.stack([self._states[key] for key in keys])

    def _read(self, queries: Sequence[Query]) -> Tensor:
        window = self.network.config.window
        lengths = [min(len(query.items), window) for query in queries]
        states = torch.zeros(len(queries), self.network.config.history_width, device=self.device)
        rows = [row for row, length in enumerate(lengths) if length]
        if not rows:
            return states
        padded = np.zeros((3, len(rows), max(lengths)), dtype=np.int64)
        for place, row in enumerate(rows):
            for layer, name in enumerate(("items", "levels", "gaps")):
                padded[layer, place, : lengths[row]] = getattr(queries[row], name)[-lengths[row] :]
        items, levels, gaps = torch.from_numpy(padded).to(self.device)
        hidden = self.network.read_history(self.vectors, items, levels, gaps)  # (R, T, H)
        last = torch.tensor([lengths[row] - 1 for row in rows], device=self.device)
        states[rows] = hidden[torch.arange(len(rows), device=self.device), last]
        return states

    def _similar(self, seeds: Sequence[tuple[int, ...]], available: Tensor) -> Tensor:
        """(B, N) likeness to the seeds by text, facets and company, each standardised; 0 without seeds."""
        total = torch.zeros(available.shape, device=self.device)
        for row, chosen in enumerate(seeds):
            for seed in chosen:
                total[row] += self.likeness(seed, available[row]) / len(chosen)
        return total

    def likeness(self, seed: int, available: Tensor) -> Tensor:
        """(N,) how like an item is to `seed`: the mean of the likenesses that there are."""
        ways = [self.item_text @ self.item_text[seed], self.item_facets @ self.item_facets[seed]]
        if self.ease and self.network.is_warm[seed]:
            ways.append(self.ease.score([np.array([seed])], self.half_life)[0])
        return torch.stack([standardised(way[None], available[None])[0] for way in ways]).mean(0)


def mixed(features: Tensor, rows: Sequence[Sequence[float]]) -> Tensor:
    """(B, N, K) features and B rows of K weights → (B, N, K) contributions, which add up to the score."""
    weights: Any = torch.tensor(rows, dtype=features.dtype, device=features.device)
    return features * weights[:, None, :]


def damped(scores: Tensor) -> Tensor:
    """The logarithm of what stands out: linear scores have long tails, and a mix would hear nothing else."""
    return scores.sign() * scores.abs().log1p()


def standardised(scores: Tensor, available: Tensor) -> Tensor:
    """z-scores over the available items of each row; 0 where all are equal."""
    count = available.sum(1, keepdim=True).clamp(min=1)
    mean = (scores * available).sum(1, keepdim=True) / count
    spread = ((scores - mean).square() * available).sum(1, keepdim=True).div(count).sqrt()
    return torch.where(spread > 1e-6, (scores - mean) / spread.clamp(min=1e-6), torch.zeros_like(scores))
