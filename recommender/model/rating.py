"""What rates: draws from the posterior of a Bayesian matrix factorisation, as a checkpoint keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

# S draws, N items, K = 1 + factors (the first entry is the bias), F features of a user, L widths of `projection`

GAP_UNIT_S = 10.0
NEIGHBOUR_STEP = 0.2
DRIFT_REACH = 10.0
"""Of the drift: its correlation over a gap is exp(-(0.2 + log(1 + gap / 10 s)) / 10), chosen on validation."""
SHRINK = 3.0
"""Interactions at which a person's features count half: one film tells little about what kind of person it is."""

FAR = 3.0
"""Deviations at which a feature is cut: beyond what training saw the regression is a guess."""


@dataclass(frozen=True)
class RatingDraws:
    """
    A rating is mean + item bias + (1, item factors) · (user bias, user factors) + the user's drift then + noise.
    The user's part is not kept: it follows from a history in closed form, for known and new people alike.
    """

    mean: np.ndarray
    """(1,) of all ratings."""
    bounds: np.ndarray
    """(2,) lowest and highest rating."""
    items: np.ndarray
    """(S, N, K) bias and factors of every item."""
    prior: np.ndarray
    """(S, F, K) mean of a user's bias and factors per feature."""
    precision: np.ndarray
    """(S, K, K) of a user's bias and factors around that mean."""
    noise: np.ndarray
    """(S,) variance of the noise."""
    drift: np.ndarray
    """(S,) variance of the drift."""
    item_counts: np.ndarray
    """(N,) ratings of every item."""
    item_means: np.ndarray
    """(N,) and their mean: what to expect of somebody of whom nothing is known but that they chose the item."""
    projection: np.ndarray
    """(N, L) what having chosen an item says about a user."""
    centre: np.ndarray
    """(1 + L,) mean of the raw features among the users of training."""
    scale: np.ndarray
    """(1 + L,) their standard deviation; infinite where they do not differ."""

    def tensors(self) -> dict[str, Tensor]:
        """By name, for a checkpoint; the items, which are most of it, in half precision."""
        kept = {field.name: torch.from_numpy(np.asarray(getattr(self, field.name))).float() for field in fields(self)}
        return {**kept, "items": kept["items"].half()}

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> RatingDraws:
        """Inverse of `tensors`."""
        return cls(**{field.name: tensors[field.name].float().cpu().numpy() for field in fields(cls)})

    def features(self, sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """(B, L) sums of `projection` over the chosen items and (B,) their counts → (B, F)."""
        return user_features(sums, counts, self.centre, self.scale)


def raw_features(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(B, 1 + L): how much, and what, a user chose."""
    counts = counts[:, None].astype(np.float64)
    return np.concatenate([np.log1p(counts), sums / np.sqrt(np.maximum(counts, 1.0))], axis=1)


def user_features(sums: np.ndarray, counts: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(B, 2 + L): a constant and the standardised raw features; those of a short history shrink towards the mean."""
    standard = np.clip((raw_features(sums, counts) - centre) / scale, -FAR, FAR)
    known = (counts / (counts + SHRINK))[:, None]
    return np.concatenate([np.ones((len(counts), 1)), standard * known], axis=1)


def drift_correlation(gaps_s: np.ndarray) -> np.ndarray:
    """Of the drift of one user between two events that are `gaps_s` seconds apart; a power of the gap."""
    return np.exp(-(NEIGHBOUR_STEP + np.log1p(np.maximum(gaps_s, 0.0) / GAP_UNIT_S)) / DRIFT_REACH)
