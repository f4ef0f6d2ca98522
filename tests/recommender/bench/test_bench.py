"""The benchmark measures what is served, on made catalogs that are the same every time."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from data.errors import DataError
from recommender.bench import encoders
from recommender.bench import ranker as bench_ranker
from recommender.bench.command import ranker as command
from recommender.bench.synthetic import ranker_of, requests_of
from recommender.model.encoder import TextEncoder


def test_the_same_seed_makes_the_same_catalog(encoder: TextEncoder) -> None:
    one, other = ranker_of(120, encoder, seed=4), ranker_of(120, encoder, seed=4)
    assert one.catalog == other.catalog
    assert torch.equal(one.scorer.vectors, other.scorer.vectors)


def test_no_text_is_asked_for_twice() -> None:
    texts = [body["need"]["text"] for body in requests_of(500, 100)]
    assert len(set(texts)) == 500


def test_a_run_says_how_fast_the_bare_product_and_the_served_answer_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_ranker, "BATCH", 2)
    found = bench_ranker.bench([150], [torch.device("cpu")], 7)
    (run,) = found["runs"]
    assert (run["device"], run["items"], run["served"]["n"]) == ("cpu", 150, 7)
    assert run["served"]["p95_ms"] >= run["served"]["p50_ms"] > run["bare"]["p50_ms"]


def test_a_large_catalog_is_compared_with_scoring_all_of_it(
    encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_ranker, "COMPARED", 4)
    from recommender.pipeline.computing import Computer

    ranker = ranker_of(7_000, encoder)
    ranker.computer = Computer(ranker.scorer, ranker.mix, lambda: ranker.scorer, large=1)
    assert bench_ranker._agreement(ranker, 7_000) >= 0.8


@pytest.mark.parametrize(("items", "what"), [("x", "expected whole numbers"), ("5", "expected sizes from 100")])
def test_a_size_that_cannot_be_is_refused(items: str, what: str) -> None:
    result = CliRunner().invoke(command, ["--items", items])
    assert isinstance(result.exception, DataError)
    assert what in str(result.exception)


def test_a_device_that_is_not_there_is_refused_with_those_that_are() -> None:
    result = CliRunner().invoke(command, ["--items", "100", "--device", "tpu"])
    assert "there are all, cpu" in str(result.exception)


def test_a_ranking_that_is_the_true_one_has_all_the_gain() -> None:
    truth = np.arange(40.0).reshape(2, 20)
    assert encoders._ndcg(truth, truth) == pytest.approx(1.0)
    assert encoders._ndcg(-truth, truth) == pytest.approx(0.0)
