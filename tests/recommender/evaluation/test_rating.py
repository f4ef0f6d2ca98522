"""The figures of predicted ratings, the two protocols, and what is said where scikit-surprise is missing."""

from __future__ import annotations

import importlib.util
import io
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from data.catalog import Catalog
from recommender.evaluation.rating import Liking, _folds, _means, _temporal, evaluate_ratings, figures
from recommender.model.facets import FacetSpace
from recommender.training.material import Material
from recommender.training.progress import Progress
from recommender.training.rating import RatingSchedule
from recommender.training.sequences import History, Split

FIVE = Liking(4.0, 3.5)


def make_material(catalog: Catalog, users: int = 30, constant: bool = False) -> Material:
    """People who like every other lamp."""
    rng = np.random.default_rng(0)
    histories = []
    for user in range(users):
        items = rng.choice(40, 12, replace=False)
        ratings = np.full(12, 3.0) if constant else np.where((items + user) % 2, 5.0, 2.0) - rng.integers(0, 2, 12)
        histories.append(History(f"u{user}", items, ratings, np.arange(12) * 60))
    space = FacetSpace(())
    return cast(Material, SimpleNamespace(catalog=catalog, split=Split(tuple(histories)), space=space, derived=()))


def test_the_figures_of_four_ratings() -> None:
    found = figures(np.array([5.0, 4.0, 3.0, 1.0]), np.array([4.0, 3.0, 3.6, 1.0]), FIVE)
    assert found["RMSE"] == pytest.approx((2.36 / 4) ** 0.5)
    assert found["MAE"] == pytest.approx(2.6 / 4)
    assert found["accuracy"] == 0.5
    assert found["AUC"] == 0.75


def test_where_all_are_liked_there_is_no_auc() -> None:
    assert np.isnan(figures(np.array([5.0, 4.0]), np.array([4.0, 3.0]), FIVE)["AUC"])


@pytest.mark.parametrize(
    ("levels", "level", "boundary"),
    [((1, 2, 3, 4, 5), 4.0, 3.5), ((0.5, 1.0, 3.5, 4.0, 5.0), 3.875, 3.75), ((0, 1), 0.75, 0.5)],
)
def test_liked_is_three_quarters_up_the_scale(levels: tuple[float, ...], level: float, boundary: float) -> None:
    assert Liking.of(np.array(levels * 2)) == Liking(level, boundary)


def test_every_rating_is_asked_for_in_one_fold(catalog: Catalog) -> None:
    material = make_material(catalog)
    asked = [(known.user_id, int(i)) for cases in _folds(material, 0) for known, a in cases for i in a.items]
    assert sorted(asked) == sorted((h.user_id, int(i)) for h in material.split.histories for i in h.items)


def test_the_last_tenth_is_asked_for(catalog: Catalog) -> None:
    known, asked = _temporal(make_material(catalog), 0)[0]
    assert (len(known), len(asked)) == (11, 1)
    assert asked.timestamps[0] > known.timestamps.max()


def test_an_item_that_is_not_known_has_the_mean_of_all() -> None:
    known = History("u", np.array([0, 1]), np.array([1.0, 4.0]), np.array([0, 1]))
    asked = History("u", np.array([2, 1]), np.array([3.0, 3.0]), np.array([2, 3]))
    assert _means([(known, asked)], 3)["item mean"].tolist() == [2.5, 4.0]


def test_ours_is_better_than_the_means_and_surprise_is_reported_as_missing(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    schedule = RatingSchedule(factors=2, widths=4, sweeps=30, settling=10, draws=8)
    found = evaluate_ratings(make_material(catalog), schedule, [0, 1], Progress(io.StringIO()))
    assert set(found) == {"5-fold", "temporal"}
    ours, means = found["5-fold"]["instructrec"]["RMSE"], found["5-fold"]["item mean"]["RMSE"]
    assert ours["mean"] < 0.8 * means["mean"]
    assert ours["std"] > 0
    assert found["temporal"]["SVD"] == {"skipped": "scikit-surprise is not installed"}


def test_a_pack_whose_ratings_are_all_the_same_has_no_figures(catalog: Catalog) -> None:
    material = make_material(catalog, constant=True)
    assert evaluate_ratings(material, RatingSchedule(), [0], Progress(io.StringIO())) == {}
