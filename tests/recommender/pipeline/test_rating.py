"""Folding a history into the draws: the closed form, drift, unknown ratings and times, people who rated nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.errors import DataError
from recommender.model.rating import RatingDraws, drift_correlation
from recommender.pipeline.history import Event
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.rating import Past, RatingModel
from recommender.pipeline.request import parse_request

NAN = float("nan")


def make_draws(items: np.ndarray, precision: float = 4.0, drift: float = 1e-9) -> RatingDraws:
    """Draws with (S, N, K) `items` around a mean of 3, noise 1, and users around 0."""
    draws, count, width = items.shape
    return RatingDraws(
        mean=np.array([3.0]), bounds=np.array([1.0, 5.0]), items=items, prior=np.zeros((draws, 3, width)),
        precision=np.tile(precision * np.eye(width), (draws, 1, 1)), noise=np.ones(draws), drift=np.full(draws, drift),
        item_counts=np.array([5.0] + [0.0] * (count - 1)), item_means=np.full(count, 4.0),
        projection=np.zeros((count, 1)), centre=np.zeros(2), scale=np.ones(2),
    )  # fmt: skip


BIASES = make_draws(np.array([[[0.0], [1.0], [-1.0]]]))


def past(items: list[int], ratings: list[float], times: list[float] | None = None) -> Past:
    return Past(np.array(items, dtype=int), np.array(ratings), np.array(times or [NAN] * len(items)))


def test_one_rating_moves_the_user_by_its_share() -> None:
    predicted = RatingModel(BIASES).predict(past([0], [5.0]), np.array([1, 2]))
    np.testing.assert_allclose(predicted, [3 + 1 + 2 / 5, 3 - 1 + 2 / 5], atol=1e-6)


def test_an_interaction_without_a_rating_is_no_rating() -> None:
    model = RatingModel(BIASES)
    with_unrated = model.predict(past([2, 0], [NAN, 5.0]), np.array([1]))
    np.testing.assert_allclose(with_unrated, model.predict(past([0], [5.0]), np.array([1])))


def test_who_has_rated_nothing_is_given_the_mean_of_the_item_as_far_as_it_is_known() -> None:
    predicted = RatingModel(BIASES).predict(past([], []), np.array([0, 2]))
    np.testing.assert_allclose(predicted, [(3.0 + 4.0) / 2, 2.0])


def test_predictions_stay_on_the_scale() -> None:
    draws = make_draws(np.array([[[0.0], [9.0], [-9.0]]]))
    assert RatingModel(draws).predict(past([0], [3.0]), np.array([1, 2])).tolist() == [5.0, 1.0]


def test_a_rating_off_the_scale_counts_as_its_end() -> None:
    model = RatingModel(BIASES)
    assert model.predict(past([0], [1e308]), np.array([2])) == model.predict(past([0], [5.0]), np.array([2]))


def test_predictions_come_in_the_order_of_the_items() -> None:
    model, history = RatingModel(BIASES), past([0, 2], [5.0, 1.0], [100.0, 200.0])
    forth, back = model.predict(history, np.array([0, 1, 2])), model.predict(history, np.array([2, 1, 0]))
    np.testing.assert_allclose(forth, back[::-1])


def test_the_fold_in_is_gaussian_process_regression() -> None:
    rng = np.random.default_rng(3)
    draws = make_draws(rng.normal(size=(2, 9, 4)) * 0.3, precision=2.0, drift=0.5)
    items, times = np.array([3, 1, 4, 5, 8]), np.array([0.0, 10, 500, 501, 90_000])
    history = Past(items, np.array([4.0, 2, 5, 3, 4]), times)
    asked, at = np.array([6, 2, 0]), np.array([505.0, 90_000, 5])

    expected = []
    for drawn in draws.items:
        places, when = np.concatenate([items, asked]), np.concatenate([times, at])
        inputs = np.concatenate([np.ones((8, 1)), drawn[places, 1:]], axis=1)
        order = np.argsort(when, kind="stable")
        steps = np.log(drift_correlation(np.diff(when[order], prepend=when[order][0])))
        steps[0] = 0
        position = np.empty(8)
        position[order] = np.cumsum(steps)
        kernel = inputs @ inputs.T / 2.0 + 0.5 * np.exp(-np.abs(position[:, None] - position[None]))
        residual = history.ratings - 3.0 - drawn[items, 0]
        weights = np.linalg.solve(kernel[:5, :5] + np.eye(5), residual)
        expected.append(3.0 + drawn[asked, 0] + kernel[5:, :5] @ weights)
    np.testing.assert_allclose(RatingModel(draws).predict(history, asked, at), np.mean(expected, axis=0))


def test_recent_ratings_say_more_about_now_than_old_ones() -> None:
    model = RatingModel(make_draws(np.zeros((1, 3, 1)), drift=0.5))
    rising = model.predict(past([0, 1], [2.0, 4.0], [0.0, 1e7]), np.array([2]))
    falling = model.predict(past([0, 1], [4.0, 2.0], [0.0, 1e7]), np.array([2]))
    assert rising[0] > 3.05 > 2.95 > falling[0]


def test_a_history_without_all_its_times_has_no_drift() -> None:
    model = RatingModel(make_draws(np.zeros((1, 3, 1)), drift=0.5))
    forth = model.predict(past([0, 1], [2.0, 5.0], [0.0, NAN]), np.array([2]))
    back = model.predict(past([0, 1], [5.0, 2.0], [0.0, NAN]), np.array([2]))
    np.testing.assert_allclose(forth, back)


def test_what_a_checkpoint_keeps_predicts_the_same() -> None:
    kept = RatingDraws.of(BIASES.tensors())
    history = past([0], [5.0])
    np.testing.assert_allclose(
        RatingModel(kept).predict(history, np.array([1])), RatingModel(BIASES).predict(history, np.array([1]))
    )


def test_events_become_a_past_with_gaps_where_nothing_is_known() -> None:
    made = Past.of([Event("b", 4.0), Event("a", None, 7.0)], {"a": 0, "b": 1})
    assert made.items.tolist() == [1, 0]
    np.testing.assert_equal((made.ratings, made.timestamps), (np.array([4.0, NAN]), np.array([NAN, 7.0])))


def test_a_pack_without_ratings_says_so(lamps: PackRanker) -> None:
    tensors = {n: t for n, t in lamps.checkpoint.tensors.items() if not n.startswith("rating.")}
    without = PackRanker(lamps.catalog, replace(lamps.checkpoint, tensors=tensors), lamps.encoder)
    request = parse_request({"pack": "lamps", "item_ids": ["L1"]}, lamps.catalog)
    with pytest.raises(DataError, match="'lamps' carry no ratings"):
        without.rate(request, ["L1"])
