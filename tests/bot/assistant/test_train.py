"""When training is done and when it is not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.assistant import train as training
from bot.assistant.paths import digest_file, model_file
from data.errors import DataError
from data.settings import Settings


@pytest.fixture
def tea_settings(tea_pack: str, tmp_path: Path) -> Settings:
    return dataclasses.replace(Settings(), home=tmp_path / "home", packs=(tea_pack,))


def test_a_model_that_fits_is_left_alone(
    tea_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = model_file(tea_settings)
    model.parent.mkdir(parents=True)
    model.write_bytes(b"a model")
    digest_file(tea_settings).write_text(training.digest_of_inputs(tea_settings))
    monkeypatch.setattr(training, "_train_into", lambda model: pytest.fail("trained"))
    assert training.train(tea_settings) == 0
    assert "nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["phrases.en.yml", "pack.yml", "items.csv"])
def test_a_changed_pack_changes_the_digest(tea_settings: Settings, name: str) -> None:
    before = training.digest_of_inputs(tea_settings)
    with (Path(tea_settings.packs[0]) / name).open("a") as file:
        file.write("\n")
    assert training.digest_of_inputs(tea_settings) != before


def test_another_choice_of_packs_changes_the_digest(tea_settings: Settings) -> None:
    none = dataclasses.replace(tea_settings, packs=())
    assert training.digest_of_inputs(none) != training.digest_of_inputs(tea_settings)


def test_a_missing_pack_is_an_error_that_says_what_exists(tea_settings: Settings) -> None:
    with pytest.raises(DataError, match="no such pack or folder; there are movies"):
        training.train(dataclasses.replace(tea_settings, packs=("coffees",)))
