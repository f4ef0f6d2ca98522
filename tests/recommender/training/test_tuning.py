"""The last layers of the encoder learn from instructions; everything else of it stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.errors import DataError
from data.pack import load_pack
from recommender.model.checkpoint import folder_of, save
from recommender.model.encoder import TextEncoder
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.request import parse_request
from recommender.training.progress import Progress
from recommender.training.run import read_material, train
from recommender.training.tuning import tune
from tests.recommender.conftest import TINY, write_pack

ITEMS = ["a quiet film about the sea", "a car race in the desert", "a wedding that goes wrong"]
ASKED = ["zoltan please", "brimble please", "quorn please"] * 8
TARGETS = np.array([0, 1, 2] * 8)


def test_a_word_that_says_nothing_learns_where_it_leads(encoder: TextEncoder) -> None:
    items = encoder.encode(ITEMS).clone()
    weights = tune(encoder, ASKED * 30, np.tile(TARGETS, 30), items, 2, 0)
    found = encoder.tuned(weights).encode(ASKED[:3]) @ items.T
    assert found.argmax(1).tolist() == [0, 1, 2]


def test_the_encoder_that_is_tuned_stays_as_it_was(encoder: TextEncoder) -> None:
    before = encoder.encode(ITEMS).clone()
    tune(encoder, ASKED, TARGETS, before, 1, 0)
    assert torch.equal(encoder.encode(ITEMS), before)


def test_only_the_last_layers_are_tuned(encoder: TextEncoder) -> None:
    weights = tune(encoder, ASKED, TARGETS, encoder.encode(ITEMS).clone(), 1, 0)
    assert {name.split(".")[2] for name in weights} == {"5"}


def test_more_layers_than_there_are_is_an_error(encoder: TextEncoder) -> None:
    with pytest.raises(DataError, match="tuned_layers: 7; the encoder all-MiniLM-L6-v2 has 6 layers"):
        encoder.names_of_last(7)


def test_foreign_weights_are_an_error(encoder: TextEncoder) -> None:
    with pytest.raises(DataError, match="'encoder.layer.9.x' do not fit"):
        encoder.tuned({"encoder.layer.9.x": torch.zeros(1)})


def test_a_tuned_checkpoint_is_served_with_its_own_encoder(tmp_path: Path, encoder: TextEncoder) -> None:
    write_pack(tmp_path / "packs" / "lamps")
    material = read_material(load_pack("lamps", tmp_path), tmp_path, encoder, "tiny")
    short = replace(TINY, schedule=replace(TINY.schedule, epochs=2), instructions=40, tuned_layers=1)
    save(train(material, encoder, short, 0, Progress()), folder_of(tmp_path, "lamps"))
    ranker = PackRanker.open("lamps", tmp_path, encoder)
    assert not torch.equal(ranker.encoder.encode(["a rustic lamp"]), encoder.encode(["a rustic lamp"]))
    again = ranker.reopened(tmp_path)
    body = {"pack": "lamps", "need": {"pack": "lamps", "text": "something rustic"}, "k": 3}
    one, other = (r.rank([parse_request(body, r.catalog)])[0]["items"] for r in (ranker, again))
    assert one == other
