"""Multinomial logistic regression on dense and sparse features side by side, each multiplied in its own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_softmax

MEMORY = 10
"""Pairs of steps that L-BFGS keeps."""


@dataclass(frozen=True)
class Regression:
    """Weights (dense + sparse features, classes) and biases (classes,)."""

    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def fitted(
        cls, dense: np.ndarray, sparse: csr_matrix, classes: np.ndarray, strength: float, most_steps: int
    ) -> Regression:
        """
        Minimises what scikit-learn's LogisticRegression(C=strength, class_weight="balanced") minimises. That one wants one
        matrix: as a sparse one, dense columns cost three times the time and twice the memory.

        dense (N, D), sparse (N, S), classes (N,) counted from 0. Stops after `most_steps` of L-BFGS.
        """
        rows, count = len(classes), int(classes.max()) + 1
        width = dense.shape[1] + sparse.shape[1]
        balance = (rows / (count * np.bincount(classes)))[classes].astype(np.float32)  # (N,)
        truth = np.zeros((rows, count), np.float32)
        truth[np.arange(rows), classes] = 1
        across = sparse.T.tocsr()
        penalty = 1 / (strength * rows)

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            both = flat.astype(np.float32).reshape(width + 1, count)
            weights = both[:-1]
            log_odds = log_softmax(_logits(dense, sparse, weights, both[-1]), axis=1)  # (N, K)
            error = (np.exp(log_odds) - truth) * (balance / rows)[:, None]
            slope = np.concatenate([dense.T @ error, across @ error, error.sum(0, keepdims=True)])
            slope[:-1] += penalty * weights
            value = -(balance * log_odds[np.arange(rows), classes]).sum() / rows + penalty / 2 * (weights**2).sum()
            return float(value), slope.ravel().astype(np.float64)

        options = {"maxiter": most_steps, "maxcor": MEMORY, "gtol": 1e-4, "ftol": 1e-9}
        found = minimize(loss, np.zeros((width + 1) * count), jac=True, method="L-BFGS-B", options=options)
        both = found.x.astype(np.float32).reshape(width + 1, count)
        return cls(np.ascontiguousarray(both[:-1]), both[-1].copy())

    def probabilities(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        """(N, classes), rows sum to 1."""
        odds: np.ndarray = np.exp(log_softmax(_logits(dense, sparse, self.weights, self.bias), axis=1))
        return odds


def _logits(dense: np.ndarray, sparse: csr_matrix, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    width = dense.shape[1]
    logits: np.ndarray = dense @ weights[:width] + sparse @ weights[width:] + bias
    return logits


def indices_of(names: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The different names in order, and the place of each name among them."""
    different, places = np.unique(np.array(names), return_inverse=True)
    return [str(name) for name in different], places
