"""Metrics of one relevant item, their edge cases named."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.evaluation.metrics import hit_rate, ndcg, rank_of, reciprocal_rank


def test_the_best_score_has_rank_one() -> None:
    assert rank_of(np.array([[0.1, 0.9, 0.5]]), np.array([1])).tolist() == [1]


def test_ties_count_against_us() -> None:
    assert rank_of(np.array([[0.5, 0.5, 0.5]]), np.array([0])).tolist() == [3]


def test_a_target_that_cannot_be_shown_is_last() -> None:
    assert rank_of(np.array([[0.5, -np.inf, 0.1]]), np.array([1])).tolist() == [3]


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 scores are NaN"):
        rank_of(np.array([[np.nan, 0.1]]), np.array([1]))


def test_figures_of_known_ranks() -> None:
    ranks = np.array([1, 3, 20])
    assert hit_rate(ranks, 10) == pytest.approx(2 / 3)
    assert ndcg(ranks, 10) == pytest.approx((1 + 0.5) / 3)
    assert reciprocal_rank(ranks) == pytest.approx((1 + 1 / 3 + 1 / 20) / 3)
