"""Chooses how the linear scorers are fitted, by the likelihood of the validation items, and fits them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from recommender.pipeline import baselines
from recommender.pipeline.scoring import HALF_LIFE, LinearScorer, Query, damped, standardised

HALF_LIVES = (3.0, 6.0, 10.0, 20.0)
PENALTIES: Mapping[str, tuple[float, ...]] = {"ease": (100.0, 400.0), "slit": (100.0, 300.0)}
TEMPERATURES = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Factors of the standardised scores, of which the likeliest counts: a choice is judged by its order, not its scale."""
ROWS = 1000
"""Validation rows that decide."""

Pairs = Sequence[tuple[Query, int]]


@dataclass(frozen=True)
class LinearChoice:
    """How EASE-recency and SLIT are fitted."""

    half_life: float = HALF_LIFE
    ease_penalty: float = 400.0
    slit_penalty: float = 300.0


def can_fit(sequences: Sequence[np.ndarray], items: int) -> bool:
    """False where nobody interacted or the catalog is too large for an items² matrix."""
    return bool(sequences) and items <= baselines.MAX_ITEMS


def choose(
    sequences: Sequence[np.ndarray],
    items: int,
    pairs: Pairs,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> LinearChoice:
    """The likeliest penalty and half-life for EASE, then the likeliest penalty of SLIT with the same half-life."""
    default = LinearChoice()
    if not can_fit(sequences, items) or len(pairs) < 20:
        return default
    rows, total = pairs[:ROWS], sum(map(len, PENALTIES.values()))
    losses: dict[tuple[float, float], float] = {}
    for number, penalty in enumerate(PENALTIES["ease"]):
        scorer = LinearScorer.of(baselines.ease(sequences, items, penalty))
        losses |= {(half_life, penalty): _loss(scorer, half_life, rows) for half_life in HALF_LIVES}
        progress(number + 1, total)
    half_life, ease_penalty = min(losses, key=lambda choice: losses[choice])
    by_penalty = {}
    for number, penalty in enumerate(PENALTIES["slit"]):
        scorer = LinearScorer.of(baselines.slit(sequences, items, half_life, penalty))
        by_penalty[penalty] = _loss(scorer, half_life, rows)
        progress(len(PENALTIES["ease"]) + number + 1, total)
    return LinearChoice(half_life, ease_penalty, min(by_penalty, key=lambda penalty: by_penalty[penalty]))


def fit(
    sequences: Sequence[np.ndarray], items: int, choice: LinearChoice
) -> tuple[LinearScorer | None, LinearScorer | None]:
    """EASE-recency and SLIT, or neither."""
    if not can_fit(sequences, items):
        return None, None
    ease = LinearScorer.of(baselines.ease(sequences, items, choice.ease_penalty))
    return ease, LinearScorer.of(baselines.slit(sequences, items, choice.half_life, choice.slit_penalty))


def _loss(scorer: LinearScorer, half_life: float, pairs: Pairs) -> float:
    """Mean of -log p over the pairs under the best of the temperatures."""
    totals: Tensor = torch.zeros(len(TEMPERATURES))
    for start in range(0, len(pairs), 256):
        chunk = pairs[start : start + 256]
        available = torch.from_numpy(np.stack([query.available for query, _ in chunk]))
        scores = scorer.score([query.items for query, _ in chunk], half_life).cpu()
        scores = damped(standardised(scores, available)).masked_fill(~available, -torch.inf)
        targets = torch.tensor([target for _, target in chunk])
        for place, factor in enumerate(TEMPERATURES):
            totals[place] += torch.nn.functional.cross_entropy(scores * factor, targets, reduction="sum")
    return float(totals.min()) / len(pairs)
