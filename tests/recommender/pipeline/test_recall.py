"""A large catalog is ranked like a small one, from fewer items; its filter holds, and nothing is short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.need import Constraint, Need
from recommender.model.encoder import TextEncoder
from recommender.pipeline import computing, recall
from recommender.pipeline.history import Event
from recommender.pipeline.narrowing import Rows, narrowed, remapped
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.recall import Index
from recommender.pipeline.request import RankRequest
from recommender.pipeline.scoring import FEATURES, LinearScorer

ITEMS, WIDTH = 30_000, 12
needs_faiss = pytest.mark.skipif(recall.faiss is None, reason="faiss is not installed; the product is computed whole")


@pytest.fixture(scope="module")
def rows() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(1).standard_normal((ITEMS, WIDTH), dtype=np.float32))


@pytest.fixture(scope="module")
def index(rows: torch.Tensor) -> Index:
    return Index((rows[:, :8], rows[:, 8:]))


def exact(rows: torch.Tensor, query: torch.Tensor, available: np.ndarray, count: int) -> list[int]:
    products = torch.where(torch.from_numpy(available), rows @ query, torch.tensor(-torch.inf))
    return products.topk(count).indices.tolist()


def query_of(seed: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(WIDTH, dtype=np.float32))


@needs_faiss
def test_the_index_finds_what_the_whole_product_finds(rows: torch.Tensor, index: Index) -> None:
    assert index.coarse is not None
    everything = np.ones(ITEMS, dtype=bool)
    found = [set(index.search(query_of(seed), everything, 10)) for seed in range(20)]
    wanted = [set(exact(rows, query_of(seed), everything, 10)) for seed in range(20)]
    assert sum(len(one & other) for one, other in zip(found, wanted, strict=True)) >= 198


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.001])
def test_only_what_the_filter_leaves_is_found_and_as_much_as_was_asked(index: Index, share: float) -> None:
    available = np.random.default_rng(2).random(ITEMS) < share
    found = index.search(query_of(3), available, 20)
    assert available[found].all()
    assert len(set(found)) == 20


def test_without_faiss_the_product_is_exact(rows: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "faiss", None)
    index, available = Index((rows,)), np.random.default_rng(4).random(ITEMS) < 0.6
    assert index.coarse is None
    assert index.search(query_of(5), available, 10).tolist() == exact(rows, query_of(5), available, 10)


def test_fewer_items_than_asked_for_are_all_given(index: Index) -> None:
    available = np.zeros(ITEMS, dtype=bool)
    available[[5, 17]] = True
    assert index.search(query_of(6), available, 10).tolist() == [5, 17]


@pytest.fixture(scope="module")
def large(home: Path, encoder: TextEncoder) -> PackRanker:
    """The ranker of the small pack, made to treat it as a large one."""
    small = PackRanker.open("lamps", home, encoder)
    return PackRanker(small.catalog, small.checkpoint, encoder, large=0)


IDS = st.sampled_from([f"L{number}" for number in range(40)])
WISHES = st.sampled_from(
    [
        Constraint("style", "is", "modern"),
        Constraint("price", "at_most", 90),
        Constraint("maker", "is", "Noor", "prefer"),
        Constraint("style", "is_not", "rustic"),
    ]
)
REQUESTS = st.builds(
    RankRequest, st.just("lamps"),
    st.builds(
        Need, st.just("lamps"), text=st.sampled_from(["", "a cheap modern lamp"]),
        constraints=st.lists(WISHES, max_size=2).map(tuple), like=st.lists(IDS, max_size=2).map(tuple),
        unlike=st.lists(IDS, max_size=1).map(tuple),
    ),
    st.lists(st.builds(Event, IDS, st.none() | st.just(4.0)), max_size=5).map(tuple), st.just(()), st.integers(1, 8),
)  # fmt: skip
QUIET = [HealthCheck.function_scoped_fixture]


def shown(ranker: PackRanker, request: RankRequest) -> list[tuple[str, float]]:
    return [(item["item_id"], round(item["score"], 2)) for item in ranker.rank([request])[0]["items"]]


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(request=REQUESTS)
def test_what_a_narrow_filter_leaves_is_ranked_as_if_everything_were_scored(
    large: PackRanker, lamps: PackRanker, request: RankRequest
) -> None:
    assert dict(shown(large, request)) == pytest.approx(dict(shown(lamps, request)), abs=0.02)


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(request=REQUESTS)
def test_candidates_meet_every_must_and_fill_the_slate(large: PackRanker, request: RankRequest) -> None:
    with pytest.MonkeyPatch.context() as few:
        few.setattr(computing, "NARROW", 0)
        few.setattr(recall, "CANDIDATES", 10)
        few.setattr(recall, "EXTRA", 2)
        items = [item_id for item_id, _ in shown(large, request)]
    (prepared,) = large.prepare([request])
    available = [
        item.item_id for item, is_open in zip(large.catalog.items, prepared.query.available, strict=True) if is_open
    ]
    assert set(items) <= set(available)
    assert len(items) == min(request.k, len(available))


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(request=REQUESTS, seed=st.integers(0, 99))
def test_features_of_a_part_of_the_catalog_are_those_of_the_whole(
    lamps: PackRanker, request: RankRequest, seed: int
) -> None:
    (prepared,) = lamps.prepare([request])
    query: Any = prepared.query
    named = [*query.items, *query.like, *query.unlike]
    chosen = np.flatnonzero(np.random.default_rng(seed).random(40) < 0.3)
    positions = np.unique(np.concatenate([chosen, named, np.flatnonzero(query.available)]).astype(np.int64))
    part = narrowed(lamps.scorer, positions, np.array(named, np.int64)).features(
        [remapped(query, positions, query.available)]
    )
    whole = lamps.scorer.features([query])[:, positions]
    torch.testing.assert_close(part, whole, rtol=1e-3, atol=1e-3)


def test_sparse_linear_weights_between_the_chosen_items_are_kept() -> None:
    weights = np.random.default_rng(7).standard_normal((9, 9)).astype(np.float32)
    sparse = LinearScorer.of(weights, dense_up_to=0, keep=4)
    chosen = torch.tensor([1, 4, 5, 8])
    part = Rows(9, chosen, torch.arange(4)).of(sparse)
    for past in range(4):
        whole = sparse.score([np.array([int(chosen[past])])], 10.0)[0][chosen]
        torch.testing.assert_close(part.score([np.array([past])], 10.0)[0], whole)


def test_linear_scores_of_candidates_are_standardised_over_the_whole_catalog(lamps: PackRanker) -> None:
    (prepared,) = lamps.prepare([RankRequest("lamps", Need("lamps"), (Event("L4"), Event("L8")))])
    query, scorer = prepared.query, lamps.scorer
    named = np.unique(query.items)
    positions = np.unique(np.concatenate([named, np.array([1, 5, 12, 30])]))
    sample = np.isin(np.arange(40), [5, 30])
    small = narrowed(scorer, positions, named)
    found = computing._linear_features(scorer, small, query, remapped(query, positions, sample))["ease"]
    whole = scorer.features([query])[:, positions, FEATURES.index("ease")]
    torch.testing.assert_close(found, whole, rtol=1e-3, atol=1e-3)
