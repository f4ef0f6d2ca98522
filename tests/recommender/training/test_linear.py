"""How the linear scorers are fitted is chosen by what people chose next."""

from __future__ import annotations

import numpy as np
import torch

from recommender.pipeline import baselines
from recommender.pipeline.scoring import Query
from recommender.training.linear import LinearChoice, can_fit, choose, fit

ITEMS = 30


def walks(count: int, length: int, seed: int) -> list[np.ndarray]:
    """People who go on from the newest item alone: to the one after it, of a circle in a shuffled order."""
    rng = np.random.default_rng(seed)
    circle = np.random.default_rng(0).permutation(ITEMS)
    return [circle[(rng.integers(ITEMS) + np.arange(length)) % ITEMS] for _ in range(count)]


def row(history: np.ndarray) -> tuple[Query, int]:
    past, target = history[:-1], int(history[-1])
    available = np.ones(ITEMS, dtype=bool)
    available[past] = False
    nothing = np.zeros(0, dtype=np.float32)
    zeros = np.zeros(len(past), dtype=np.int64)
    return Query(past, zeros, zeros, torch.zeros(0), nothing, nothing, np.zeros(ITEMS), available), target


def test_where_the_newest_item_decides_the_shortest_half_life_is_chosen() -> None:
    found = choose(walks(200, 9, 1), ITEMS, [row(history) for history in walks(60, 10, 2)])
    assert found.half_life == 3.0


def test_with_few_validation_rows_nothing_is_chosen() -> None:
    assert choose(walks(50, 9, 1), ITEMS, [row(history) for history in walks(19, 10, 2)]) == LinearChoice()


def test_a_catalog_too_large_for_a_square_matrix_has_no_linear_scorers() -> None:
    assert fit([np.array([0, 1])], baselines.MAX_ITEMS + 1, LinearChoice()) == (None, None)
    assert can_fit([np.array([0, 1])], baselines.MAX_ITEMS)
    assert not can_fit([], 10)
