"""The parts of the evaluation of one seed: history, instruction, languages, cold users and cold items."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from recommender.evaluation import served
from recommender.evaluation.cases import PEOPLE, Case, Scoring, cases_of, cases_of_items, measure
from recommender.evaluation.figures import Measured
from recommender.evaluation.instructed import LEVELS, WORDINGS, Instructor
from recommender.evaluation.newcomers import ANSWERS, answer, choosing
from recommender.evaluation.opponents import Opponents
from recommender.evaluation.sasrec import STANDARD, SasrecConfig
from recommender.model.encoder import TextEncoder
from recommender.pipeline.eligibility import Eligibility
from recommender.pipeline.ranking import PackRanker
from recommender.training.material import Material
from recommender.training.progress import Progress
from recommender.training.run import Profile, train
from recommender.training.sequences import History, Split

FIGURES = ("HR@10", "NDCG@10", "MRR", "satisfied")
COLD_USERS = (0, 1, 3)
"""Newest interactions that are known of a person."""
COLD_ITEMS = 0.2
"""Share of the items withheld from training."""
NO_HISTORY_PEOPLE = 500
"""Requests about random items for a pack without interactions."""
NOT_INSTRUCTED = "no facet of this pack and no template says anything of its items"


@dataclass(frozen=True)
class Setting:
    """What does not change from seed to seed."""

    material: Material
    encoder: TextEncoder
    profile: Profile
    home: Path
    progress: Progress
    people: int = PEOPLE
    sasrec: SasrecConfig = STANDARD

    @functools.cached_property
    def eligibility(self) -> Eligibility:
        """Masks of the catalog."""
        return Eligibility(self.material.catalog)

    @functools.cached_property
    def instructor(self) -> Instructor:
        """Writes instructions and reads them."""
        return Instructor(self.material.catalog, self.home)

    @functools.cached_property
    def cases(self) -> list[Case]:
        """The people asked."""
        if self.material.split.histories:
            return cases_of(self.material.split, self.people)
        return cases_of_items(len(self.material.catalog.items), min(self.people, NO_HISTORY_PEOPLE))


@dataclass
class Seed:
    """All parts for one seed. Models are trained when a part first needs them, and shared by the parts."""

    setting: Setting
    seed: int
    skipped: dict[str, str] = field(default_factory=dict)

    @functools.cached_property
    def ours(self) -> Scoring:
        """Our model as served, trained on the split."""
        return served.scoring_of(self._ranker)

    @functools.cached_property
    def _ranker(self) -> PackRanker:
        return self._trained(self.setting.material)

    @functools.cached_property
    def opponents(self) -> Opponents:
        """The other models on the same split."""
        s = self.setting
        return Opponents(s.material, s.encoder, self.seed, s.progress, s.sasrec, self.skipped)

    def history(self) -> Mapping[str, Measured]:
        """Everybody's next item from the items before it."""
        if not self._has("history"):
            return {}
        models = {served.NAME: self.ours, **self.opponents.by_history()}
        return {name: self._measure(name, scoring, self.setting.cases) for name, scoring in models.items()}

    def instruction(self) -> Mapping[str, Mapping[str, Mapping[str, Measured | Mapping[str, Measured]]]]:
        """The same next items, asked for in words of templates that were held out, or seen in training."""
        found = {}
        for wording in WORDINGS:
            cases = self.setting.instructor.instruct(self.setting.cases, wording, self.seed)
            if not cases:
                self.skipped[f"instruction, {wording}"] = NOT_INSTRUCTED
                continue
            models = {
                **served.instruction_variants(self.ours),
                **self.opponents.by_instruction(self.setting.eligibility),
            }
            found[wording] = {name: self._by_level(name, scoring, cases) for name, scoring in models.items()}
        return found

    def languages(self) -> Mapping[str, Mapping[str, Measured]]:
        """Instructions in English and in Chinese that mean the same of the same item."""
        found: dict[str, Mapping[str, Measured]] = {}
        for wording in WORDINGS:
            pairs = self.setting.instructor.twins(self.setting.cases, wording, self.seed)
            if pairs["en"]:
                found[wording] = {
                    language: self._measure(f"{served.NAME} {language}", self.ours, cases, True).only(FIGURES)
                    for language, cases in pairs.items()
                }
        return found

    def cold_users(self) -> Mapping[str, Mapping[str, Measured]]:
        """People of whom next to nothing is known, silent or with an instruction."""
        if not self._has("cold_users"):
            return {}
        instructed = self.setting.instructor.instruct(self.setting.cases, "held", self.seed)
        found = {}
        for known in COLD_USERS:
            cases = [case.with_newest(known) for case in self.setting.cases]
            models = {served.NAME: self.ours, **self.opponents.for_strangers()}
            rows = {name: self._measure(name, scoring, cases) for name, scoring in models.items()}
            asked = [case.with_newest(known) for case in instructed]
            if asked:
                name = f"{served.NAME}/with-instruction"
                rows[name] = self._measure(name, self.ours, asked)
            found[str(known)] = rows
        return found

    def newcomers(self) -> Mapping[str, Mapping[str, Measured]]:
        """The same people as strangers who answer 0, 3 or 5 questions about items, which are chosen in several ways."""
        if not self._has("newcomers"):
            return {}
        ranker, size = self._ranker, len(self.setting.material.catalog.items)
        found: dict[str, dict[str, Measured]] = {}
        for way, choose in choosing(ranker.elicitor, self.seed).items():
            for answers in ANSWERS:
                told = [answer(case, choose, answers, size) for case in self.setting.cases]
                measured = self._measure(f"{way}, {answers} answers", self.ours, [one.case for one in told])
                values = {
                    "HR@10": measured.values["HR@10"], "NDCG@10": measured.values["NDCG@10"],
                    "answers": np.array([one.answers for one in told], dtype=float),
                    "questions": np.array([one.questions for one in told], dtype=float),
                }  # fmt: skip
                found.setdefault(way, {})[str(answers)] = Measured(measured.users, values)
        return found

    def cold_items(self) -> Mapping[str, Mapping[str, Measured]]:
        """Items that nobody had in training, asked for in held-out words, beside those that somebody had."""
        if not self._has("cold_items"):
            return {}
        cold = self._withheld()
        warm_only = replace(self.setting.material, split=without(self.setting.material.split, cold))
        cases = self.setting.instructor.instruct(self.setting.cases, "held", self.seed)
        cases = [replace(case, past=_warm(case.past, cold)) for case in cases]
        if not cases:
            self.skipped["cold_items"] = NOT_INSTRUCTED
            return {}
        s = self.setting
        trained = served.scoring_of(self._trained(warm_only))
        others = Opponents(warm_only, s.encoder, self.seed, s.progress, s.sasrec, self.skipped)
        variants = {n: v for n, v in served.instruction_variants(trained).items() if not n.endswith("history-only")}
        models = {**variants, **others.by_instruction(s.eligibility)}
        is_cold = np.array([bool(cold[case.target]) for case in cases])
        found = {}
        for name, scoring in models.items():
            measured = self._measure(f"cold items: {name}", scoring, cases, True).only(FIGURES)
            found[name] = {"cold": measured.where(is_cold), "warm": measured.where(~is_cold)}
        return found

    def _withheld(self) -> np.ndarray:
        """(N,) a fifth of the items that somebody had, drawn at random."""
        counts = np.zeros(len(self.setting.material.catalog.items))
        for history in self.setting.material.split.histories:
            counts[history.items] += 1
        had = np.flatnonzero(counts)
        drawn = np.random.default_rng([self.seed, 31]).permutation(had)[: round(COLD_ITEMS * len(had))]
        cold = np.zeros(len(counts), dtype=bool)
        cold[drawn] = True
        return cold

    def _trained(self, material: Material) -> PackRanker:
        s = self.setting
        checkpoint = train(material, s.encoder, s.profile, self.seed, s.progress)
        return PackRanker(material.catalog, checkpoint, s.encoder)

    def _by_level(
        self, name: str, scoring: Scoring, cases: Sequence[Case]
    ) -> Mapping[str, Measured | Mapping[str, Measured]]:
        measured = self._measure(name, scoring, cases, True).only(FIGURES)
        levels = np.array([case.level for case in cases])
        by_level = {level: measured.where(levels == level) for level in LEVELS if (levels == level).any()}
        return {"": measured, "by_level": by_level}

    def _measure(self, name: str, scoring: Scoring, cases: Sequence[Case], is_instructed: bool = False) -> Measured:
        measured = measure(scoring, cases, self.setting.eligibility if is_instructed else None)
        figures = ", ".join(f"{figure} {values.mean():.4f}" for figure, values in measured.values.items())
        self.setting.progress.say(f"  {name}, {len(cases)} requests: {figures}")
        return measured

    def _has(self, part: str) -> bool:
        if not self.setting.material.split.histories or not self.setting.cases:
            self.skipped[part] = "this pack has no interactions to measure on"
            return False
        return True


def _warm(history: History, cold: np.ndarray) -> History:
    kept = ~cold[history.items]
    return History(history.user_id, history.items[kept], history.ratings[kept], history.timestamps[kept])


def without(split: Split, cold: np.ndarray) -> Split:
    """The split without the interactions of some items. Who is left with nothing is gone."""
    return Split(tuple(history for history in (_warm(h, cold) for h in split.histories) if len(history)))


PARTS: Mapping[str, Callable[[Seed], Mapping[str, object]]] = {
    "history": Seed.history, "instruction": Seed.instruction, "languages": Seed.languages,
    "cold_users": Seed.cold_users, "cold_items": Seed.cold_items,
    "newcomers": Seed.newcomers,
}  # fmt: skip
