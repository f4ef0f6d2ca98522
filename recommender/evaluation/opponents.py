"""All models that we are compared with, trained when first asked for; what cannot be had is listed with the reason."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from recommender.evaluation import by_words, libraries
from recommender.evaluation.cases import Scoring
from recommender.evaluation.linear import linear, popularity
from recommender.evaluation.sasrec import STANDARD, SasrecConfig, train_sasrec
from recommender.model.encoder import TextEncoder
from recommender.pipeline import baselines
from recommender.pipeline.eligibility import Eligibility
from recommender.training.material import Material
from recommender.training.progress import Progress

LINEAR = ("ease", "ease-recency", "slit")


@dataclass
class Opponents:
    """The opponents on one split; `material` is that of the split, `seed` that of the models which are random."""

    material: Material
    encoder: TextEncoder
    seed: int
    progress: Progress
    sasrec: SasrecConfig = STANDARD
    skipped: dict[str, str] = field(default_factory=dict)

    def by_history(self) -> Mapping[str, Scoring]:
        """Everything that recommends from what a person had before."""
        return {**self.popularity, **self.by_library, **self.linear, **self.sasrec_ce}

    def for_strangers(self) -> Mapping[str, Scoring]:
        """Those that can be asked about a history that they were not trained on."""
        library = {name: scoring for name, scoring in self.by_library.items() if name == "itemknn"}
        return {**self.popularity, **library, **self.linear, **self.sasrec_ce}

    def by_instruction(self, eligibility: Eligibility) -> Mapping[str, Scoring]:
        """Those that read, and the strongest linear one behind a filter."""
        found = {**self.popularity, **self.reading}
        if "ease-recency" in self.linear:
            ease = self.linear["ease-recency"]
            found["rules+filter+ease-recency"] = by_words.by_rules(ease, eligibility)
            found["our reading+filter+ease-recency"] = by_words.filtered(ease, eligibility)
        return found

    @functools.cached_property
    def popularity(self) -> Mapping[str, Scoring]:
        """By number of interactions."""
        return {"popularity": popularity(self.material.split, self._items)}

    @functools.cached_property
    def linear(self) -> Mapping[str, Scoring]:
        """EASE, EASE-recency and SLIT."""
        if not self.material.split.train:
            return self._without(LINEAR, "no interactions")
        if self._items > baselines.MAX_ITEMS:
            return self._without(
                LINEAR, f"{self._items} items; an items² matrix of over {baselines.MAX_ITEMS} is left out"
            )
        self.progress.say("training EASE, EASE-recency and SLIT")
        return linear(self.material.split, self._items)

    @functools.cached_property
    def by_library(self) -> Mapping[str, Scoring]:
        """ItemKNN, BPR and iALS."""
        if not self.material.split.train:
            return self._without(libraries.NAMES, "no interactions")
        try:
            models = libraries.of_implicit(self.material.split, self._items, self.seed)
        except ImportError as error:
            return self._without(libraries.NAMES, f"implicit is not installed ({error})")
        found = {}
        for name, train in models.items():
            self.progress.say(f"training {name}")
            found[name] = train()
        return found

    @functools.cached_property
    def sasrec_ce(self) -> Mapping[str, Scoring]:
        """SASRec with cross-entropy."""
        if not self.material.split.train:
            return self._without(("sasrec-ce",), "no interactions")
        device, progress = self.encoder.device, self.progress
        return {
            "sasrec-ce": train_sasrec(
                self.material.split, self._items, self.seed, device,
                lambda done, total, note: progress.update("training sasrec-ce", done, total, note), self.sasrec,
            )
        }  # fmt: skip

    @functools.cached_property
    def reading(self) -> Mapping[str, Scoring]:
        """BM25 and the sentence encoder as it comes."""
        catalog, encoder = self.material.catalog, self.encoder
        found = {"minilm": by_words.zero_shot(catalog, encoder)}
        try:
            return {"bm25": by_words.bm25(catalog), **found}
        except ImportError as error:
            self._without(("bm25",), f"bm25s is not installed ({error})")
            return found

    @property
    def _items(self) -> int:
        return len(self.material.catalog.items)

    def _without(self, names: tuple[str, ...], why: str) -> dict[str, Scoring]:
        self.skipped.update(dict.fromkeys(names, why))
        return {}
