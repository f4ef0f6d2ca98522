from __future__ import annotations

import numpy as np
import pytest

from recommender.evaluation.figures import Measured, first_places, of_ranks, ranks_and_satisfied, ratio, spread


def measured(values: list[float], users: list[int] | None = None) -> Measured:
    return Measured(np.array(users or range(len(values))), {"HR@10": np.array(values)})


def test_a_target_at_rank_two_gains_less_than_one_at_rank_one() -> None:
    assert first_places()[1:4, 2].tolist() == pytest.approx([1.0, 0.6309, 0.5], abs=1e-4)


def test_what_stands_beyond_ten_gains_nothing_but_its_reciprocal_rank() -> None:
    found = of_ranks(np.array([0, 1]), np.array([10, 40]))
    assert found.values["HR@10"].tolist() == [1.0, 0.0]
    assert found.values["NDCG@10"].tolist() == pytest.approx([0.28906, 0.0], abs=1e-5)
    assert found.values["MRR"].tolist() == [0.1, 0.025]


def test_a_random_scorer_hardly_ever_hits_at_one() -> None:
    rng = np.random.default_rng(0)
    ranks, _ = ranks_and_satisfied(rng.random((2000, 500)), rng.integers(500, size=2000), None)
    assert of_ranks(np.arange(2000), ranks).values["HR@1"].mean() < 0.02


def test_a_scorer_that_cannot_tell_items_apart_hits_nothing() -> None:
    ranks, _ = ranks_and_satisfied(np.ones((3, 50)), np.array([0, 1, 2]), None)
    assert ranks.tolist() == [50, 50, 50]


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 4 scores are NaN"):
        ranks_and_satisfied(np.array([[0.1, np.nan, 0.2, 0.3]]), np.array([0]), None)


def test_satisfied_counts_only_what_is_shown() -> None:
    scores = np.array([[3.0, 2.0, -np.inf, -np.inf], [-np.inf] * 4])
    admitted = np.array([[True, False, True, True], [True] * 4])
    _, satisfied = ranks_and_satisfied(scores, np.array([0, 0]), admitted)
    assert satisfied is not None
    assert satisfied.tolist() == [0.5, 0.0]


def test_the_deviation_is_between_seeds_and_the_interval_over_users() -> None:
    found = spread([measured([1.0, 0.0, 1.0, 0.0]), measured([1.0, 1.0, 1.0, 0.0])])["HR@10"]
    assert found["mean"] == 0.625
    assert found["std"] == pytest.approx(0.17678, abs=1e-5)
    assert 0.0 <= found["ci"][0] < 0.625 < found["ci"][1] <= 1.0


def test_one_seed_has_no_deviation() -> None:
    assert spread([measured([1.0, 0.0])])["HR@10"]["std"] == 0.0


def test_a_ratio_is_that_of_the_means_by_seed() -> None:
    parts, wholes = [measured([1.0, 0.0])], [measured([1.0, 1.0, 1.0, 0.0])]
    assert ratio(parts, wholes, "HR@10")["mean"] == pytest.approx(2 / 3)


def test_a_ratio_to_nothing_is_left_out() -> None:
    assert ratio([measured([1.0])], [measured([0.0])], "HR@10") == {}
