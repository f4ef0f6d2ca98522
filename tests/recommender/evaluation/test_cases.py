from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.need import Constraint
from recommender.evaluation.cases import Case, cases_of, measure, validation_cases
from recommender.training.sequences import History, Split


def history(name: str, *items: int) -> History:
    return History(name, np.array(items), np.full(len(items), 4.0), np.arange(len(items)))


SPLIT = Split(tuple(history(f"u{n}", n, n + 1, n + 2, n + 3) for n in range(6)))


def test_the_last_item_is_asked_for_and_the_others_are_known() -> None:
    case = cases_of(SPLIT)[0]
    assert (case.past.items.tolist(), case.target) == ([0, 1, 2], 3)


def test_an_item_that_a_person_had_before_is_no_test() -> None:
    assert cases_of(Split((history("u", 1, 2, 3, 1),))) == []


def test_opponents_choose_without_the_test_item() -> None:
    case = validation_cases(SPLIT)[0]
    assert (case.past.items.tolist(), case.target) == ([0, 1], 2)


def test_of_many_people_the_same_few_are_drawn_whatever_their_order() -> None:
    drawn = {case.past.user_id for case in cases_of(SPLIT, people=3)}
    again = {case.past.user_id for case in cases_of(Split(SPLIT.histories[::-1]), people=3)}
    assert len(drawn) == 3
    assert drawn == again


def test_what_a_person_had_before_does_not_stand_in_the_way() -> None:
    found = measure(lambda cases: np.tile(np.arange(9.0)[::-1], (len(cases), 1)), cases_of(SPLIT)[:1])
    assert found.values["HR@1"].tolist() == [1.0]


def test_an_understood_instruction_has_what_was_meant_as_musts() -> None:
    case: Case = replace(cases_of(SPLIT)[0], said=(Constraint("style", "is", "modern", "prefer"),))
    assert case.understood().heard.constraints == (Constraint("style", "is", "modern", "must"),)


def test_of_a_stranger_only_the_newest_interactions_are_known_but_all_are_seen() -> None:
    case = cases_of(SPLIT)[0].with_newest(1)
    assert (case.past.items.tolist(), case.seen.tolist()) == ([2], [0, 1, 2])
