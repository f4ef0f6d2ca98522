"""The intent classifier: multinomial logistic regression on sentence vectors and character n-grams."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Dict, List, Optional, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.assistant.components.letters import Letters
from bot.assistant.components.masking import MASKED
from bot.assistant.components.regression import Regression, indices_of
from bot.assistant.components.spelling import normal

RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """Unlike Rasa's LogisticRegressionClassifier it has a `C`, and weighs n-grams against meaning by `letters`."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Sentence vectors come first."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """What Rasa checks before training."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Inverse strength of regularisation, weight of the n-grams, most steps of the solver."""
        return {"C": 9.0, "letters": 1.0, "max_iter": 80}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._intents: List[Text] = []
        self._regression = Regression(np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
        self._letters: Optional[Letters] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """An untrained classifier. Raises RasaException for a key it does not know."""
        unknown = set(config) - set(cls.get_default_config())
        if unknown:
            raise RasaException(
                f"{cls.__name__}: unknown keys {sorted(unknown)}; there are {sorted(cls.get_default_config())}"
            )
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the regression, rare intents weighted up. Raises RasaException without examples."""
        self.fit([message for message in training_data.intent_examples if message.get(TEXT) and message.get(INTENT)])
        self._persist()
        return self._resource

    def fit(self, examples: Sequence[Message]) -> None:
        """Fits without storing."""
        if not examples:
            raise RasaException("LinearIntentClassifier: no training examples; were the skills and packs imported?")
        self._letters = Letters.learnt_from([_letters_of(message) for message in examples])
        self._intents, places = indices_of([message.get(INTENT) for message in examples])
        self._regression = Regression.fitted(
            *self._features(examples), places, self._config["C"], self._config["max_iter"]
        )

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intent and the ranking of the likeliest intents."""
        spoken = [message for message in messages if message.get(TEXT)]
        if not spoken:
            return messages
        for message, ranking in zip(spoken, self.rankings(spoken)):
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def rankings(self, messages: Sequence[Message]) -> List[List[Dict[Text, Any]]]:
        """For each message the likeliest intents with their confidence, the likeliest first."""
        rows = self.probabilities(messages)
        order = np.argsort(-rows, axis=1)[:, :RANKED]
        return [
            [{"name": self._intents[i], "confidence": float(row[i])} for i in best] for row, best in zip(rows, order)
        ]

    def probabilities(self, messages: Sequence[Message]) -> np.ndarray:
        """(messages, intents), rows sum to 1."""
        return self._regression.probabilities(*self._features(messages))

    def _features(self, messages: Sequence[Message]) -> tuple[np.ndarray, csr_matrix]:
        """Sentence vectors (N, 1024 + CLAIMS) and n-grams (N, BUCKETS)."""
        assert self._letters is not None
        vectors = np.concatenate([_sentence_vector(message) for message in messages]).astype(np.float32)
        letters = self._letters.of([_letters_of(message) for message in messages])
        return vectors, letters * np.float32(self._config["letters"])

    def _persist(self) -> None:
        assert self._letters is not None
        with self._model_storage.write_to(self._resource) as folder:
            weights, bias = self._regression.weights, self._regression.bias
            np.savez(folder / "weights.npz", weights=weights, bias=bias, rarity=self._letters.rarity)
            (folder / "intents.json").write_text(json.dumps(self._intents), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """The trained classifier; plain arrays, no pickle."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
                classifier._regression = Regression(arrays["weights"], arrays["bias"])
                classifier._letters = Letters(arrays["rarity"])
            classifier._intents = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        return classifier


def _letters_of(message: Message) -> str:
    return normal(message.get(MASKED, message.get(TEXT)))


def _sentence_vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(attribute=TEXT)
    if sentence is None:
        raise RasaException(
            "LinearIntentClassifier: a message without sentence features; put SentenceFeaturizer before it"
        )
    return sentence.features
