"""The reading component: constraints, items and language of every message, through data/reading."""

from __future__ import annotations

from typing import Any, Dict, List, Text  # noqa: UP035 (Rasa reads these annotations)

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from data.catalog import load_catalog
from data.pack import load_pack
from data.reading.reader import Reader
from data.reading.reading import Reading
from data.settings import Settings

READING = "reading"
LANGUAGE = "language"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PackReader(EntityExtractorMixin, GraphComponent):
    """Sets the message property `reading` (docs/architecture.md) and the entity `language`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

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
        return cls(Reader.load([(pack, load_catalog(pack, settings.home)) for pack in packs], settings.home))

    @staticmethod
    def required_packages() -> List[Text]:
        """None beyond those of the project itself."""
        return []

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds reading and language to every message with text."""
        spoken = [message for message in messages if message.get(TEXT)]
        for message, reading in zip(spoken, self._reader.read_many([message.get(TEXT) for message in spoken])):
            self._note(message, reading)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from readings."""
        return training_data

    def _note(self, message: Message, reading: Reading) -> None:
        message.set(READING, reading.as_dict(), add_to_output=True)
        language = {"entity": LANGUAGE, "value": reading.language, "start": 0, "end": len(message.get(TEXT))}
        found = self.add_extractor_name([language])
        message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
