"""The whole evaluation on a small pack: its JSON, what it shows, and what it says it left out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.settings import Settings
from recommender.evaluation import ranker
from recommender.evaluation.cases import cases_of
from recommender.evaluation.figure import draw
from recommender.evaluation.ranker import Options, evaluate, merged
from recommender.evaluation.report import page, table
from recommender.evaluation.sasrec import SasrecConfig
from recommender.evaluation.served import request_of, scoring_of
from recommender.model.encoder import TextEncoder
from recommender.pipeline.ranking import PackRanker
from recommender.training.network import Schedule
from recommender.training.run import Profile, read_material
from tests.recommender.conftest import write_pack

BRIEF = Profile(Schedule(epochs=2, tokens=60, warm_up=5, validate_every=1), instructions=60)
SMALL = SasrecConfig(width=16, epochs=2, tokens=200)


def run(home: Path, *only: str) -> dict[str, Any]:
    settings = replace(Settings(), home=home, packs=("lamps",), device="cpu").completed()
    return evaluate(Options("lamps", only=only, split="validation"), settings, BRIEF, SMALL)


@pytest.fixture(scope="module")
def found(home: Path) -> dict[str, Any]:
    return run(home, "history", "instruction", "languages", "cold_users", "cold_items")


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("silent")
    write_pack(home / "packs" / "lamps", users=0)
    return run(home, "history", "instruction", "cold_items")


def test_every_figure_has_mean_deviation_and_interval(found: dict[str, Any]) -> None:
    figure = found["history"]["instructrec"]["HR@10"]
    assert set(figure) == {"mean", "std", "ci"}
    assert figure["ci"][0] <= figure["mean"] <= figure["ci"][1]


def test_history_compares_us_with_every_baseline(found: dict[str, Any]) -> None:
    libraries = {"itemknn", "bpr", "ials"} - set(found["skipped"])
    own = {"instructrec", "popularity", "ease", "ease-recency", "slit", "sasrec-ce"}
    assert set(found["history"]) == own | libraries
    assert set(found["history"]["slit"]) == {"HR@1", "HR@10", "NDCG@10", "MRR"}


def test_instructions_are_told_apart_by_wording_and_level(found: dict[str, Any]) -> None:
    assert list(found["instruction"]) == ["held", "seen"]
    ours = found["instruction"]["held"]["instructrec"]
    assert set(ours) == {"HR@10", "NDCG@10", "MRR", "satisfied", "by_level"}
    assert set(ours["by_level"]) == {"vague", "specific", "negation"}


def test_our_variants_are_there(found: dict[str, Any]) -> None:
    names = {name for name in found["instruction"]["held"] if name.startswith("instructrec/")}
    assert names == {"instructrec/text-only", "instructrec/history-only", "instructrec/true-constraints"}


def test_with_the_true_constraints_everything_shown_meets_them(found: dict[str, Any]) -> None:
    for wording in ("held", "seen"):
        assert found["instruction"][wording]["instructrec/true-constraints"]["satisfied"]["mean"] == 1.0


def test_strangers_are_asked_with_nothing_one_and_three_interactions(found: dict[str, Any]) -> None:
    assert list(found["cold_users"]) == ["0", "1", "3"]
    assert "instructrec/with-instruction" in found["cold_users"]["0"]


def test_cold_items_are_set_against_warm_ones(found: dict[str, Any]) -> None:
    assert set(found["cold_items"]["instructrec"]) == {"cold", "warm", "relative"}


def test_chinese_is_set_against_its_english_twin(found: dict[str, Any]) -> None:
    assert set(found["languages"]["held"]) == {"en", "zh", "relative"}


def test_it_is_json_without_nan(found: dict[str, Any]) -> None:
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_page_has_the_command_and_every_part(found: dict[str, Any]) -> None:
    text = page(found, "instructrec evaluate ranker --pack lamps")
    assert "instructrec evaluate ranker --pack lamps" in text
    assert "## Items withheld from training" in text
    assert "| **held · instructrec/text-only** |" in text
    assert "held · instructrec · negation" in table(found)


def test_a_picture_is_drawn(found: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw(found, tmp_path / "figures.png")
    assert (tmp_path / "figures.png").read_bytes().startswith(b"\x89PNG")


def test_a_pack_without_interactions_is_measured_by_instruction_alone(silent: dict[str, Any]) -> None:
    assert silent["skipped"]["history"] == "this pack has no interactions to measure on"
    assert silent["skipped"]["ease-recency"] == "no interactions"
    assert silent["history"] == {}
    assert silent["instruction"]["held"]["instructrec"]["satisfied"]["mean"] > 0.5


def test_without_what_the_rating_part_needs_it_is_skipped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranker, "MODULE", "recommender.evaluation.nowhere")
    skipped = run(home, "rating")["skipped"]
    assert skipped["rating"].startswith("recommender.evaluation.nowhere cannot be imported")


def test_seeds_that_lack_a_model_do_not_hide_it() -> None:
    assert set(merged([{"a": {}}, {"b": {}}])) == {"a", "b"}


def test_what_is_scored_is_what_is_served(lamps: PackRanker, home: Path, encoder: TextEncoder) -> None:
    material = read_material(lamps.catalog.pack, home, encoder, "tiny")
    case = cases_of(material.split)[0]
    scores = scoring_of(lamps)([case])[0]
    shown = [item["item_id"] for item in lamps.rank([request_of(case, lamps)])[0]["items"]]
    best = (-scores).argsort(kind="stable")[:10]
    assert shown == [lamps.catalog.items[int(position)].item_id for position in best]
