"""The reading component: constraints, items and language of every message, through data/reading, and what they prove."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.components.ambiguity import Ambiguities
from bot.assistant.components.evidence import ItemNames, claims
from bot.assistant.components.masking import MASKED, masked
from data.catalog import load_catalog
from data.pack import Pack, load_pack
from data.reading.reader import Reader
from data.reading.reading import Reading
from data.settings import Settings

READING = "reading"
READINGS = "readings"
"""Pack → what the same words say in a conversation about that pack, where that is something else."""
NAMES_ITEM = "names_item"
LANGUAGE = "language"
BATCH = 256


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class PackReader(EntityExtractorMixin, DenseFeaturizer, GraphComponent):
    """Sets the property `reading` (docs/architecture.md), the entity `language`, and features that say what was read."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`weight` is the value of a feature that is true."""
        return {**DenseFeaturizer.get_default_config(), "weight": 0.3}

    @classmethod
    def required_components(cls) -> List[Type]:
        """Rasa checks that tokens come before features."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """None beyond those of the project itself."""
        return []

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """The only key is a number."""

    def __init__(self, config: Dict[Text, Any], name: Text, reader: Reader, packs: List[Pack]) -> None:
        super().__init__(name, config)
        self._reader = reader
        self._item_names = ItemNames.of(packs)
        self._packs = {pack.name: pack for pack in packs}
        self._ambiguities = Ambiguities.of(packs)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PackReader:
        """Reads with every pack that is served. Raises DataError when one is missing."""
        settings = Settings.from_environment()
        packs = [load_pack(name, settings.home) for name in settings.packs]
        reader = Reader.load([(pack, load_catalog(pack, settings.home)) for pack in packs], settings.home)
        return cls(config, execution_context.node_name, reader, packs)

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds reading, language and features to every message with text."""
        spoken = [message for message in messages if message.get(TEXT)]
        read = self._reader.read_in_each([message.get(TEXT) for message in spoken])
        for message, (reading, in_pack) in zip(spoken, read):
            self._note(message, reading)
            if in_pack:
                readings = {name: self._doubted(message.get(TEXT), other) for name, other in in_pack.items()}
                message.set(READINGS, readings, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The features alone, some examples at a time: what is read of all at once took half of the memory."""
        spoken = [message for message in training_data.training_examples if message.get(TEXT)]
        for start in range(0, len(spoken), BATCH):
            batch = spoken[start : start + BATCH]
            read = self._reader.read_in_each([message.get(TEXT) for message in batch])
            for message, (reading, _) in zip(batch, read):
                self._featurize(message, self._doubted(message.get(TEXT), reading))
        return training_data

    def _note(self, message: Message, reading: Reading) -> None:
        text = message.get(TEXT)
        read = self._doubted(text, reading)
        message.set(READING, read, add_to_output=True)
        self._featurize(message, read)
        if not any(map(str.isalpha, text)):
            return  # signs and figures are of no language: the person's stays
        language = {"entity": LANGUAGE, "value": reading.language, "start": 0, "end": len(text)}
        message.set(ENTITIES, [*message.get(ENTITIES, []), *self.add_extractor_name([language])], add_to_output=True)

    def _doubted(self, text: Text, reading: Reading) -> Dict[Text, Any]:
        read = reading.as_dict()
        return {**read, "maybe": [*read["maybe"], *self._ambiguities.doubts(text, read)]}

    def _featurize(self, message: Message, read: Dict[Text, Any]) -> None:
        text = message.get(TEXT)
        names_item = self._item_names.in_text(text)
        message.set(NAMES_ITEM, names_item)
        message.set(MASKED, masked(text, read, self._packs))
        row = claims(read, names_item)[np.newaxis, :] * self._config["weight"]  # (1, CLAIMS)
        message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
