"""Loading Rasa without TensorFlow, which takes 6 s and 350 MB and does nothing for a pipeline that has no use for it."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

WITHOUT = ("tensorflow", "tensorflow_addons", "keras")
COMPONENTS = "rasa.engine.recipes.default_components"
"""The module in which Rasa imports every component it has, and with them TensorFlow."""
PLAIN = {
    "MemoizationPolicy": "rasa.core.policies.memoization",
    "AugmentedMemoizationPolicy": "rasa.core.policies.memoization",
    "RulePolicy": "rasa.core.policies.rule_policy",
    "FallbackClassifier": "rasa.nlu.classifiers.fallback_classifier",
    "LogisticRegressionClassifier": "rasa.nlu.classifiers.logistic_regression_classifier",
    "CountVectorsFeaturizer": "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer",
    "RegexFeaturizer": "rasa.nlu.featurizers.sparse_featurizer.regex_featurizer",
    "RegexEntityExtractor": "rasa.nlu.extractors.regex_entity_extractor",
    "EntitySynonymMapper": "rasa.nlu.extractors.entity_synonyms",
    "WhitespaceTokenizer": "rasa.nlu.tokenizers.whitespace_tokenizer",
}
"""Rasa's own components that need no TensorFlow, and where they are."""


def load_lean(config: Path) -> bool:
    """Keeps TensorFlow out when every component of `config` can do without; says whether it did.

    Has to come before the first import of Rasa; a configuration with DIET or TED loads all of Rasa as ever.
    """
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    names = [entry["name"] for part in ("pipeline", "policies") for entry in content.get(part) or ()]
    if not can_be_lean(names) or "tensorflow" in sys.modules:
        return False
    sys.meta_path.insert(0, _StandIns())
    sys.modules[COMPONENTS] = _Components(COMPONENTS, [name for name in names if name in PLAIN])
    return True


def can_be_lean(names: Iterable[str]) -> bool:
    """Whether each name is a component outside Rasa (a dotted path) or one of PLAIN."""
    return all("." in name or name in PLAIN for name in names)


class _Components(ModuleType):
    """Takes the place of COMPONENTS and imports only what is configured, when Rasa asks for the list."""

    def __init__(self, name: str, wanted: Sequence[str]):
        super().__init__(name)
        self._wanted = wanted

    @property
    def DEFAULT_COMPONENTS(self) -> list[type]:
        return [getattr(importlib.import_module(PLAIN[name]), name) for name in self._wanted]


class _Anything(type):
    """A class that has every attribute, each again such a class: enough for base classes and annotations."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name, (), {})


class _StandIn(ModuleType):
    """A module of WITHOUT that holds nothing but such classes."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name, (), {})


class _StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for every module of WITHOUT."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] not in WITHOUT:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""
