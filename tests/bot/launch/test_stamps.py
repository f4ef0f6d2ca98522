"""Stamps: when a step counts as done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.launch.stamps import Stamp, files_of


@pytest.fixture
def stamp(tmp_path: Path) -> Stamp:
    """A stamp that has been written for one input folder and one output."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "nlu.yml").write_text("greet")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "model-1.tar.gz").write_text("m")
    made = Stamp(
        tmp_path / "stamps" / "train", (tmp_path / "in",), {"profile": "quick"}, (tmp_path / "out" / "*.tar.gz",)
    )
    made.write(made.digest())
    return made


def test_nothing_has_changed(stamp: Stamp) -> None:
    assert stamp.is_fresh()


def test_an_edited_input_makes_it_stale(stamp: Stamp) -> None:
    (stamp.inputs[0] / "nlu.yml").write_text("greet, goodbye")
    assert not stamp.is_fresh()


def test_a_renamed_input_makes_it_stale(stamp: Stamp) -> None:
    (stamp.inputs[0] / "nlu.yml").rename(stamp.inputs[0] / "rules.yml")
    assert not stamp.is_fresh()


def test_a_new_input_makes_it_stale(stamp: Stamp) -> None:
    (stamp.inputs[0] / "rules.yml").write_text("")
    assert not stamp.is_fresh()


def test_another_setting_makes_it_stale(stamp: Stamp) -> None:
    assert not replace(stamp, values={"profile": "full"}).is_fresh()


def test_a_missing_output_makes_it_stale(stamp: Stamp) -> None:
    (stamp.outputs[0].parent / "model-1.tar.gz").unlink()
    assert not stamp.is_fresh()


def test_a_cleared_stamp_is_stale(stamp: Stamp) -> None:
    stamp.clear()
    assert not stamp.is_fresh()


def test_what_tools_leave_behind_is_no_input(stamp: Stamp) -> None:
    (stamp.inputs[0] / "__pycache__").mkdir()
    (stamp.inputs[0] / "__pycache__" / "x.pyc").write_text("x")
    (stamp.inputs[0] / "node_modules").mkdir()
    (stamp.inputs[0] / "node_modules" / "x.js").write_text("x")
    assert stamp.is_fresh()


def test_a_missing_input_stands_for_nothing(tmp_path: Path) -> None:
    assert list(files_of([tmp_path / "not-there"])) == []
