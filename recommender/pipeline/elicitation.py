"""Which item to ask a newcomer about: well known enough to get an answer, and one whose rating tells most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.model.rating import RatingDraws

# S draws, M items that may be asked about, K factors, T answers

MOST_KNOWN = 2000
"""Items looked at, the best known ones: nobody has anything to say about the others."""


@dataclass(frozen=True)
class Question:
    """An item to ask about."""

    position: int
    gain: float
    """Nats that asking is expected to tell about the person's factors: the chance of an answer times what it tells."""
    known: float
    """Chance that somebody can answer, relative to the best known item."""


class Elicitor:
    """
    A person is a normal distribution over factors and an answer a noisy inner product with the item's, so a rating of
    item x tells ½ log(1 + xᵀΣx / noise) nats, where Σ is what is still uncertain after the answers so far (D-optimal
    design; Rubens, Kaplan and Sugiyama 2011, Active Learning in Recommender Systems).
    """

    def __init__(self, factors: np.ndarray, precision: np.ndarray, noise: np.ndarray, counts: np.ndarray):
        """(S, N, K) factors, (S, K, K) precision of a person, (S,) noise and (N,) interactions of every item."""
        self.size = factors.shape[1]
        self.precision, self.noise = precision.astype(np.float64), noise.astype(np.float64)
        order = np.argsort(-counts, kind="stable")[:MOST_KNOWN]
        self.asked = np.sort(order)  # (M,)
        self.factors = factors.astype(np.float64)  # (S, N, K)
        self.known = counts / counts.max() if counts.max() > 0 else np.ones(len(counts))

    @classmethod
    def of_ratings(cls, draws: RatingDraws, counts: np.ndarray) -> Elicitor:
        """In the factors that ratings are made of; the person's bias is one of them."""
        factors = np.concatenate([np.ones((*draws.items.shape[:2], 1)), draws.items[:, :, 1:]], axis=2)
        return cls(factors, draws.precision, draws.noise, counts)

    @classmethod
    def of_vectors(cls, vectors: np.ndarray, counts: np.ndarray) -> Elicitor:
        """In the (N, K) vectors of the items, for a pack without ratings: liking is a direction among them."""
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit = (vectors - vectors.mean(0)) / np.maximum(length, 1e-9)
        return cls(unit[None], np.eye(vectors.shape[1])[None], np.ones(1), counts)

    def best(self, answered: Sequence[int], closed: np.ndarray, count: int) -> list[Question]:
        """The `count` best items to ask about next; `closed` ((N,) bool) are not asked about."""
        open_items = self.asked[~closed[self.asked]]
        if not len(open_items):
            return []
        gains = self.known[open_items] * self.told(answered, open_items)
        order = np.argsort(-gains, kind="stable")[:count]
        return [
            Question(int(p), float(g), float(self.known[p]))
            for p, g in zip(open_items[order], gains[order], strict=True)
        ]

    def told(self, answered: Sequence[int], items: np.ndarray) -> np.ndarray:
        """(M,) nats that a rating of each item would tell, averaged over the draws."""
        past = self.factors[:, np.asarray(answered, dtype=np.int64)]  # (S, T, K)
        left = self.precision + past.transpose(0, 2, 1) @ past / self.noise[:, None, None]  # (S, K, K)
        x = self.factors[:, items]  # (S, M, K)
        spread = ((x @ np.linalg.inv(left)) * x).sum(2) / self.noise[:, None]  # (S, M)
        return np.asarray(0.5 * np.log1p(spread).mean(0))


def as_dict(question: Question, item_id: str, title: str) -> Mapping[str, object]:
    """The JSON form of /v1/elicit."""
    return {"item_id": item_id, "title": title, "gain": round(question.gain, 5), "known": round(question.known, 4)}
