"""The importer: what the assistant is trained on."""

from __future__ import annotations

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, TEXT

from bot.assistant.importers.packs import PackWords, pack_examples
from bot.assistant.importers.words import language_of
from bot.assistant.paths import CONFIG, SKILLS
from data.settings import Settings


def imported() -> set[tuple[str, str]]:
    """(intent, text) of everything, through the importers of config.yml as Rasa loads them."""
    importer = TrainingDataImporter.load_from_config(str(CONFIG), str(SKILLS), [str(SKILLS)])
    return {(message.get(INTENT), message.get(TEXT)) for message in importer.get_nlu_data().intent_examples}


@pytest.mark.parametrize("name", Settings().packs)
def test_the_sentences_of_every_served_pack_arrive(name: str) -> None:
    texts = {text for _, text in imported()}
    examples = list(pack_examples(PackWords.load(name, Settings.from_environment().home)))
    assert {language_of(text) for _, text in examples} == {"en", "zh"}
    assert {text for _, text in examples} <= texts


@pytest.mark.parametrize("name", Settings().packs)
def test_held_out_sentences_of_a_pack_are_never_trained_on(name: str) -> None:
    held_out = {text for _, text in pack_examples(PackWords.load(name, Settings.from_environment().home), "held_out")}
    assert held_out
    assert not held_out & {text for _, text in imported()}


def test_a_pack_from_a_folder_lends_its_words_to_skill_sentences(
    tea_pack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTRUCTREC_PACKS", tea_pack)
    examples = imported()
    texts = {text for _, text in examples}
    assert ("recommend", "pour me a green brew") in examples or ("recommend", "pour me some green brew") in examples
    assert any("Dragon Well" in text for text in texts) and any("龙井" in text for text in texts)
    assert "cheaper" in texts and "便宜一点" in texts
    assert not any("steep" in text or "{" in text for text in texts)


def test_what_a_served_pack_offers_is_not_taught_as_out_of_scope(
    tea_pack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTRUCTREC_PACKS", tea_pack)
    strangers = {text for intent, text in imported() if intent == "out_of_scope"}
    assert "what's the weather today" in strangers or any("weather" in text for text in strangers)
    assert not any(text.split()[-1] in ("tea", "teas") for text in strangers)
