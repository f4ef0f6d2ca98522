"""Held-out wording and the messages of packs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.assistant.evaluation.cases import held_out_cases
from data.errors import DataError
from data.settings import Settings


def served(pack: str) -> Settings:
    return dataclasses.replace(Settings.from_environment(), packs=(pack,))


def test_a_pack_brings_its_sentences_and_messages(tea_pack: str) -> None:
    Path(tea_pack, "held_out.yml").write_text("messages: {en: [['green under 20', 'kind=Green price<=20']]}\n")
    cases = {case.text: case for case in held_out_cases(served(tea_pack)) if case.source == "teas"}
    assert cases["green under 20"].constraints == {("kind", "is", "Green"), ("price", "at_most", "20")}
    assert cases["steep green for me"].intent == "recommend"


def test_every_bad_line_is_named(tea_pack: str) -> None:
    Path(tea_pack, "held_out.yml").write_text("messages: {en: [[green], ['x', 'colour=red']], fr: []}\n")
    with pytest.raises(DataError) as error:
        held_out_cases(served(tea_pack))
    assert [problem.split(": ")[1] for problem in error.value.problems] == [
        "messages.en[0]",
        "messages.en[1]",
        "no language 'fr'; there are en, zh",
    ]


def test_the_movies_and_restaurants_have_messages_in_both_languages() -> None:
    settings = dataclasses.replace(Settings.from_environment(), packs=("movies", "restaurants"))
    judged = [(c.source, c.language) for c in held_out_cases(settings) if c.constraints is not None]
    assert {key: judged.count(key) for key in set(judged)} == {
        ("movies", "en"): 130, ("movies", "zh"): 105, ("restaurants", "en"): 75, ("restaurants", "zh"): 75,
    }  # fmt: skip
