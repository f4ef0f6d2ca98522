"""Learns to predict ratings: prepares the ratings, runs the sampler, keeps some of its draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from recommender.model.rating import RatingDraws, drift_correlation, raw_features, user_features
from recommender.training.gibbs import Ratings, Sampler
from recommender.training.sequences import History

# U users, N items, M ratings, L widths of the projection, S draws, K = 1 + factors

FEWEST = 20
"""Ratings below which there is nothing to learn."""
LARGE = 600_000_000
"""Ratings × sweeps beyond which there are fewer sweeps."""
KEPT = 24_000_000
"""Numbers of the kept item draws: 48 MB in half precision."""
FEWEST_SWEEPS = 30
POWER_STEPS = 6
"""Of the subspace iteration behind the projection."""


@dataclass(frozen=True)
class RatingSchedule:
    """How much to sample."""

    factors: int = 12
    widths: int = 40
    """Directions of who chose what, as features of users and items."""
    sweeps: int = 100
    settling: int = 20
    """First sweeps, which are thrown away."""
    draws: int = 24
    """Kept of the rest, evenly spaced."""

    def within(self, ratings: int, items: int) -> RatingSchedule:
        """The same for a pack of so many ratings and items, cut so that time and memory stay bounded."""
        sweeps = max(FEWEST_SWEEPS, min(self.sweeps, LARGE // ratings))
        factors = self.factors if sweeps == self.sweeps else min(self.factors, 10)
        settling = min(self.settling, sweeps // 3)
        draws = min(self.draws, sweeps - settling, max(8, KEPT // (items * (1 + factors))))
        return RatingSchedule(factors, self.widths, sweeps, settling, draws)

    @property
    def kept(self) -> set[int]:
        """Numbers of the sweeps whose draw is kept; the last is one of them."""
        spaced = np.linspace(self.settling, self.sweeps - 1, self.draws)
        return {int(number) for number in np.round(spaced)}


def learn_ratings(
    histories: Sequence[History],
    facets: np.ndarray,
    schedule: RatingSchedule,
    seed: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RatingDraws | None:
    """
    Draws from the posterior given all ratings of the histories and the (N, F) facets of the items; None where they
    say nothing: too few, or all the same. Same seed, same draws.
    """
    rated = [_rated(history) for history in histories]
    values = np.concatenate([h.ratings for h in rated]) if rated else np.zeros(0)
    if len(values) < FEWEST or np.ptp(values) == 0:
        return None
    generator = torch.Generator().manual_seed(seed)
    schedule = schedule.within(len(values), len(facets))
    ordered = sorted(rated, key=len, reverse=True)
    ratings = _by_place([h for h in ordered if len(h)], float(values.mean()), len(facets))
    prepared = _prepare(ratings, facets, schedule.widths, generator)
    sampler = Sampler(ratings, prepared.users, prepared.items, schedule.factors, generator)
    draws = []
    for number in range(schedule.sweeps):
        sampler.sweep()
        if number in schedule.kept:
            draws.append(_draw(sampler))
        progress(number + 1, schedule.sweeps)
    items, prior, precision, noise, drift = (np.stack(part) for part in zip(*draws, strict=True))
    return RatingDraws(
        np.array([values.mean()]), np.array([values.min(), values.max()]), items, prior, precision, noise, drift,
        *_item_means(ratings, float(values.mean())), prepared.projection, prepared.centre, prepared.scale,
    )  # fmt: skip


def _rated(history: History) -> History:
    known = ~np.isnan(history.ratings)
    return History(history.user_id, history.items[known], history.ratings[known], history.timestamps[known])


def _item_means(ratings: Ratings, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """(N,) counts and (N,) means of the items' ratings."""
    items, count = ratings.items.numpy(), ratings.shape[1]
    counts = np.bincount(items, minlength=count)
    return counts, mean + np.bincount(items, ratings.values.numpy(), count) / np.maximum(counts, 1)


