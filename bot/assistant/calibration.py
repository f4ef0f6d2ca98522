"""Fits where the gate closes, and writes components/scope.yml: python -m bot.assistant.calibration [--seed N].

No classifier judges what it was trained on: the training messages are split into folds by their templates, those that are
not for us by their files, so that neither a sentence's sisters nor its subject is known. On what the others then say of
them, a logistic regression weighs the classifier's doubt against what was read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import yaml

from bot.assistant.components.scope import SIGNS, WEIGHTS, Scope
from bot.assistant.paths import CONFIG, SKILLS
from bot.assistant.quiet import be_quiet
from data.settings import Settings

OUT_OF_SCOPE = "out_of_scope"
REFUSED = 0.015
"""Share of what is for us that may be taken for not: with .01 and .02 development messages were understood no better."""
FOLDS = 5
STRENGTH = 1.0
"""C of the logistic regression over the signs."""
ASKING = 0.5
"""What asking back costs, where a wrong answer costs 1."""
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
MARGINS = (0.0, 0.02, 0.05, 0.1, 0.15)
HEADER = "# Written by `python -m bot.assistant.calibration`, which says how; nothing here is set by hand.\n"


@dataclass(frozen=True)
class Example:
    """A training message with the group that no fold may cut."""

    intent: str
    text: str
    group: str


@dataclass(frozen=True)
class Heard:
    """What a classifier that did not know the example says of it."""

    example: Example
    ranked: Sequence[dict[str, Any]]
    evidence: Any


def main() -> int:
    """0; writes scope.yml."""
    parser = argparse.ArgumentParser(prog="python -m bot.assistant.calibration", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of the folds")
    seed = parser.parse_args().seed
    be_quiet()
    heard = list(_heard_by_others(list(examples(Settings.from_environment())), seed))
    found = calibrate(heard)
    found["fitted_on"] = _protocol(heard, seed)
    WEIGHTS.write_text(HEADER + yaml.safe_dump(found, sort_keys=False, allow_unicode=True), encoding="utf-8")
    print(yaml.safe_dump(found, sort_keys=False), file=sys.stdout)
    return 0


def examples(settings: Settings) -> Iterator[Example]:
    """Every training example; its group is its template, or its file where it is not for us."""
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.formats import RasaYAMLReader
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from bot.assistant.importers.packs import EXAMPLES_PER_TEMPLATE, PackWords, pack_examples, skill_examples

    packs = [PackWords.load(name, settings.home) for name in settings.packs]
    known: set[str] = set()
    for path in sorted(SKILLS.rglob("*.yml")):
        if "\nnlu:" not in path.read_text(encoding="utf-8"):
            continue
        for message in RasaYAMLReader().read(str(path)).intent_examples:
            group = path.name if message.get(INTENT) == OUT_OF_SCOPE else message.get(TEXT)
            for intent, text in skill_examples(TrainingData([message]), packs):
                if text not in known:
                    known.add(text)
                    yield Example(intent, text, group)
    for words in packs:
        for number, (intent, text) in enumerate(pack_examples(words)):
            if text not in known:
                known.add(text)
                yield Example(intent, text, f"pack {words.pack.name} {number // EXAMPLES_PER_TEMPLATE}")


def _heard_by_others(written: Sequence[Example], seed: int) -> Iterator[Heard]:
    """Each example as a classifier hears it that was trained on the other folds."""
    from rasa.shared.nlu.constants import INTENT, TEXT
    from rasa.shared.nlu.training_data.message import Message
    from sklearn.model_selection import GroupKFold

    from bot.assistant.components.gate import evidence_of
    from bot.assistant.components.intent import LinearIntentClassifier

    config = {entry["name"].split(".")[-1]: entry for entry in _pipeline()}
    messages = [Message(data={TEXT: one.text, INTENT: one.intent}) for one in written]
    _read(messages, config)
    own = {key: value for key, value in config["LinearIntentClassifier"].items() if key != "name"}
    groups = _shuffled([one.group for one in written], seed)
    for rest, judged in GroupKFold(FOLDS).split(messages, groups=groups):
        classifier = LinearIntentClassifier(own, None, None)  # type: ignore[arg-type]
        classifier.fit([messages[place] for place in rest])
        print(f"calibration: {len(judged)} of {len(written)} messages judged", file=sys.stderr, flush=True)
        for place, ranked in zip(judged, classifier.rankings([messages[place] for place in judged])):
            yield Heard(written[place], ranked, evidence_of(messages[place]))


def _pipeline() -> Sequence[dict[str, Any]]:
    return list(yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"])


def _read(messages: list[Any], config: dict[str, dict[str, Any]]) -> None:
    """Features and readings, as training gives them."""
    from bot.assistant.components.reading import PackReader
    from bot.assistant.components.sentence import SentenceFeaturizer

    for component in (PackReader, SentenceFeaturizer):
        own = {key: value for key, value in config[component.__name__].items() if key != "name"}
        context = SimpleNamespace(node_name=component.__name__)
        made = component.create({**component.get_default_config(), **own}, None, None, context)  # type: ignore[arg-type]
        made.process(messages)


def _shuffled(groups: Sequence[str], seed: int) -> list[int]:
    """A number for each group, by chance, because GroupKFold goes by the order of groups of one size."""
    names = sorted(set(groups))
    numbers = dict(zip(names, np.random.default_rng(seed).permutation(len(names))))
    return [int(numbers[group]) for group in groups]


def calibrate(heard: Sequence[Heard]) -> dict[str, Any]:
    """The content of scope.yml without its protocol."""
    acts = _acts()
    strangers = np.array([one.example.intent == OUT_OF_SCOPE for one in heard])
    weight = np.where(strangers, 0.5 / max(strangers.sum(), 1), 0.5 / max((~strangers).sum(), 1)) * len(heard)
    found = _scope(_signs(heard, acts), strangers, weight)
    threshold, margin = _asking(heard, Scope(found["weights"], found["bias"]), acts, weight)
    return {**found, "threshold": threshold, "margin": margin}


def _acts() -> dict[str, Any]:
    gate = next(entry for entry in _pipeline() if entry["name"].endswith("IntentGate"))
    return {key: value for key, value in gate.items() if key != "name"}


def _signs(heard: Sequence[Heard], acts: dict[str, Any]) -> np.ndarray:
    """(examples, SIGNS)"""
    from bot.assistant.components.gate import Limits, acts_of, signs_of

    limits = Limits(Scope({}, 0.0), 0.0, 0.0, **acts)
    rows = []
    for one in heard:
        probability = {entry["name"]: float(entry["confidence"]) for entry in one.ranked}
        beyond = probability.pop(OUT_OF_SCOPE, 0.0)
        rows.append(signs_of(one.example.text, beyond, acts_of(probability, limits), one.evidence, limits))
    return np.array(rows)


def _scope(found: np.ndarray, strangers: np.ndarray, weight: np.ndarray) -> dict[str, Any]:
    """Weights of the signs; the bias is where REFUSED of what is for us would be refused."""
    from sklearn.linear_model import LogisticRegression

    spread = found.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, max_iter=500).fit(found / spread, strangers, sample_weight=weight)
    weights = fitted.coef_[0] / spread
    scores, ours = found @ weights, ~strangers
    order = np.argsort(-scores[ours])
    refused = np.cumsum(weight[ours][order]) / weight[ours].sum()
    limit = scores[ours][order][np.searchsorted(refused, REFUSED)]
    return {
        "weights": {name: round(float(value), 4) for name, value in zip(SIGNS, weights)},
        "bias": round(-float(limit), 4),
    }


def _asking(heard: Sequence[Heard], scope: Scope, acts: dict[str, Any], weight: np.ndarray) -> tuple[float, float]:
    """The threshold and margin at which wrong answers and questions together cost least."""
    from bot.assistant.components.gate import NLU_FALLBACK, Limits, decide

    same = acts["acts"]
    ours = [(one, w) for one, w in zip(heard, weight) if one.example.intent != OUT_OF_SCOPE]

    def cost(threshold: float, margin: float) -> float:
        limits = Limits(scope, threshold, margin, **acts)
        total = 0.0
        for one, share in ours:
            said = decide(one.example.text, one.ranked, one.evidence, limits).intent
            is_right = same.get(said, said) == same.get(one.example.intent, one.example.intent)
            total += share * (0.0 if is_right else ASKING if said == NLU_FALLBACK else 1.0)
        return total

    return min(((t, m) for t in THRESHOLDS for m in MARGINS), key=lambda pair: cost(*pair))


def _protocol(heard: Sequence[Heard], seed: int) -> str:
    strangers = sum(one.example.intent == OUT_OF_SCOPE for one in heard)
    return (
        f"{len(heard) - strangers} training messages for us and {strangers} not, {FOLDS} folds by template and file, seed "
        f"{seed}; {REFUSED:.1%} of what is for us may be refused; asking back costs {ASKING} of a wrong answer"
    )


if __name__ == "__main__":
    sys.exit(main())
