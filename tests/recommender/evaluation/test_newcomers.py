"""Simulated answers to the questionnaire."""

from __future__ import annotations

import numpy as np

from recommender.evaluation.cases import Case
from recommender.evaluation.newcomers import answer
from recommender.training.sequences import History

PAST = History("u", np.array([4, 2, 7]), np.array([5.0, 1.0, 3.0]), np.array([10, 20, 30]))
CASE = Case(0, PAST.items, PAST, 9)


def _in_order(answered, closed):
    return int(np.flatnonzero(~closed)[0])


def test_only_items_of_the_past_are_answered_with_their_ratings():
    told = answer(CASE, _in_order, 2, 10)
    assert (told.case.past.items.tolist(), told.case.past.ratings.tolist()) == ([2, 4], [1.0, 5.0])


def test_it_counts_the_questions_that_the_answers_took():
    told = answer(CASE, _in_order, 2, 10)
    assert (told.answers, told.questions) == (2, 5)


def test_nobody_is_asked_more_than_ten_times():
    assert answer(CASE, lambda answered, closed: 20 + int(closed[20:].sum()), 3, 40).questions == 10


def test_without_answers_nothing_is_known():
    assert len(answer(CASE, _in_order, 0, 10).case.past) == 0
