"""Popularity, EASE, EASE-recency and SLIT as opponents: penalty and half-life chosen on the validation items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.evaluation.cases import Case, Scoring, measure, validation_cases
from recommender.pipeline import baselines
from recommender.training.sequences import History, Split

HALF_LIVES = (10.0, 3.0)
PENALTIES = (400.0, 100.0)
SLIT_CHOICES = ((10.0, 300.0), (3.0, 100.0))
"""Half-life and penalty that suited a dense set of ratings, and a sparse one of purchases."""
FOREVER = 1e9


@dataclass(frozen=True)
class Linear:
    """Weights from past items to scores, on histories that decay."""

    weights: np.ndarray  # (N, N)
    half_life: float
    is_binary: bool = False

    def __call__(self, cases: Sequence[Case]) -> np.ndarray:
        """(B, N) scores."""
        rows = baselines.decayed([case.past.items for case in cases], len(self.weights), self.half_life)
        return np.asarray((rows > 0).astype(np.float32) @ self.weights if self.is_binary else rows @ self.weights)


def popularity(split: Split, items: int) -> Scoring:
    """The same list for everybody."""
    counts = baselines.popularity([h.items for h in split.train_and_validation], items)
    return lambda cases: np.tile(counts, (len(cases), 1))


def linear(split: Split, items: int) -> dict[str, Scoring]:
    """EASE, EASE-recency and SLIT, learnt from everything before the test items."""
    known, learnt = _items(split.train_and_validation), _items(split.train)
    trial = validation_cases(split)
    eases = {penalty: baselines.ease(learnt, items, penalty) for penalty in PENALTIES}
    half_life, penalty = _best(
        trial, [((h, p), Linear(weights, h)) for p, weights in eases.items() for h in HALF_LIVES]
    )
    plain = _best(trial, [((FOREVER, p), Linear(weights, FOREVER, True)) for p, weights in eases.items()])
    del eases
    slits = (((h, p), Linear(baselines.slit(learnt, items, h, p), h)) for h, p in SLIT_CHOICES)
    slit_half_life, slit_penalty = _best(trial, slits)
    ease = baselines.ease(known, items, penalty)
    whole = ease if plain[1] == penalty else baselines.ease(known, items, plain[1])
    return {
        "ease": Linear(whole, FOREVER, True),
        "ease-recency": Linear(ease, half_life),
        "slit": Linear(baselines.slit(known, items, slit_half_life, slit_penalty), slit_half_life),
    }


def _items(histories: Sequence[History]) -> list[np.ndarray]:
    return [history.items for history in histories]


def _best(trial: Sequence[Case], choices: Iterable[tuple[tuple[float, float], Scoring]]) -> tuple[float, float]:
    """The choice with the highest NDCG@10 on the trial; the first where there is nothing to try."""
    best, chosen = -1.0, None
    for choice, scoring in choices:
        score = float(measure(scoring, trial).values["NDCG@10"].mean()) if trial else 0.0
        if score > best:
            best, chosen = score, choice
    assert chosen is not None
    return chosen
