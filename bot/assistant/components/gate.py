"""The gate: is a message for us, is it understood, and which intent is it, by probability, margin and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME as NLU_FALLBACK
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.components.evidence import Evidence
from bot.assistant.components.reading import NAMES_ITEM, READING
from bot.assistant.components.scope import Scope, calibrated, scope_of, signs

OUT_OF_SCOPE = "out_of_scope"
CERTAIN = 0.9
Ranked = Sequence[Mapping[str, Any]]
"""Intents with their confidence, the likeliest first."""


@dataclass(frozen=True)
class Limits:
    """Where the gate closes; calibration finds the figures (scope.yml), config.yml says what the acts are."""

    scope: Scope
    """What tells a message that is not for us."""
    threshold: float
    """Least probability of the likeliest act; below it the bot asks."""
    margin: float
    """Least distance to the second act; below it the bot asks."""
    acts: Mapping[str, str]
    """Intents that lead to the same act, so that doubt between them is no doubt."""
    wish: str
    """The act of a message whose wishes are clear even though its sentence is not."""
    small_talk: Sequence[str] = ()
    """Acts that a demand makes a wish of: "hi, long day, make it a comedy, thanks"."""
    beside: float = 0.0
    """Least probability of a wish beside small talk: "cheers mate" holds none, whatever its words look like."""


@dataclass(frozen=True)
class Decision:
    """The intent a message gets, with its probability."""

    intent: str
    confidence: float


def decide(text: str, ranked: Ranked, evidence: Evidence, limits: Limits) -> Decision:
    """What the message is. Doubt ends in nlu_fallback, unless a clear wish was read."""
    probability = {entry["name"]: float(entry["confidence"]) for entry in ranked}
    beyond = probability.pop(OUT_OF_SCOPE, 0.0)
    if not probability:
        return Decision(OUT_OF_SCOPE, beyond)
    acts = acts_of(probability, limits)
    if limits.scope.is_beyond(signs_of(text, beyond, acts, evidence, limits)):
        return Decision(OUT_OF_SCOPE, beyond)
    if evidence.strong or evidence.weak:
        ours = sum(probability.values())
        probability = {intent: value / ours for intent, value in probability.items()}
        acts = [(act, value / ours) for act, value in acts]
    (best, likely), (_, second) = acts[0], acts[1] if len(acts) > 1 else ("", 0.0)
    if not any(character.isalnum() for character in text) and likely < CERTAIN:
        return Decision(NLU_FALLBACK, 1 - likely)
    if likely < limits.threshold or likely - second < limits.margin:
        if not evidence.strong:
            return Decision(NLU_FALLBACK, 1 - likely)
        best = limits.wish
    if best in limits.small_talk and evidence.demands and dict(acts).get(limits.wish, 0.0) >= limits.beside:
        best = limits.wish
    return _best_of(best, probability, limits)


def signs_of(
    text: str, beyond: float, acts: Sequence[tuple[str, float]], evidence: Evidence, limits: Limits
) -> list[float]:
    """What the scope judges: `acts` are those that are ours, the likeliest first."""
    ours = sum(value for _, value in acts) or 1.0
    return signs(text, beyond, acts[0][1] / ours, dict(acts).get(limits.wish, 0.0), evidence)


def acts_of(probability: Mapping[str, float], limits: Limits) -> list[tuple[str, float]]:
    """Acts with the probability of all their intents together, the likeliest first."""
    acts: dict[str, float] = {}
    for intent, value in probability.items():
        act = limits.acts.get(intent, intent)
        acts[act] = acts.get(act, 0.0) + value
    return sorted(acts.items(), key=lambda entry: -entry[1])


def _best_of(act: str, probability: Mapping[str, float], limits: Limits) -> Decision:
    """The likeliest intent of `act`."""
    intents = [intent for intent in probability if limits.acts.get(intent, intent) == act]
    if not intents:
        intents = [intent for intent, its_act in limits.acts.items() if its_act == act]
    intent = max(intents, key=lambda name: probability.get(name, 0.0))
    return Decision(intent, probability.get(intent, 0.0))


def evidence_of(message: Message) -> Evidence:
    """What was read in the message."""
    return Evidence.of(message.get(READING), bool(message.get(NAMES_ITEM)), message.get(TEXT))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentGate(IntentClassifier, GraphComponent):
    """Takes the place of Rasa's FallbackClassifier, which knows neither evidence nor acts."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """An intent comes first."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The acts come from config.yml alone, the figures from scope.yml."""
        return {}

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentGate:
        """Raises RasaException for a missing or an unknown key."""
        found = calibrated()
        try:
            return cls(Limits(scope_of(found), found["threshold"], found["margin"], **config))
        except TypeError as error:
            raise RasaException(
                f"IntentGate: {error}; its keys are {', '.join(list(Limits.__dataclass_fields__)[3:])}"
            ) from error

    def process(self, messages: List[Message]) -> List[Message]:
        """Puts the decision in the place of the likeliest intent; the ranking keeps the others."""
        for message in messages:
            ranked = message.get(INTENT_RANKING_KEY)
            if ranked:
                decision = decide(message.get(TEXT), ranked, evidence_of(message), self._limits)
                first = {"name": decision.intent, "confidence": decision.confidence}
                others = [entry for entry in ranked if entry["name"] != decision.intent]
                message.set(INTENT, first, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [first, *others], add_to_output=True)
        return messages
