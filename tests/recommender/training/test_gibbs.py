"""The sampler's parts against what they compute, written out."""

from __future__ import annotations

import numpy as np
import torch

from recommender.training.gibbs import Ratings, Sampler, Side, _draw_paths, _wishart


def make_ratings(correlation: list[float] | None = None) -> Ratings:
    """Users 0 and 1 with three and two ratings of items 0 to 2: first ratings first."""
    return Ratings(
        torch.tensor([0, 1, 0, 1, 0]), torch.tensor([2, 0, 1, 2, 0]), torch.tensor([1.0, -1.0, 0.5, 0.0, -0.5]),
        np.array(correlation or [0, 0, 0.9, 0.5, 0.7], dtype=np.float32), np.array([2, 2, 1]), (2, 3),
    )  # fmt: skip


def test_sums_of_a_row_are_those_over_its_ratings() -> None:
    ratings, items = make_ratings(), torch.tensor([[0.1, 2.0], [0.2, 3.0], [0.3, 5.0]])
    squares, products = ratings.by_user.sums(items, ratings.values)
    torch.testing.assert_close(squares[1], torch.tensor([[2.0, 7.0], [7.0, 29.0]]))  # items 0 and 2
    torch.testing.assert_close(products[1], torch.tensor([-1.1 - 0.3, 2 * -1.1 + 5 * -0.3]))


def test_the_path_without_noise_is_the_mean_of_the_drift() -> None:
    ratings = make_ratings()
    observed = np.array([1.0, -1.0, 0.5, 0.0, -0.5], dtype=np.float32)
    path, _ = _draw_paths(ratings, observed, 0.5, 2.0, np.zeros(5, dtype=np.float32))
    own = np.array([0, 2, 4])  # user 0
    correlation = np.array([[1, 0.9, 0.63], [0.9, 1, 0.7], [0.63, 0.7, 1]])
    expected = 2 * correlation @ np.linalg.solve(2 * correlation + 0.5 * np.eye(3), observed[own])
    np.testing.assert_allclose(path[own], expected, rtol=1e-5)


def test_the_innovations_of_a_path_are_those_of_its_steps() -> None:
    observed = np.array([1.0, -1.0, 0.5, 0.0, -0.5], dtype=np.float32)
    path, innovations = _draw_paths(make_ratings(), observed, 0.5, 2.0, np.ones(5, dtype=np.float32))
    first = path[0] ** 2 + (path[2] - 0.9 * path[0]) ** 2 / 0.19 + (path[4] - 0.7 * path[2]) ** 2 / 0.51
    second = path[1] ** 2 + (path[3] - 0.5 * path[1]) ** 2 / 0.75
    np.testing.assert_allclose(innovations, first + second, rtol=1e-5)


def test_wishart_draws_have_the_mean_of_their_distribution() -> None:
    generator = torch.Generator().manual_seed(0)
    inverse = torch.tensor([[2.0, 0.5], [0.5, 1.0]], dtype=torch.float64)
    mean = torch.stack([_wishart(7.0, inverse, generator) for _ in range(4000)]).mean(0)
    torch.testing.assert_close(mean, 7 * torch.linalg.inv(inverse), rtol=0.05, atol=0.1)


def test_the_prior_mean_follows_the_features() -> None:
    generator = torch.Generator().manual_seed(0)
    features = torch.cat([torch.ones(400, 1), torch.randn(400, 1, generator=generator)], 1)
    side = Side(features, 2, generator)
    factors = features @ torch.tensor([[1.0, 0.0], [0.0, 2.0]]) + 0.1 * torch.randn(400, 2, generator=generator)
    for _ in range(3):
        side.draw_priors(factors)
    torch.testing.assert_close(side.weights, torch.tensor([[1.0, 0.0], [0.0, 2.0]]).double(), atol=0.05, rtol=0)


def test_an_item_that_nobody_rated_settles_on_its_mean() -> None:
    generator = torch.Generator().manual_seed(0)
    ratings = make_ratings()
    sampler = Sampler(ratings, torch.ones(2, 1), torch.ones(4, 1), 1, generator)
    sampler.item_counts = torch.tensor([2, 1, 2, 0])
    torch.testing.assert_close(sampler.settled_items[3], sampler.item_side.mean[3].float())
