"""Opponents from the library `implicit`: ItemKNN, BPR and iALS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recommender.evaluation.cases import Case, Scoring
from recommender.training.sequences import Split

NEIGHBOURS = 100
FACTORS = 64
NAMES = ("itemknn", "bpr", "ials")


def of_implicit(split: Split, items: int, seed: int) -> dict[str, Callable[[], Scoring]]:
    """What trains each model. Raises ImportError where the library is not installed."""
    from implicit.als import AlternatingLeastSquares
    from implicit.bpr import BayesianPersonalizedRanking
    from implicit.nearest_neighbours import CosineRecommender

    matrix = _matrix(split, items)

    def itemknn() -> Scoring:
        model = CosineRecommender(K=NEIGHBOURS, num_threads=1)
        model.fit(matrix, show_progress=False)
        return lambda cases: (_rows(cases, items) @ model.similarity).toarray()

    def bpr() -> Scoring:
        model = BayesianPersonalizedRanking(
            factors=FACTORS, learning_rate=0.03, regularization=0.02, iterations=150, num_threads=1, random_state=seed
        )
        model.fit(matrix, show_progress=False)
        return _by_factors(model)

    def ials() -> Scoring:
        model = AlternatingLeastSquares(
            factors=FACTORS, regularization=5.0, alpha=10.0, iterations=15, num_threads=1, random_state=seed
        )
        model.fit(matrix, show_progress=False)
        return _by_factors(model)

    return {"itemknn": itemknn, "bpr": bpr, "ials": ials}


def _by_factors(model: Any) -> Scoring:
    return lambda cases: model.user_factors[[case.user for case in cases]] @ model.item_factors.T


def _matrix(split: Split, items: int) -> Any:
    """(U, N) sparse: 1 where a user had an item before the test item."""
    return _sparse([history.items for history in split.train_and_validation], items)


def _rows(cases: Sequence[Case], items: int) -> Any:
    return _sparse([case.past.items for case in cases], items)


def _sparse(histories: Sequence[np.ndarray], items: int) -> Any:
    from scipy.sparse import csr_matrix

    columns = [np.unique(history) for history in histories]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.concatenate([*columns, np.zeros(0, np.int64)]).astype(np.int64)
    return csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(histories), items))
