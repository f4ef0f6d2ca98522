"""Predicted ratings: a history is folded into each draw of the posterior in closed form, and the draws are averaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.model.rating import RatingDraws, drift_correlation
from recommender.pipeline.history import Event

# S draws, T events, K = 1 + factors, C = 1 + K columns: the target, then its inputs

WINDOW = 500
"""Newest rated interactions that are folded in."""
ITEM_SHRINK = 5.0
"""Ratings of an item at which its mean counts half, for a person who has rated nothing."""


@dataclass(frozen=True)
class Past:
    """A history as arrays, oldest first; nan where a rating or a time is not known."""

    items: np.ndarray
    ratings: np.ndarray
    timestamps: np.ndarray

    @classmethod
    def of(cls, events: Sequence[Event], index: Mapping[str, int]) -> Past:
        """Of events in order, with the place of each item in the catalog."""
        nan = float("nan")
        ratings = [nan if event.rating is None else event.rating for event in events]
        times = [nan if event.timestamp is None else event.timestamp for event in events]
        items = np.array([index[event.item_id] for event in events], dtype=np.int64)
        return cls(items, np.array(ratings, dtype=float), np.array(times, dtype=float))


@dataclass(frozen=True)
class _Timeline:
    """Rated interactions and the moments that are asked about, in order of time."""

    items: np.ndarray  # (T,), 0 at a moment
    ratings: np.ndarray  # (T,), nan at a moment
    correlation: np.ndarray  # (T,) of the drift with that at the event before
    moments: np.ndarray  # (Q,) the place of the moment of each question


@dataclass(frozen=True)
class _Filtered:
    """What the drift takes of the target and of each input after each event, and how sure that is."""

    means: np.ndarray  # (T, S, C)
    variances: np.ndarray  # (T, S)
    whitened: np.ndarray  # (T, S, C) innovations over their deviation; 0 where nothing was observed


class RatingModel:
    """Predicts ratings from a history, whoever it belongs to."""

    def __init__(self, draws: RatingDraws):
        self.draws = draws

    def predict(self, past: Past, items: np.ndarray, at: np.ndarray | None = None) -> np.ndarray:
        """
        (len(items),) ratings, `at` the given seconds, else when the history ends. Interactions without a rating tell
        what kind of person it is, not how they rate; a history without times is taken to have no drift; ratings off the
        scale count as its ends.
        """
        draws, line = self.draws, _timeline(past, len(items), at)
        bias, inputs = self._inputs(line.items)
        target = np.clip(line.ratings, *draws.bounds)[:, None] - draws.mean - bias  # (T, S)
        columns = np.concatenate([target[:, :, None], inputs], axis=2)
        user, drift = self._fold_in(columns, line.correlation, self._prior_mean(past))
        bias, inputs = self._inputs(items)
        ratings = draws.mean + bias + (inputs * user).sum(2) + drift[line.moments]  # (Q, S)
        values = ratings.mean(1)
        if np.isnan(past.ratings).all():  # people rate what they chose, and choose what they like
            share = draws.item_counts[items] / (draws.item_counts[items] + ITEM_SHRINK)
            values = share * draws.item_means[items] + (1 - share) * values
        return np.clip(values, *draws.bounds)

    def _inputs(self, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, S) biases of items, and (n, S, K) what a user's bias and factors are multiplied with."""
        inputs = self.draws.items[:, items].transpose(1, 0, 2).astype(np.float64)
        bias = inputs[:, :, 0].copy()
        inputs[:, :, 0] = 1.0
        return bias, inputs

    def _prior_mean(self, past: Past) -> np.ndarray:
        sums = self.draws.projection[past.items].sum(0, dtype=np.float64)[None]
        features = self.draws.features(sums, np.array([len(past.items)]))[0]  # (F,)
        return np.einsum("f,sfk->sk", features, self.draws.prior)

    def _fold_in(self, columns: np.ndarray, correlation: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(S, K) posterior mean of the person's bias and factors and (T, S) of their drift."""
        draws = self.draws
        filtered = _filter(columns, correlation, draws.noise, draws.drift)
        white = filtered.whitened.transpose(1, 0, 2)  # (S, T, C)
        turned = white[:, :, 1:].transpose(0, 2, 1)
        total = draws.precision + turned @ white[:, :, 1:]
        pull = draws.precision @ mean[:, :, None] + turned @ white[:, :, :1]
        user = np.linalg.solve(total, pull)[:, :, 0]
        path = filtered.means[:, :, 0] - (filtered.means[:, :, 1:] * user).sum(2)
        return user, _smooth(path, filtered.variances, correlation, draws.drift)


def _timeline(past: Past, questions: int, at: np.ndarray | None) -> _Timeline:
    rated = np.flatnonzero(~np.isnan(past.ratings))[-WINDOW:]
    times = past.timestamps[rated]
    is_timed = len(times) > 0 and not np.isnan(times).any()
    if not is_timed:
        times, at = np.zeros(len(rated)), None
    asked = np.full(questions, times[-1] if is_timed else 0.0) if at is None else at
    moments, which = np.unique(asked, return_inverse=True)
    order = np.argsort(np.concatenate([times, moments]), kind="stable")
    ordered = np.concatenate([times, moments])[order]
    correlation = drift_correlation(np.diff(ordered, prepend=ordered[:1])) if is_timed else np.zeros(len(order))
    correlation[:1] = 0.0
    return _Timeline(
        np.concatenate([past.items[rated], np.zeros(len(moments), dtype=np.int64)])[order],
        np.concatenate([past.ratings[rated], np.full(len(moments), np.nan)])[order],
        correlation, np.argsort(order)[len(rated) :][which],
    )  # fmt: skip


def _filter(columns: np.ndarray, correlation: np.ndarray, noise: np.ndarray, variance: np.ndarray) -> _Filtered:
    """Kalman filter of the drift, all columns at once: it is linear, and its gains do not depend on them."""
    means, white = np.zeros_like(columns), np.zeros_like(columns)
    variances = np.empty(columns.shape[:2])
    rated = ~np.isnan(columns[:, 0, 0])
    mean, var = np.zeros(columns.shape[1:]), variance
    for step, phi in enumerate(correlation):
        mean, var = phi * mean, phi * phi * var + variance * (1 - phi * phi)
        if rated[step]:
            innovation = columns[step] - mean
            white[step] = innovation / np.sqrt(var + noise)[:, None]
            gain = var / (var + noise)
            mean, var = mean + gain[:, None] * innovation, (1 - gain) * var
        means[step], variances[step] = mean, var
    return _Filtered(means, variances, white)


def _smooth(path: np.ndarray, variances: np.ndarray, correlation: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """(T, S) filtered means of the drift → its means given later events too (Rauch, Tung and Striebel)."""
    smoothed = path.copy()
    for step in range(len(path) - 2, -1, -1):
        phi = correlation[step + 1]
        gain = phi * variances[step] / (phi * phi * variances[step] + variance * (1 - phi * phi))
        smoothed[step] += gain * (smoothed[step + 1] - phi * path[step])
    return smoothed
