"""How well the trained assistant knows wording it was never trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.assistant.checks import training_importer
from bot.assistant.evaluation.cases import Case, held_out_cases
from bot.assistant.evaluation.measure import Judged, intent_figures, judge
from bot.assistant.paths import SKILLS, model_file
from bot.assistant.understand import Understanding
from data.settings import Settings

DEVELOPMENT = Path(__file__).with_name("development.yml")


@pytest.fixture(scope="module")
def judged(settings: Settings) -> list[Judged]:
    """The held-out wording of the skills, understood by the trained assistant."""
    skills = {path.name for path in SKILLS.iterdir()}
    cases = [case for case in held_out_cases(settings) if case.intent and case.source in skills]
    parsed = Understanding.load(model_file(settings), settings.text_limit).parse([case.text for case in cases])
    return [judge(case, one) for case, one in zip(cases, parsed, strict=True)]


def of(judged: list[Judged], language: str) -> dict[str, float]:
    return intent_figures([one for one in judged if one.case.language == language])


def test_every_skill_has_held_out_wording_in_both_languages(judged: list[Judged]) -> None:
    sources = {(one.case.source, one.case.language) for one in judged}
    assert sources == {(path.name, language) for path in SKILLS.iterdir() for language in ("en", "zh")}


@pytest.mark.parametrize(("language", "least"), [("en", 0.88), ("zh", 0.87)])
def test_most_of_what_is_for_us_leads_to_the_right_act(judged: list[Judged], language: str, least: float) -> None:
    assert of(judged, language)["accuracy_by_act"] >= least


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hardly_anything_that_is_for_us_is_refused(judged: list[Judged], language: str) -> None:
    assert of(judged, language)["refused"] <= 0.05


@pytest.mark.parametrize(("language", "least"), [("en", 0.88), ("zh", 0.8)])
def test_what_is_not_for_us_is_refused(judged: list[Judged], language: str, least: float) -> None:
    assert of(judged, language)["out_of_scope_recall"] >= least


def test_held_out_wording_is_never_trained_on(settings: Settings) -> None:
    trained = {message.get("text").lower() for message in training_importer().get_nlu_data().intent_examples}
    assert [case for case in held_out_cases(settings) if case.text.lower() in trained] == []


@pytest.fixture(scope="module")
def developed(settings: Settings) -> list[Judged]:
    """Other people's words, terse, polite, in slang and dialect, as both packs together understand them."""
    content = yaml.safe_load(DEVELOPMENT.read_text(encoding="utf-8"))
    cases = [
        Case(text, language, "development", intent)
        for intent, by_language in content.items()
        for language, texts in by_language.items()
        for text in texts
    ]
    parsed = Understanding.load(model_file(settings), settings.text_limit).parse([case.text for case in cases])
    return [judge(case, one) for case, one in zip(cases, parsed, strict=True)]


@pytest.mark.parametrize(("language", "least"), [("en", 0.91), ("zh", 0.89)])
def test_other_peoples_words_lead_to_the_right_act(developed: list[Judged], language: str, least: float) -> None:
    assert of(developed, language)["accuracy_by_act"] >= least


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_other_people_ask_that_is_not_for_us_is_refused(developed: list[Judged], language: str) -> None:
    assert of(developed, language)["out_of_scope_recall"] >= 0.9
