"""Predicted ratings: item and user biases, both shrunk towards the mean where little is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ITEM_SHRINK = 5.0
USER_SHRINK = 5.0


class RatingModel:
    """mean + item bias + user bias, the user's computed from the history that the request brings."""

    def __init__(self, counts: np.ndarray, means: np.ndarray):
        total = float(counts.sum())
        self.mean = float((counts * means).sum() / total) if total else 0.0
        self.item_bias = counts * (means - self.mean) / (counts + ITEM_SHRINK)

    def predict(self, past: Sequence[tuple[int, float | None]], items: np.ndarray) -> np.ndarray:
        """(len(items),) ratings; interactions without a rating tell nothing about the user."""
        rated = [(item, rating) for item, rating in past if rating is not None]
        residuals = sum(rating - self.mean - float(self.item_bias[item]) for item, rating in rated)
        user_bias = residuals / (len(rated) + USER_SHRINK)
        return np.asarray(self.mean + self.item_bias[items] + user_bias)
