"""
A Gibbs sampler for Bayesian matrix factorisation with side information and drift per user.

Salakhutdinov and Mnih 2008 (BPMF, the factors), Simm et al. 2015 (Macau, the regression on features); the drift is a
first-order autoregressive process per user, drawn by forward filtering and backward sampling.
"""

from __future__ import annotations

import functools
import warnings
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# U users, N items, M ratings, K = 1 + factors, F features of a side

CHUNK = 1_000_000
"""Ratings whose factors are gathered at once."""


@dataclass(frozen=True)
class Ratings:
    """
    M ratings ordered by their place in the history of their user: first every user's first, then every second, …,
    and users by length, longest first. So the k-th ratings of all users who have one are one slice.
    """

    users: Tensor  # (M,) numbered by length
    items: Tensor  # (M,)
    values: Tensor  # (M,) float32, the mean taken off
    correlation: np.ndarray  # (M,) of the drift with that at the user's rating before; 0 at the first
    lengths: np.ndarray  # (steps,) users who have a k-th rating, falling
    shape: tuple[int, int]  # (U, N)

    @property
    def slices(self) -> list[slice]:
        """One per step."""
        ends = np.cumsum(self.lengths)
        return [slice(int(end - length), int(end)) for end, length in zip(ends, self.lengths, strict=True)]

    @functools.cached_property
    def by_user(self) -> Incidence:
        """(U, N)."""
        return Incidence(self.users, self.items, self.shape)

    @functools.cached_property
    def by_item(self) -> Incidence:
        """(N, U)."""
        return Incidence(self.items, self.users, self.shape[::-1])


