"""Set-up: which step is run again by which change."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.launch import setup
from bot.launch.setup import PARTS, all_steps, main
from bot.launch.steps import Step
from data.settings import Settings

PACK = """
name: teas
item: {en: {one: tea, other: teas}, zh: {one: 茶, measure: 种}}
facets: {origin: {type: category}}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with one pack that a person imported."""
    folder = tmp_path / "packs" / "teas"
    folder.mkdir(parents=True)
    (folder / "pack.yml").write_text(PACK)
    (folder / "items.csv").write_text("item_id,title,origin\n1,Assam,India\n")
    return Settings(home=tmp_path, packs=("teas",)).completed()


def finish(settings: Settings) -> dict[str, Step]:
    """The steps, each as if it had just succeeded."""
    steps = {step.name: step for step in all_steps(settings)}
    for step in steps.values():
        assert step.stamp is not None
        for output in step.stamp.outputs:
            output.parent.mkdir(parents=True, exist_ok=True)
            (output.parent / output.name.replace("*", "model")).write_text("made")
        step.stamp.write(step.stamp.digest())
    return steps


def stale(settings: Settings) -> list[str]:
    return [step.name for step in all_steps(settings) if step.stamp is not None and not step.stamp.is_fresh()]


def test_each_pack_has_its_data_and_its_ranker(settings: Settings) -> None:
    assert [step.name for step in all_steps(settings)] == ["data-teas", "ranker-teas", "assistant", "page"]


def test_every_step_belongs_to_a_part(settings: Settings) -> None:
    assert {step.name.partition("-")[0] for step in all_steps(settings)} == set(PARTS)


def test_training_waits_for_the_data(settings: Settings) -> None:
    steps = {step.name: step for step in all_steps(settings)}
    assert steps["ranker-teas"].needs == ("data-teas",)
    assert steps["assistant"].needs == ("data-teas",)


def test_nothing_is_stale_after_set_up(settings: Settings) -> None:
    finish(settings)
    assert stale(settings) == []


def test_another_catalog_trains_both_again_and_leaves_the_page(settings: Settings) -> None:
    finish(settings)
    (settings.home / "packs" / "teas" / "items.csv").write_text("item_id,title,origin\n1,Sencha,Japan\n")
    assert {"ranker-teas", "assistant"} <= set(stale(settings))


def test_another_profile_trains_only_the_ranker_again(settings: Settings) -> None:
    finish(settings)
    assert stale(dataclasses.replace(settings, profile="full")) == ["ranker-teas"]


def test_a_deleted_model_is_trained_again(settings: Settings) -> None:
    finish(settings)
    (settings.home / "models" / "ranker" / "teas" / "model.safetensors").unlink()
    assert stale(settings) == ["ranker-teas"]


def test_the_assistant_is_trained_again_when_a_skill_changes(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    skill = project / "bot" / "assistant" / "skills" / "more" / "nlu.yml"
    skill.parent.mkdir(parents=True)
    skill.write_text("more")
    monkeypatch.setattr(setup, "PROJECT", project)
    finish(settings)
    skill.write_text("more, please")
    assert stale(settings) == ["assistant"]


def test_a_wrong_setting_ends_with_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INSTRUCTREC_GATEWAY_PORTT", "1")
    assert main([]) == 2
    assert "INSTRUCTREC_GATEWAY_PORTT: no such setting" in capsys.readouterr().err


def test_an_unknown_pack_ends_with_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("INSTRUCTREC_HOME", str(tmp_path))
    monkeypatch.setenv("INSTRUCTREC_PACKS", "no-such-pack")
    assert main([]) == 2
    assert "pack 'no-such-pack': no such pack or folder" in capsys.readouterr().err
