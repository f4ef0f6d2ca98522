"""The mix of the features is fitted, and never worse on validation than one scorer alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from recommender.pipeline.scoring import FEATURES, Query
from recommender.training import mix as fitting
from recommender.training.mix import fit_mix

ITEMS, ROWS = 40, 60


class FakeScorer:
    """Features made of noise but for `ease`, which knows the target of every other row."""

    device = torch.device("cpu")
    vectors = torch.zeros(ITEMS, 1)
    network, ease, slit = object(), object(), None

    def features(self, queries: Any) -> Tensor:
        rows = torch.zeros(len(queries), ITEMS, len(FEATURES))
        for number, query in enumerate(queries):
            seed = int(query.items[0])
            noise = torch.Generator().manual_seed(seed)
            rows[number, :, FEATURES.index("network")] = torch.randn(ITEMS, generator=noise)
            ease = torch.randn(ITEMS, generator=noise)
            ease[target_of(seed)] += 4.0 * (seed % 2)
            rows[number, :, FEATURES.index("ease")] = ease
        return rows


def target_of(seed: int) -> int:
    return 1 + seed * 7 % (ITEMS - 1)


def pairs() -> list[tuple[Query, int]]:
    one, none = np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.float32)
    available = np.ones(ITEMS, dtype=bool)
    return [
        (Query(np.array([seed]), one, one, torch.zeros(1), none, none, np.zeros(ITEMS), available), target_of(seed))
        for seed in range(ROWS)
    ]


def test_what_knows_more_weighs_more() -> None:
    weights = fit_mix(FakeScorer(), {"history": pairs()}).weights["history"]  # type: ignore[arg-type]
    assert weights["ease"] > 3 * abs(weights["network"])


def test_a_mix_that_ranks_worse_than_one_scorer_gives_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    poor = dict.fromkeys(FEATURES, 0.0) | {"network": 1.0}
    monkeypatch.setattr(fitting, "_fit", lambda *_: poor)
    weights = fit_mix(FakeScorer(), {"history": pairs()}).weights["history"]  # type: ignore[arg-type]
    assert {name: weight for name, weight in weights.items() if weight} == {"ease": 1.0}


def test_few_rows_keep_the_prior() -> None:
    weights = fit_mix(FakeScorer(), {"history": pairs()[:19]}).weights["history"]  # type: ignore[arg-type]
    assert (weights["network"], weights["ease"]) == (1.0, 0.1)