class Incidence:
    """Who rated what as a sparse matrix: sums over the ratings of a row are products with it."""

    def __init__(self, rows: Tensor, columns: Tensor, shape: tuple[int, int]):
        self.order = torch.argsort(rows, stable=True)
        ends = torch.cumsum(torch.bincount(rows, minlength=shape[0]), 0)
        self.starts = torch.cat([torch.zeros(1, dtype=ends.dtype), ends])
        self.columns, self.shape = columns[self.order], shape
        self.ones = self._matrix(torch.ones(len(rows)))

    def sums(self, other: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """
        Of the regression of the (M,) targets on (1, factors) of the (n, K) other side, less its biases: (rows, K, K)
        sums of squares and (rows, K) of products with the targets.
        """
        inputs = torch.cat([torch.ones_like(other[:, :1]), other[:, 1:]], 1)
        low = torch.tril_indices(inputs.shape[1], inputs.shape[1])
        flat = self.ones @ (inputs[:, low[0]] * inputs[:, low[1]])  # (rows, K (K + 1) / 2)
        squares = torch.empty(len(flat), inputs.shape[1], inputs.shape[1])
        squares[:, low[0], low[1]] = flat
        squares[:, low[1], low[0]] = flat
        products = self._matrix(targets[self.order]) @ inputs - self.ones @ (inputs * other[:, :1])
        return squares, products

    def _matrix(self, values: Tensor) -> Tensor:
        with warnings.catch_warnings():  # that sparse matrices are experimental; products of them are all we use
            warnings.simplefilter("ignore", UserWarning)
            return torch.sparse_csr_tensor(self.starts, self.columns, values, self.shape)


class Side:
    """Users or items: factors ~ N(features · weights, precision⁻¹), with priors on weights and precision."""

    def __init__(self, features: Tensor, width: int, generator: torch.Generator):
        self.features, self.width, self.generator = features.double(), width, generator
        self.ridge = torch.ones(features.shape[1], dtype=torch.float64)
        self.ridge[0] = 0.01
        self.weights = torch.zeros(features.shape[1], width, dtype=torch.float64)  # (F, K)
        self.precision = torch.eye(width, dtype=torch.float64)  # (K, K)
        self._gram = self.features.T @ self.features

    @property
    def mean(self) -> Tensor:
        """(n, K) prior mean of every row."""
        return self.features @ self.weights

    def draw_priors(self, factors: Tensor) -> None:
        """Weights and precision given the factors: normal–Wishart, and a gamma on the ridge of the weights."""
        rows, count = factors.double(), len(factors)
        root = torch.linalg.cholesky(self._gram + torch.diag(self.ridge))
        cross = self.features.T @ rows
        best = torch.cholesky_solve(cross, root)  # (F, K)
        scatter = torch.eye(self.width, dtype=torch.float64) + rows.T @ rows - cross.T @ best
        self.precision = _wishart(self.width + 2 + count, (scatter + scatter.T) / 2, self.generator)
        noise = torch.randn(best.shape, generator=self.generator, dtype=torch.float64)
        half = torch.linalg.inv(torch.linalg.cholesky(self.precision))
        self.weights = best + torch.linalg.solve_triangular(root.T, noise, upper=True) @ half
        own = self.weights[1:]
        if len(own):
            size = torch.einsum("fk,kl,fl->", own, self.precision, own)
            shape = torch.tensor(1 + own.numel() / 2, dtype=torch.float64)
            self.ridge[1:] = _gamma(shape, self.generator) / (1 + size / 2)

    def draw(self, precision: Tensor, weighted: Tensor) -> Tensor:
        """(n, K) factors from the (n, K, K) precision and (n, K) precision-weighted targets of their ratings."""
        root = torch.linalg.cholesky(precision.double() + self.precision)
        target = (weighted.double() + self.mean @ self.precision)[:, :, None]
        noise = torch.randn(target.shape, generator=self.generator, dtype=torch.float64)
        spread = torch.linalg.solve_triangular(root.transpose(1, 2), noise, upper=True)
        return (torch.cholesky_solve(target, root) + spread)[:, :, 0].float()


class Sampler:
    """The chain: `sweep` draws everything once given the rest."""

    def __init__(self, ratings: Ratings, users: Tensor, items: Tensor, factors: int, generator: torch.Generator):
        self.ratings, self.generator, width = ratings, generator, 1 + factors
        self.user_side, self.item_side = Side(users, width, generator), Side(items, width, generator)
        self.users = 0.1 * torch.randn(len(users), width, generator=generator)  # (U, K)
        self.items = 0.1 * torch.randn(len(items), width, generator=generator)  # (N, K)
        self.noise = float(ratings.values.var())  # variance
        self.drift = torch.zeros_like(ratings.values)
        self.drift_variance = 0.1 * self.noise
        self.item_counts = torch.bincount(ratings.items, minlength=len(items))

    def sweep(self) -> None:
        """One draw of users, items, drift and noise."""
        left = self.ratings.values - self.drift
        self.user_side.draw_priors(self.users)
        self.users = self._draw_factors(self.user_side, self.ratings.by_user, self.items, left)
        self.item_side.draw_priors(self.items)
        self.items = self._draw_factors(self.item_side, self.ratings.by_item, self.users, left)
        residuals = self.ratings.values - self._predicted()
        self._draw_drift(residuals)
        self.noise = self._draw_variance(len(residuals), float((residuals - self.drift).double().square().sum()))

    @property
    def settled_items(self) -> Tensor:
        """(N, K) the draw of the items; of those nobody rated the mean, which their features give."""
        return torch.where(self.item_counts[:, None] > 0, self.items, self.item_side.mean.float())

    def _draw_factors(self, side: Side, incidence: Incidence, other: Tensor, left: Tensor) -> Tensor:
        squares, products = incidence.sums(other, left)
        return side.draw(squares / self.noise, products / self.noise)

    def _predicted(self) -> Tensor:
        parts = []
        for start in range(0, len(self.ratings.values), CHUNK):
            span = slice(start, start + CHUNK)
            user, item = self.users[self.ratings.users[span]], self.items[self.ratings.items[span]]
            parts.append(user[:, 0] + item[:, 0] + (user[:, 1:] * item[:, 1:]).sum(1))
        return torch.cat(parts)

    def _draw_drift(self, residuals: Tensor) -> None:
        noise = torch.randn(len(residuals), generator=self.generator).numpy()
        drift, innovations = _draw_paths(self.ratings, residuals.numpy(), self.noise, self.drift_variance, noise)
        self.drift = torch.from_numpy(drift)
        self.drift_variance = self._draw_variance(len(drift), innovations)

    def _draw_variance(self, count: int, squares: float) -> float:
        shape = torch.tensor(1 + count / 2, dtype=torch.float64)
        return (0.1 + squares / 2) / float(_gamma(shape, self.generator))


def _draw_paths(
    ratings: Ratings, observed: np.ndarray, spread: float, variance: float, noise: np.ndarray
) -> tuple[np.ndarray, float]:
    """
    (M,) drift of every user along their history, given that it was observed with noise of variance `spread`; and the
    sum of its squared innovations, each over its share of the stationary variance. Kalman filter, then backwards.
    """
    steps, phi = ratings.slices, ratings.correlation
    fresh = 1 - phi * phi
    means, variances = np.empty_like(observed), np.empty_like(observed)
    mean, var = np.zeros(ratings.lengths[0], np.float32), np.full(ratings.lengths[0], variance, np.float32)
    for step in steps:
        count = step.stop - step.start
        mean = phi[step] * mean[:count]
        var = phi[step] ** 2 * var[:count] + variance * fresh[step]
        gain = var / (var + spread)
        mean = mean + gain * (observed[step] - mean)
        var = (1 - gain) * var
        means[step], variances[step] = mean, var
    return _backwards(steps, phi, fresh, means, variances, variance, noise)


def _backwards(
    steps: list[slice],
    phi: np.ndarray,
    fresh: np.ndarray,
    means: np.ndarray,
    variances: np.ndarray,
    variance: float,
    noise: np.ndarray,
) -> tuple[np.ndarray, float]:
    path, innovations = np.empty_like(means), 0.0
    for number in range(len(steps) - 1, -1, -1):
        step = steps[number]
        if number + 1 < len(steps):
            later = steps[number + 1]
            here = slice(step.start, step.start + later.stop - later.start)  # users who go on
            ahead = phi[later] ** 2 * variances[here] + variance * fresh[later]
            gain = phi[later] * variances[here] / ahead
            means[here] += gain * (path[later] - phi[later] * means[here])
            variances[here] *= 1 - gain * phi[later]
        path[step] = means[step] + np.sqrt(np.maximum(variances[step], 0)) * noise[step]
        if number + 1 < len(steps):
            innovations += float((np.square(path[later] - phi[later] * path[here]) / fresh[later]).sum())
    innovations += float(np.square(path[steps[0]]).sum())
    return path, innovations


def _gamma(shape: Tensor, generator: torch.Generator) -> Tensor:
    return torch._standard_gamma(shape, generator=generator)


def _wishart(freedom: float, inverse_scale: Tensor, generator: torch.Generator) -> Tensor:
    """One draw by Bartlett's decomposition."""
    width = len(inverse_scale)
    root = torch.linalg.cholesky(torch.linalg.inv(inverse_scale))
    lower = torch.tril(torch.randn(width, width, generator=generator, dtype=torch.float64), -1)
    shapes = (freedom - torch.arange(width, dtype=torch.float64)) / 2
    lower += torch.diag((2 * _gamma(shapes, generator)).sqrt())
    half = root @ lower
    return half @ half.T
