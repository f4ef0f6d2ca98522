"""The importer: what the assistant is trained on."""

from __future__ import annotations

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.importers.packs import PackWords, pack_examples, skill_examples
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


def out_of_scope(text: str, pack: str, metadata: dict[str, object]) -> list[tuple[str, str]]:
    """The examples that come of one request of a skill file while `pack` is served."""
    written = TrainingData([Message(data={INTENT: "out_of_scope", TEXT: text, METADATA: {INTENT: metadata}})])
    return list(skill_examples(written, [PackWords.load(pack, Settings.from_environment().home)]))


def test_what_a_served_pack_offers_is_not_taught_as_out_of_scope(tea_pack: str) -> None:
    assert out_of_scope("recommend a tea", tea_pack, {}) == []
    assert out_of_scope("recommend a laptop", tea_pack, {}) == [("out_of_scope", "recommend a laptop")]


def test_what_only_names_it_is_taught_when_it_is_marked_so(tea_pack: str) -> None:
    taught = out_of_scope("who invented {items}", tea_pack, {"names_items": True})
    assert taught == [("out_of_scope", "who invented teas")]


def test_requests_that_name_films_without_wanting_one_arrive() -> None:
    assert ("out_of_scope", "电影票能退吗") in imported()
