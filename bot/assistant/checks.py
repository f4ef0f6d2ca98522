"""What is checked before training, because Rasa itself would only warn: importer, examples, intents, rules, responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import rasa.shared.utils.common
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT
from rasa.shared.utils.io import read_config_file

from bot.assistant.importers.words import language_of
from bot.assistant.paths import CONFIG, SKILLS
from data.errors import DataError
from data.settings import Settings

BUTTONS = {"remove_chip", "feedback", "clarified", "returned", "suggest", "nlu_fallback"}
"""Intents that no words lead to."""
DEFAULTS = {"back", "nlu_fallback", "out_of_scope", "restart", "session_start"}
"""Intents that every Rasa domain has of itself."""


def check_content(settings: Settings) -> str:
    """How many examples there are, in words. Raises DataError with every problem found."""
    importer = training_importer()
    domain, data, stories = importer.get_domain(), importer.get_nlu_data(), importer.get_stories()
    counts = Counter((message.get(INTENT), language_of(message.get("text"))) for message in data.intent_examples)
    problems = [*_intent_problems(domain, counts), *_action_problems(domain, stories)]
    if problems:
        raise DataError(problems)
    return f"{sum(counts.values())} examples of {len({intent for intent, _ in counts})} intents"


def training_importer() -> TrainingDataImporter:
    """The importer of config.yml. Rasa would replace one that cannot be imported by its own, with a warning."""
    for entry in read_config_file(str(CONFIG)).get("importers", []):
        try:
            rasa.shared.utils.common.class_from_module_path(entry["name"])
        except (AttributeError, ImportError) as error:
            raise DataError(f"config.yml: importers: {entry['name']}: cannot be imported: {error}") from error
    return TrainingDataImporter.load_from_config(str(CONFIG), str(SKILLS), [str(SKILLS)])


def _intent_problems(domain: Domain, counts: Counter[tuple[str, str]]) -> Iterable[str]:
    named = {intent for intent, _ in counts}
    for intent in sorted(named - set(domain.intents)):
        yield f"intent {intent}: has examples, but no skill's domain.yml names it; there are {', '.join(domain.intents)}"
    for intent in sorted(set(domain.intents) - BUTTONS - (DEFAULTS - {"out_of_scope"})):
        for language in ("en", "zh"):
            if not counts[intent, language]:
                yield f"intent {intent}: no example in {language}"


def _action_problems(domain: Domain, stories: StoryGraph) -> Iterable[str]:
    """Rules that name an intent or an action nobody has; intents without a rule."""
    ruled = set()
    for step in stories.story_steps:
        for event in step.events:
            if isinstance(event, UserUttered) and event.intent_name:
                ruled.add(event.intent_name)
            if isinstance(event, ActionExecuted) and event.action_name:
                if event.action_name not in domain.action_names_or_texts:
                    yield f"{step.source_name}: {step.block_name}: no action or response {event.action_name!r}"
    for intent in sorted(set(domain.intents) - ruled - (DEFAULTS - {"out_of_scope", "nlu_fallback"})):
        yield f"intent {intent}: no rule says what to do"
