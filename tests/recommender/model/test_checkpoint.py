"""Nothing untrained, damaged or foreign is served."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from data.errors import DataError
from recommender.model.checkpoint import folder_of, load, read_inputs
from recommender.model.encoder import TextEncoder
from recommender.pipeline.ranking import PackRanker


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Path:
    """A home of the test's own, to damage."""
    shutil.copytree(home, tmp_path / "home")
    return tmp_path / "home"


def test_a_whole_checkpoint_says_what_it_was_trained_from(home: Path) -> None:
    inputs = read_inputs(folder_of(home, "lamps"))
    assert inputs is not None
    assert set(inputs) == {"catalog", "facets", "interactions", "instructions", "encoder", "code", "profile"}


def test_weights_that_changed_are_refused(own: Path) -> None:
    weights = folder_of(own, "lamps") / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert read_inputs(weights.parent) is None
    with pytest.raises(DataError, match="not the file that config.json vouches for"):
        load(weights.parent, {})


def test_a_changed_catalog_is_refused(own: Path, encoder: TextEncoder) -> None:
    items = own / "packs" / "lamps" / "items.csv"
    items.write_text(items.read_text() + "L99,Lamp 99,modern,Lumo,5,2020,1\n")
    with pytest.raises(DataError, match="inputs.catalog: trained from .* run: instructrec train --pack lamps"):
        PackRanker.open("lamps", own, encoder)


def test_another_encoder_is_refused(home: Path) -> None:
    with pytest.raises(DataError, match="inputs.encoder"):
        load(folder_of(home, "lamps"), {"encoder": "another"})


def test_an_older_format_is_refused_and_trained_anew(own: Path) -> None:
    config = folder_of(own, "lamps") / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "format": 2}))
    with pytest.raises(DataError, match="format 2, this code reads 3; run: instructrec train --pack lamps --force"):
        load(config.parent, {})
    assert read_inputs(config.parent) is None


def test_a_foreign_format_is_refused(own: Path) -> None:
    config = folder_of(own, "lamps") / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "format": 99}))
    with pytest.raises(DataError, match="format 99, this code reads 3"):
        load(config.parent, {})
