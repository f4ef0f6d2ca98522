"""What is learnt of ratings: low-rank taste, facets of unrated items, nothing where there is nothing; within bounds."""

from __future__ import annotations

import numpy as np

from recommender.model.rating import RatingDraws
from recommender.pipeline.rating import Past, RatingModel
from recommender.training.rating import RatingSchedule, _by_place, learn_ratings
from recommender.training.sequences import History

SHORT = RatingSchedule(factors=2, widths=4, sweeps=40, settling=15, draws=10)
ITEMS, USERS = 40, 80
FACETS = (np.arange(ITEMS) % 2 == 0).astype(float)[:, None]


def make_histories(rated: int = ITEMS) -> list[History]:
    """Half of the users like items with the facet, the other half those without; everybody likes the facet a bit."""
    rng = np.random.default_rng(7)
    histories = []
    for user in range(USERS):
        items = rng.choice(rated, 16, replace=False)
        taste = (1 if user % 2 else -1) * (2 * FACETS[items, 0] - 1)
        ratings = np.clip(np.round(3 + 1.2 * taste + 0.6 * FACETS[items, 0] + 0.3 * rng.normal(size=16)), 1, 5)
        histories.append(History(f"u{user}", items, ratings, 60 * np.arange(16)))
    return histories


def learn(histories: list[History], seed: int = 0) -> RatingDraws:
    draws = learn_ratings(histories, FACETS, SHORT, seed)
    assert draws is not None
    return draws


def asked(draws: RatingDraws, history: History, items: np.ndarray) -> np.ndarray:
    return RatingModel(draws).predict(Past(history.items, history.ratings, history.timestamps.astype(float)), items)


def test_taste_is_learnt_and_carried_to_somebody_new() -> None:
    histories = make_histories()
    draws = learn(histories[:60])
    errors = [asked(draws, h.until(8), h.items[8:]) - h.ratings[8:] for h in histories[60:]]
    assert np.sqrt(np.mean(np.square(errors))) < 0.7
    assert np.std([h.ratings for h in histories]) > 1.2


def test_an_item_that_nobody_rated_is_rated_by_its_facets() -> None:
    draws = learn(make_histories(rated=30))
    predicted = asked(draws, History("new", np.zeros(0, int), np.zeros(0), np.zeros(0)), np.arange(30, 40))
    assert predicted[::2].min() > predicted[1::2].max()


def test_the_same_seed_gives_the_same_draws() -> None:
    first, second, other = learn(make_histories()), learn(make_histories()), learn(make_histories(), 1)
    np.testing.assert_array_equal(first.items, second.items)
    assert not np.array_equal(first.items, other.items)


def test_equal_ratings_teach_nothing() -> None:
    liked = [History(h.user_id, h.items, np.ones(16), h.timestamps) for h in make_histories()]
    assert learn_ratings(liked, FACETS, SHORT, 0) is None


def test_a_handful_of_ratings_teaches_nothing() -> None:
    assert learn_ratings(make_histories()[:1], FACETS, SHORT, 0) is None
    assert learn_ratings([], FACETS, SHORT, 0) is None


def test_interactions_without_a_rating_are_left_out() -> None:
    histories = make_histories()
    more = [
        History(h.user_id, np.append(h.items, 0), np.append(h.ratings, np.nan), np.append(h.timestamps, 999))
        for h in histories
    ]
    np.testing.assert_array_equal(learn(more).items, learn(histories).items)


def test_a_large_pack_is_sampled_less() -> None:
    schedule = RatingSchedule(factors=16, sweeps=120, settling=24, draws=32)
    assert schedule.within(100_000, 1682) == schedule
    large = schedule.within(10_000_000, 20_000)
    assert (large.factors, large.sweeps, large.settling, large.draws) == (10, 60, 20, 32)
    assert schedule.within(10_000_000, 500_000).draws == 8


def test_kept_sweeps_are_spread_and_the_last_is_one() -> None:
    assert sorted(RatingSchedule(sweeps=10, settling=4, draws=3).kept) == [4, 6, 9]


def test_ratings_stand_by_their_place_in_the_history() -> None:
    histories = [
        History("a", np.array([3, 1, 2]), np.array([5.0, 4, 3]), np.array([0, 60, 60])),
        History("b", np.array([1]), np.array([2.0]), np.array([5])),
    ]
    ratings = _by_place(histories, 3.5, 4)
    assert ratings.users.tolist() == [0, 1, 0, 0]
    assert ratings.items.tolist() == [3, 1, 1, 2]
    assert ratings.values.tolist() == [1.5, -1.5, 0.5, -0.5]
    assert ratings.lengths.tolist() == [2, 1, 1]
    np.testing.assert_allclose(ratings.correlation, [0, 0, (np.exp(-0.2) / 7) ** 0.1, np.exp(-0.02)], rtol=1e-6)
