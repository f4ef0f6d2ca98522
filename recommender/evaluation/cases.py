"""What is asked of every model: a person with a past, perhaps an instruction, and the item that was chosen next."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.need import Constraint
from recommender.evaluation.figures import Measured, of_ranks, ranks_and_satisfied
from recommender.pipeline.eligibility import Eligibility
from recommender.training.sequences import History, Split

PEOPLE = 2000
"""Users asked at most; of more, this many are drawn, always the same ones."""
BATCH = 64


@dataclass(frozen=True)
class Heard:
    """What is known of an instruction: the words, and the constraints and items that were read from them."""

    text: str = ""
    constraints: tuple[Constraint, ...] = ()
    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One request."""

    user: int
    """Place of the user among the histories of the split."""
    seen: np.ndarray
    """Items that the user had before: nobody recommends them."""
    past: History
    """What the model is told of them."""
    target: int
    heard: Heard = Heard()
    said: tuple[Constraint, ...] = ()
    """What the author of the instruction meant."""
    level: str = ""

    def without_past(self) -> Case:
        """The same instruction of somebody unknown."""
        return replace(self, past=self.past.until(0))

    def without_instruction(self) -> Case:
        """The same person, who says nothing."""
        return replace(self, heard=Heard())

    def with_newest(self, count: int) -> Case:
        """Only the newest interactions are known."""
        return replace(self, past=newest(self.past, count))

    def understood(self) -> Case:
        """The constraints as they were meant instead of as they were read; all of them are musts."""
        meant = tuple(replace(constraint, strength="must") for constraint in self.said)
        return replace(self, heard=replace(self.heard, constraints=meant))


Scoring = Callable[[Sequence[Case]], np.ndarray]
"""B cases → (B, N) scores; -inf for what is not to be shown."""


def newest(history: History, count: int) -> History:
    """The last `count` interactions."""
    start = max(0, len(history) - count)
    return History(history.user_id, history.items[start:], history.ratings[start:], history.timestamps[start:])


def cases_of(split: Split, people: int = PEOPLE) -> list[Case]:
    """One case per user that has a test item; at most `people`, drawn by their names."""
    found = []
    for user, history in enumerate(split.histories):
        if len(history) < 3 or history.items[-1] in history.items[:-1]:
            continue
        past = history.until(len(history) - 1)
        found.append(Case(user, past.items, past, int(history.items[-1])))
    if len(found) <= people:
        return found
    drawn = sorted(found, key=lambda case: zlib.crc32(case.past.user_id.encode()))[:people]
    return sorted(drawn, key=lambda case: case.user)


def validation_cases(split: Split) -> list[Case]:
    """The same people's last items but one, from the items before them: what opponents make their choices on."""
    return [
        Case(case.user, case.past.items[:-1], case.past.until(len(case.past) - 1), int(case.past.items[-1]))
        for case in cases_of(split)
        if case.past.items[-1] not in case.past.items[:-1]
    ]


def cases_of_items(items: int, people: int) -> list[Case]:
    """Cases of people without a past, for a pack that has no interactions: each wants a random item."""
    nobody = History("", np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
    wanted = np.random.default_rng(3).permutation(items)[:people]
    return [Case(user, nobody.items, nobody, int(target)) for user, target in enumerate(wanted)]


def measure(scoring: Scoring, cases: Sequence[Case], eligibility: Eligibility | None = None) -> Measured:
    """Figures of a model on cases; with `eligibility`, also how far what was said is met by what is shown."""
    ranks, met = [], []
    for batch in batches(cases):
        scores = np.array(scoring(batch), dtype=np.float32)
        for row, case in enumerate(batch):
            scores[row, case.seen] = -np.inf
        admitted = np.stack([_admitted(case, eligibility) for case in batch]) if eligibility else None
        found, satisfied = ranks_and_satisfied(scores, np.array([case.target for case in batch]), admitted)
        ranks.append(found)
        met += [satisfied] if satisfied is not None else []
    return of_ranks(
        np.array([case.user for case in cases]), np.concatenate(ranks), np.concatenate(met) if met else None
    )


def batches(cases: Sequence[Case], size: int = BATCH) -> Iterator[Sequence[Case]]:
    """Cases, some at a time."""
    for start in range(0, len(cases), size):
        yield cases[start : start + size]


def _admitted(case: Case, eligibility: Eligibility) -> np.ndarray:
    return eligibility.mask([replace(constraint, strength="must") for constraint in case.said])
