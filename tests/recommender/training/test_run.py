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
from recommender.training.progress import Progress
from recommender.training.sequences import History
from tests.recommender.conftest import TINY, train_lamps, write_pack


def make_trainer(epochs: int, validate_every: int = 1) -> NetworkTrainer:
    torch.set_num_threads(1)
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
    schedule = Schedule(
        epochs=epochs, tokens=32, learning_rate=5e-3, warm_up=2, validate_every=validate_every, patience=99
    )
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
    trainer = make_trainer(150, validate_every=30)

    def validate(network: Ranker) -> float:
        with torch.no_grad():
            vectors, bias = network.items()
            items = torch.arange(12)[:, None]
            hidden = network.read_history(vectors, items, torch.ones_like(items), torch.zeros_like(items))[:, 0]
            scores = hidden @ vectors[:, :8].T + bias
            scores.fill_diagonal_(-torch.inf)  # what was just chosen is never in the running
        return float((scores.argmax(1) == (torch.arange(12) + 1) % 12).float().mean())

    assert trainer.train(validate, lambda *_: None)["validation"] > 0.9


def test_the_refit_moves_little_and_warms_what_is_new() -> None:
    trainer = make_trainer(2)
    network = trainer.network
    trainer.average["is_warm"][11] = network.is_warm[11] = 0.0
    trainer.train(lambda network: 0.0, lambda *_: None)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    seen = [History("v", np.array([11, 0, 1]), np.ones(3), np.arange(3))]
    trainer.refit(seen, torch.ones(12), lambda *_: None)
    assert network.is_warm.tolist() == [1.0] * 12
    assert network.towers[0].item_id.weight[11].abs().max() < 0.01  # it begins at zero, not at a random place
    moved = (network.towers[0].blocks[0].qkv.weight - before["towers.0.blocks.0.qkv.weight"]).abs().max()
    assert 0 < moved < 0.01


def test_a_large_run_has_fewer_epochs() -> None:
    assert Schedule(epochs=24).within(1e8) == 24
    assert Schedule(epochs=24).within(1.5e10) == 10
    assert Schedule(epochs=24).within(1e12) == 1


def test_sparse_histories_get_more_epochs() -> None:
    assert Schedule(epochs=20, fewest_steps=2500).within(1e8, steps=100) == 25
    assert Schedule(epochs=20, fewest_steps=2500).within(1e8, steps=10) == 30
    assert Schedule(epochs=20, fewest_steps=2500).within(1e8, steps=500) == 20


def test_several_towers_score_as_the_mean_of_each() -> None:
    torch.manual_seed(0)
    network = Ranker(RankerConfig(items=9, facets=2, text_width=4, width=8, towers=3)).eval()
    network.set_items(torch.randn(9, 4), torch.randn(9, 2), torch.ones(9))
    items, zeros = torch.tensor([[1, 2, 3]]), torch.zeros(1, 3, dtype=torch.long)
    vectors, bias = network.items()
    state = network.read_history(vectors, items, zeros, zeros)[:, -1]
    one = network.fuse(state, torch.zeros(1, 4), torch.zeros(1, 2), torch.zeros(1, 2)).fused
    alone = []
    for tower in network.towers:
        own, own_bias = tower.items(network.content, network.is_warm)
        alone.append(tower(own, items, zeros, zeros)[:, -1] @ own.T + own_bias)
    torch.testing.assert_close(one @ vectors.T + bias, torch.stack(alone).mean(0))


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


def test_the_same_seed_trains_the_same_weights(tmp_path: Path, encoder: TextEncoder) -> None:
    write_pack(tmp_path / "packs" / "lamps")
    material = run.read_material(load_pack("lamps", tmp_path), tmp_path, encoder, "tiny")
    short = replace(TINY, schedule=replace(TINY.schedule, epochs=2), instructions=40, towers=2)
    one, other = (run.train(material, encoder, short, 3, Progress()) for _ in range(2))
    assert one.mix == other.mix
    assert all(value.equal(other.tensors[name]) for name, value in one.tensors.items())


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
    material = run.read_material(load_pack("lamps", tmp_path), tmp_path, encoder, "tiny")
    assert material.derived == ("bought",)
