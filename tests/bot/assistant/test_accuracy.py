"""How well the trained assistant knows wording it was never trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.assistant.paths import model_file
from bot.assistant.understand import Understanding
from data.settings import Settings

HELD_OUT = Path(__file__).with_name("held_out.yml")
REFUSED = ("out_of_scope", "nlu_fallback")
SAME_ACT = {"refine": "recommend"}
"""Both change the need and rank; which of them a wish without a list is depends on the conversation."""


@pytest.fixture(scope="module")
def understood(settings: Settings) -> list[tuple[str, str, str]]:
    """(language, intent meant, intent understood) of all held-out wording."""
    understand = Understanding.load(model_file(settings), settings.text_limit)
    meant = [
        (language, intent, text)
        for language, intents in yaml.safe_load(HELD_OUT.read_text(encoding="utf-8")).items()
        for intent, texts in intents.items()
        for text in texts
    ]
    said = understand([text for _, _, text in meant])
    return [(language, intent, one["intent"]) for (language, intent, _), one in zip(meant, said, strict=True)]


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


@pytest.mark.parametrize(("language", "least"), [("en", 0.90), ("zh", 0.87)])
def test_most_of_what_is_for_us_leads_to_the_right_act(
    understood: list[tuple[str, str, str]], language: str, least: float
) -> None:
    ours = [(meant, said) for lang, meant, said in understood if lang == language and meant != "out_of_scope"]
    assert share([SAME_ACT.get(meant, meant) == SAME_ACT.get(said, said) for meant, said in ours]) >= least


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hardly_anything_that_is_for_us_is_refused(understood: list[tuple[str, str, str]], language: str) -> None:
    assert (
        share([said in REFUSED for lang, meant, said in understood if lang == language and meant != "out_of_scope"])
        <= 0.05
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_not_for_us_is_refused(understood: list[tuple[str, str, str]], language: str) -> None:
    assert (
        share([said in REFUSED for lang, meant, said in understood if lang == language and meant == "out_of_scope"])
        >= 0.9
    )
