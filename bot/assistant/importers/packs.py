"""The training-data importer: skill sentences and pack sentences, expanded in memory and never written anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Union

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.importers.sentences import examples_of, is_template
from bot.assistant.importers.words import Phrases, language_of, words_of
from data.catalog import load_catalog
from data.errors import DataError
from data.pack import LANGUAGES, Pack, load_pack
from data.reading.phrases import load_phrases
from data.settings import Settings

EXAMPLES_PER_TEMPLATE = 6
"""More of the same template teaches a linear classifier little and costs encoding time."""
FEWEST_PER_PACK = 2
"""Of a skill's template; with many packs each lends it fewer words, so that training time does not follow their number."""
OUT_OF_SCOPE = "out_of_scope"
SLOT = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class PackWords:
    """One pack, its phrases, and the words it lends to skill sentences, both per language."""

    pack: Pack
    phrases: Mapping[str, Phrases]
    lists: Mapping[str, Mapping[str, list[str]]]

    @classmethod
    def load(cls, name: str, home: Path) -> PackWords:
        """Raises DataError when the pack or its catalog is not there, or a phrases file is no mapping."""
        pack = load_pack(name, home)
        catalog = load_catalog(pack, home)
        phrases = load_phrases(pack)
        return cls(pack, phrases, {language: words_of(pack, catalog, phrases, language) for language in LANGUAGES})


class PackImporter(RasaFileImporter):
    """Skills as Rasa reads them, with their templates filled by every served pack, and the packs' own sentences."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._nlu_data: Optional[TrainingData] = None

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """Every example of every skill and pack, expanded."""
        if self._nlu_data is None:
            settings = Settings.from_environment()
            packs = [PackWords.load(name, settings.home) for name in settings.packs]
            written = super().get_nlu_data(language)
            examples = [*skill_examples(written, packs), *(e for words in packs for e in pack_examples(words))]
            self._nlu_data = TrainingData(_messages(examples))
        return self._nlu_data


def skill_examples(written: TrainingData, packs: Iterable[PackWords]) -> Iterable[tuple[str, str]]:
    """
    (intent, text) of the skill files. What a served pack offers is never taught as out of scope, unless the examples are
    marked `names_items`: they name it without wanting one.
    """
    packs = list(packs)
    ours = {
        word.lower()
        for words in packs
        for lists in words.lists.values()
        for s in ("item", "items")
        for word in lists[s]
    }
    for message in written.intent_examples:
        intent, text = message.get(INTENT), message.get(TEXT)
        is_kept = intent != OUT_OF_SCOPE or _names_items(message)
        for sentence in _filled(text, packs, f"skill sentence of intent {intent}"):
            if is_kept or not any(word in sentence.lower() for word in ours):
                yield intent, sentence


def _names_items(message: Message) -> bool:
    """True for examples with `metadata: {names_items: true}` beside their intent."""
    return bool(((message.get(METADATA) or {}).get(INTENT) or {}).get("names_items"))


def _filled(text: str, packs: Iterable[PackWords], where: str) -> Iterable[str]:
    if not is_template(text):
        return [text]
    if "{" not in text:
        return examples_of(text, {}, {}, EXAMPLES_PER_TEMPLATE, where)
    packs = list(packs)
    count = max(FEWEST_PER_PACK, EXAMPLES_PER_TEMPLATE // max(1, len(packs)))
    return [
        sentence
        for words in packs
        for language in _languages_of(text)
        for sentence in examples_of(text, words.lists[language], {}, count, where)
    ]


def _languages_of(template: str) -> Iterable[str]:
    """The language a template is written in; all of them for one of nothing but slots ("{value}")."""
    written = SLOT.sub("", template)
    return (language_of(written),) if any(character.isalpha() for character in written) else LANGUAGES


def pack_examples(words: PackWords, group: str = "sentences") -> Iterable[tuple[str, str]]:
    """(intent, text) of the pack's phrases.<lang>.yml. The group `held_out` is for measuring and never trained on."""
    for language, phrases in words.phrases.items():
        where = f"{words.pack.name}/phrases.{language}.yml"
        lists = {**words.lists[language], **_own_lists(phrases)}
        rules: Dict[str, Any] = phrases.get("expansion_rules") or {}
        for intent, templates in _templates(phrases, group, where).items():
            for template in templates:
                for sentence in examples_of(
                    template, lists, rules, EXAMPLES_PER_TEMPLATE, f"{where}: {group}.{intent}"
                ):
                    yield intent, sentence


def _own_lists(phrases: Phrases) -> dict[str, list[str]]:
    lists = phrases.get("lists") or {}
    return {
        name: list(map(str, entry["values"] if isinstance(entry, dict) else entry)) for name, entry in lists.items()
    }


def _templates(phrases: Phrases, group: str, where: str) -> Mapping[str, list[str]]:
    templates = phrases.get(group) or {}
    if not isinstance(templates, dict):
        raise DataError(f"{where}: {group}: expected intent → templates, got {type(templates).__name__}")
    return templates


def _messages(examples: Iterable[tuple[str, str]]) -> list[Message]:
    """One message per different example; the first intent that claims a sentence keeps it."""
    intent_of: dict[str, str] = {}
    for intent, text in examples:
        intent_of.setdefault(text, intent)
    return [Message(data={TEXT: text, INTENT: intent}) for text, intent in intent_of.items()]
