"""The linear scorers equal their definitions."""

from __future__ import annotations

import numpy as np

from recommender.pipeline.baselines import decayed, ease, popularity, slit
from recommender.pipeline.scoring import LinearScorer

RNG = np.random.default_rng(0)
SEQUENCES = [RNG.permutation(12)[: RNG.integers(2, 9)] for _ in range(30)]


def test_popularity_counts() -> None:
    assert popularity([np.array([0, 2]), np.array([2])], 3).tolist() == [1, 0, 2]


def test_a_decayed_history_halves_every_half_life() -> None:
    assert decayed([np.array([0, 1, 2])], 3, half_life=1.0)[0].tolist() == [0.25, 0.5, 1.0]


def test_ease_has_the_closed_form_and_a_zero_diagonal() -> None:
    rows = np.zeros((30, 12))
    for row, sequence in enumerate(SEQUENCES):
        rows[row, sequence] = 1
    inverse = np.linalg.inv(rows.T @ rows + 5 * np.eye(12))
    expected = np.eye(12) - inverse / np.diag(inverse)
    np.testing.assert_allclose(ease(SEQUENCES, 12, 5.0), expected - np.diag(np.diag(expected)), atol=1e-4)


def test_slit_is_the_ridge_over_all_prefixes() -> None:
    pasts = [decayed([s[:k]], 12, 4.0)[0] for s in SEQUENCES for k in range(1, len(s))]
    nexts = np.eye(12)[[s[k] for s in SEQUENCES for k in range(1, len(s))]]
    x = np.array(pasts, dtype=np.float64)
    expected = np.linalg.solve(x.T @ x + 3 * np.eye(12), x.T @ nexts)
    np.testing.assert_allclose(slit(SEQUENCES, 12, 4.0, 3.0), expected, atol=1e-4)


def test_keeping_the_strongest_weights_changes_nothing_when_all_are_kept() -> None:
    weights = RNG.normal(size=(12, 12)).astype(np.float32)
    whole = LinearScorer.of(weights).score(SEQUENCES, 4.0)
    kept = LinearScorer.of(weights, dense_up_to=0, keep=12).score(SEQUENCES, 4.0)
    np.testing.assert_allclose(whole, kept, atol=1e-5)
    np.testing.assert_allclose(whole, decayed(SEQUENCES, 12, 4.0) @ weights, atol=1e-5)
