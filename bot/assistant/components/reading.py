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

from data.reading.reader import Reader
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
        return cls(Reader.load(settings.packs, settings.home))

    @staticmethod
    def required_packages() -> List[Text]:
        """None beyond those of the project itself."""
        return []

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds reading and language to every message with text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                self._note(message, text)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from readings."""
        return training_data

    def _note(self, message: Message, text: Text) -> None:
        reading = self._reader.read(text).as_dict()
        message.set(READING, reading, add_to_output=True)
        language = {"entity": LANGUAGE, "value": reading["language"], "start": 0, "end": len(text)}
        found = self.add_extractor_name([language])
        message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
