"""Which item a newcomer is asked about."""

from __future__ import annotations

import numpy as np

from recommender.pipeline.elicitation import Elicitor

FACTORS = np.array([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.1]]])
"""One draw, four items, two factors: the first two items ask the same."""
NOBODY = np.zeros(4, dtype=bool)


def _elicitor(counts: list[float]) -> Elicitor:
    return Elicitor(FACTORS, np.eye(2)[None], np.ones(1), np.array(counts))


def test_the_best_known_of_two_that_tell_the_same_is_asked():
    assert _elicitor([5, 10, 5, 5]).best([], NOBODY, 1)[0].position == 1


def test_after_an_answer_another_direction_tells_more():
    assert _elicitor([10, 10, 8, 10]).best([0], NOBODY, 1)[0].position == 2


def test_a_rating_tells_half_the_log_of_one_plus_signal_by_noise():
    assert np.isclose(_elicitor([1, 1, 1, 1]).told([], np.array([0]))[0], 0.5 * np.log(2))


def test_what_is_closed_is_not_asked():
    closed = np.array([False, True, False, False])
    assert 1 not in [question.position for question in _elicitor([1, 9, 1, 1]).best([], closed, 4)]


def test_when_all_is_closed_nothing_is_asked():
    assert _elicitor([1, 1, 1, 1]).best([], np.ones(4, dtype=bool), 1) == []


def test_without_any_interaction_every_item_counts_as_known():
    assert [question.known for question in _elicitor([0, 0, 0, 0]).best([], NOBODY, 2)] == [1.0, 1.0]


def test_vectors_serve_where_there_are_no_ratings():
    elicitor = Elicitor.of_vectors(np.array([[1.0, 0.0], [0.9, 0.1], [-1.0, 1.0]]), np.zeros(3))
    second = np.array([1])
    assert elicitor.told([0], second)[0] < elicitor.told([], second)[0]
