"""The regression finds what scikit-learn finds."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.assistant.components.regression import Regression, indices_of


def test_probabilities_are_those_of_scikit_learn_on_the_same_features_in_one_matrix() -> None:
    chance = np.random.default_rng(0)
    dense = chance.normal(size=(90, 6)).astype(np.float32)
    sparse = csr_matrix((chance.random((90, 8)) < 0.2).astype(np.float32))
    classes = chance.integers(0, 3, 90)
    own = Regression.fitted(dense, sparse, classes, 2.0, 300).probabilities(dense, sparse)
    both = hstack([csr_matrix(dense), sparse])
    theirs = LogisticRegression(C=2.0, class_weight="balanced", max_iter=300).fit(both, classes).predict_proba(both)
    assert np.abs(own - theirs).max() < 0.01


def test_names_are_numbered_in_order() -> None:
    names, places = indices_of(["more", "greet", "more"])
    assert names == ["greet", "more"]
    assert places.tolist() == [1, 0, 1]
