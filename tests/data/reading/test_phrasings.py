"""Requests as people write them: the share that is read exactly, per language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from data.reading import Reader
from tests.data.reading.notation import agrees, expected, facts


def phrasings(language: str, part: str) -> list[tuple[str, str]]:
    content = yaml.safe_load(Path(__file__).with_name(f"phrasings.{language}.yml").read_text(encoding="utf-8"))
    return [(text, notation) for text, notation in content[part]]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("part", "least"), [("tuned", 0.95), ("held", 0.90)])
def test_constraints_are_read_exactly(reader: Reader, language: str, part: str, least: float) -> None:
    lines = phrasings(language, part)
    wrong = [text for text, notation in lines if not agrees(reader.read(text), notation)]
    assert 1 - len(wrong) / len(lines) >= least, wrong


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_refused_is_read_exactly_in_nine_of_ten_held_phrasings(reader: Reader, language: str) -> None:
    lines = [(text, expected(notation)) for text, notation in phrasings(language, "held")]
    refusing = [(text, {f for f in wanted if f[1] == "is_not"}) for text, wanted in lines]
    refusing = [(text, wanted) for text, wanted in refusing if wanted]
    right = sum({f for f in facts(reader.read(t).constraints) if f[1] == "is_not"} == wanted for t, wanted in refusing)
    assert right / len(refusing) >= 0.9


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_language_of_each_phrasing_is_recognised(reader: Reader, language: str) -> None:
    lines = [text for text, _ in phrasings(language, "held")]
    assert [text for text in lines if reader.read(text).language != language] == []
