"""What simulated people say is nothing the assistant was trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.assistant.checks import training_importer

FOLDER = Path(__file__).resolve().parents[3] / "bot" / "simulation"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_phrase_of_simulated_people_is_a_training_example(language: str) -> None:
    content = yaml.safe_load((FOLDER / f"phrases.{language}.yml").read_text(encoding="utf-8"))
    said = {text.casefold() for texts in content.values() if isinstance(texts, list) for text in texts}
    trained = {m.get("text").casefold() for m in training_importer().get_nlu_data().intent_examples}
    assert not said & trained
