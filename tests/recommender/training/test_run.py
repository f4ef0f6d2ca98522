"""A whole training run: skipped when nothing changed, resumed after an interruption, and without any interactions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.pack import load_pack
from data.settings import Settings
from recommender.model.checkpoint import folder_of, read_inputs
from recommender.model.encoder import TextEncoder
from recommender.model.ranker import Ranker, RankerConfig
from recommender.pipeline.history import RatingScale
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.request import parse_request
from recommender.training import run
from recommender.training.network import NetworkTrainer, Schedule
from recommender.training.pool import Pool
from recommender.training.sequences import History
from tests.recommender.conftest import TINY, train_lamps, write_pack


def make_trainer(epochs: int) -> NetworkTrainer:
    torch.manual_seed(0)
    network = Ranker(RankerConfig(items=12, facets=2, text_width=4, width=8, dropout=0.0))
    network.set_items(torch.randn(12, 4), torch.zeros(12, 2), torch.ones(12))
    pasts = [History("u", np.array([(n + k) % 12 for k in range(8)]), np.ones(8), np.arange(8)) for n in range(12)]
    pool = Pool(
        (),
        torch.zeros(0, 4),
        torch.zeros(0, 2),
        torch.zeros(0, 2),
        torch.zeros(0, 12, dtype=torch.bool),
        np.zeros(13, int),
    )
    schedule = Schedule(epochs=epochs, tokens=32, warm_up=2, validate_every=1, patience=99)
    return NetworkTrainer(network, pasts, pool, RatingScale(()), schedule, 0)


def test_a_resumed_run_ends_where_the_uninterrupted_one_ends(tmp_path: Path) -> None:
    scores = iter(range(100))

    def validate(network: Ranker) -> float:
        return float(next(scores))

    def interrupted(done: float, total: float, note: str) -> None:
        if "validation" in note and done == 2:
            raise KeyboardInterrupt

    whole = make_trainer(4)
    whole.train(validate, lambda *_: None)
    first = make_trainer(4)
    with pytest.raises(KeyboardInterrupt):
        first.train(validate, interrupted, tmp_path / "state.safetensors")
    second = make_trainer(4)
    notes: list[str] = []
    second.train(validate, lambda done, total, note: notes.append(note), tmp_path / "state.safetensors")
    assert "resumed after epoch 1" in notes
    for name, value in whole.network.state_dict().items():
        torch.testing.assert_close(second.network.state_dict()[name], value, msg=name)


def test_it_learns_what_comes_next() -> None:
    trainer = make_trainer(400)

    def validate(network: Ranker) -> float:
        with torch.no_grad():
            vectors, bias = network.items()
            items = torch.arange(12)[:, None]
            hidden = network.read_history(vectors, items, torch.ones_like(items), torch.zeros_like(items))[:, 0]
            scores = hidden @ vectors[:, :8].T + bias
        return float((scores.argmax(1) == (torch.arange(12) + 1) % 12).float().mean())

    assert trainer.train(validate, lambda *_: None)["validation"] > 0.9


def test_unchanged_inputs_are_not_trained_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pack(tmp_path / "packs" / "lamps")
    own = replace(settings, home=tmp_path)
    monkeypatch.setitem(run.PROFILES, "quick", TINY)  # type: ignore[arg-type]
    run.train_pack("lamps", own, "quick")
    inputs = read_inputs(folder_of(tmp_path, "lamps"))
    run.train_pack("lamps", own, "quick")
    assert "its inputs have not changed" in capsys.readouterr().err
    interactions = tmp_path / "packs" / "lamps" / "interactions.csv"
    interactions.write_text(interactions.read_text() + "u1,L38,5,2000000\n")
    run.train_pack("lamps", own, "quick")
    assert read_inputs(folder_of(tmp_path, "lamps")) != inputs


def test_a_pack_without_interactions_is_ranked_by_its_content(tmp_path: Path, encoder: TextEncoder) -> None:
    train_lamps(tmp_path, encoder, users=0)
    ranker = PackRanker.open("lamps", tmp_path, encoder)
    body = {"pack": "lamps", "need": {"pack": "lamps", "text": "something rustic"}, "k": 6}
    items = ranker.rank([parse_request(body, ranker.catalog)])[0]["items"]
    assert len(items) == 6
    styles = [ranker.catalog[item["item_id"]].facets["style"] for item in items]
    assert sum("rustic" in style for style in styles) >= 4


def test_facets_that_restate_the_interactions_are_not_learnt_from(tmp_path: Path, encoder: TextEncoder) -> None:
    folder = write_pack(tmp_path / "packs" / "lamps")
    counts: dict[str, int] = {}
    for line in (folder / "interactions.csv").read_text().splitlines()[1:]:
        counts[line.split(",")[1]] = counts.get(line.split(",")[1], 0) + 1
    lines = (folder / "items.csv").read_text().splitlines()
    rows = [f"{line},{counts.get(line.split(',')[0], 0)}" for line in lines[1:]]
    (folder / "items.csv").write_text("\n".join([f"{lines[0]},bought", *rows]))
    (folder / "pack.yml").write_text((folder / "pack.yml").read_text() + "  bought: {type: number}\n")
    material = run.read_material(load_pack("lamps", tmp_path), tmp_path, encoder, "quick", 0)
    assert material.derived == ("bought",)
