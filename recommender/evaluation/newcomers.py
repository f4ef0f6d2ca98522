"""Newcomers who answer a questionnaire: which items are asked about, and what a model then knows of the person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recommender.evaluation.cases import Case
from recommender.pipeline.elicitation import Elicitor
from recommender.training.sequences import History

QUESTIONS = 10
"""Items asked about at most, as the bot does."""
ANSWERS = (0, 3, 5)
Choosing = Callable[[Sequence[int], np.ndarray], int]
"""Answered positions and (N,) which are closed → the position to ask about next."""


@dataclass(frozen=True)
class Answered:
    """A case as the bot knows the person after the questionnaire, and what that took."""

    case: Case
    answers: int
    questions: int


def choosing(elicitor: Elicitor, seed: int) -> dict[str, Choosing]:
    """Ours, the best known item first, and one of the 200 best known at random."""
    by_fame = np.argsort(-elicitor.known, kind="stable")
    generator = np.random.default_rng([seed, 41])
    first: dict[tuple[int, ...], np.ndarray] = {}

    def telling(answered: Sequence[int], closed: np.ndarray) -> int:
        key = tuple(sorted(answered))
        if key not in first:
            nothing = np.zeros(len(closed), dtype=bool)
            ranked = elicitor.best(answered, nothing, len(elicitor.asked))
            first[key] = np.array([question.position for question in ranked])
        ranked_positions = first[key]
        return int(ranked_positions[np.flatnonzero(~closed[ranked_positions])[0]])

    def popular(answered: Sequence[int], closed: np.ndarray) -> int:
        return int(by_fame[np.flatnonzero(~closed[by_fame])[0]])

    def random(answered: Sequence[int], closed: np.ndarray) -> int:
        known = by_fame[:200]
        return int(generator.choice(known[~closed[known]]))

    return {"telling": telling, "popular": popular, "random": random}


def answer(case: Case, choose: Choosing, answers: int, size: int) -> Answered:
    """The person answers truthfully: an item of their past with the rating they gave it, any other is not known."""
    ratings = dict(zip(case.past.items.tolist(), case.past.ratings.tolist(), strict=True))
    closed, asked = np.zeros(size, dtype=bool), 0
    answered: list[int] = []
    while len(answered) < answers and asked < QUESTIONS:
        position = choose(answered, closed)
        closed[position], asked = True, asked + 1
        if position in ratings:
            answered.append(position)
    items = np.array(answered, dtype=np.int64)
    told = History(case.past.user_id, items, np.array([ratings[i] for i in answered]), np.arange(len(answered)) * 10)
    return Answered(replace(case, past=told), len(answered), asked)