def _draw(sampler: Sampler) -> tuple[np.ndarray, ...]:
    side = sampler.user_side
    return (
        sampler.settled_items.numpy(), side.weights.numpy(), side.precision.numpy(), np.array(sampler.noise),
        np.array(sampler.drift_variance),
    )  # fmt: skip


def _by_place(histories: Sequence[History], mean: float, items: int) -> Ratings:
    """The ratings of histories sorted by length, first each one's first, then each one's second, …"""
    lengths = np.array([len(h) for h in histories])
    users = np.repeat(np.arange(len(histories)), lengths)
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.arange(len(users)) - starts
    order = np.lexsort((users, places))
    gaps = np.concatenate([np.diff(h.timestamps, prepend=h.timestamps[0]) for h in histories])
    correlation = np.where(places == 0, 0.0, drift_correlation(gaps)).astype(np.float32)
    chosen = np.concatenate([h.items for h in histories])[order]
    values = (np.concatenate([h.ratings for h in histories])[order] - mean).astype(np.float32)
    return Ratings(
        torch.from_numpy(users[order]), torch.from_numpy(chosen.astype(np.int64)), torch.from_numpy(values),
        correlation[order], np.bincount(places), (len(histories), items),
    )  # fmt: skip


@dataclass(frozen=True)
class _Prepared:
    users: Tensor  # (U, 2 + L)
    items: Tensor  # (N, 2 + L + facets)
    projection: np.ndarray  # (N, L)
    centre: np.ndarray
    scale: np.ndarray


def _prepare(ratings: Ratings, facets: np.ndarray, widths: int, generator: torch.Generator) -> _Prepared:
    """Features of both sides: how much was chosen, the leading directions of who chose what, and the items' facets."""
    users, items = ratings.shape
    user_counts = torch.bincount(ratings.users, minlength=users).double()
    item_counts = torch.bincount(ratings.items, minlength=items).double()
    directions = _directions(ratings, user_counts, item_counts, min(widths, min(users, items) // 2), generator)
    projection = (directions / item_counts.clamp(min=1).sqrt()[:, None]).numpy()  # (N, L)
    sums = (ratings.by_user.ones @ torch.from_numpy(projection).float()).double().numpy()
    raw = raw_features(sums, user_counts.numpy())
    centre = raw.mean(0)
    scale = np.where(raw.std(0) > 1e-4 * np.abs(centre) + 1e-9, raw.std(0), np.inf)
    own = np.concatenate([np.log1p(item_counts.numpy())[:, None], directions.numpy(), _standard(facets)], axis=1)
    return _Prepared(
        torch.from_numpy(user_features(sums, user_counts.numpy(), centre, scale)),
        torch.from_numpy(np.concatenate([np.ones((items, 1)), _standard(own)], axis=1)), projection, centre, scale,
    )  # fmt: skip


def _standard(columns: np.ndarray) -> np.ndarray:
    """Columns that vary, with mean 0 and deviation 1."""
    columns = columns[:, columns.std(0) > 1e-9].astype(np.float64)
    return (columns - columns.mean(0)) / np.maximum(columns.std(0), 1e-9)


def _directions(
    ratings: Ratings, user_counts: Tensor, item_counts: Tensor, widths: int, generator: torch.Generator
) -> Tensor:
    """
    (N, L) leading right singular vectors of who chose what, each entry over the roots of the counts of its user and
    item, by subspace iteration (Halko et al. 2011); never dense.
    """
    users, items = ratings.shape
    user_scale, item_scale = (1 / counts.clamp(min=1).float()[:, None] for counts in (user_counts, item_counts))

    def turned(basis: Tensor) -> Tensor:
        chosen = ratings.by_user.ones @ (item_scale.sqrt() * basis)
        return item_scale.sqrt() * (ratings.by_item.ones @ (user_scale * chosen))

    basis = torch.randn(items, min(widths + 8, users, items), generator=generator)
    for _ in range(POWER_STEPS):
        basis = torch.linalg.qr(turned(basis)).Q
    rotation = torch.linalg.eigh(basis.T @ turned(basis)).eigenvectors.flip(1)
    return (basis @ rotation)[:, :widths].double()
