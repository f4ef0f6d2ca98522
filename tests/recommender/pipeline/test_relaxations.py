"""Ways out of nothing: the smallest sets to drop, with their counts."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.pipeline.relaxations import Relaxation, relaxations


def units_of(*rows: str) -> list[tuple[tuple[int, ...], np.ndarray]]:
    return [((index,), np.array([cell == "1" for cell in row])) for index, row in enumerate(rows)]


def test_the_single_constraint_in_the_way_is_found_with_its_count() -> None:
    found = relaxations(units_of("1110", "0001"), np.ones(4, dtype=bool))
    assert found == [Relaxation((1,), 3), Relaxation((0,), 1)]


def test_two_are_dropped_only_where_one_is_not_enough() -> None:
    found = relaxations(units_of("00", "00", "11"), np.ones(2, dtype=bool))
    assert found == [Relaxation((0, 1), 2)]


def test_alternatives_are_dropped_together() -> None:
    units = [((0, 2), np.array([False, False])), ((1,), np.array([True, True]))]
    assert relaxations(units, np.ones(2, dtype=bool)) == [Relaxation((0, 2), 2)]


def test_dropping_what_only_brings_back_seen_items_is_no_way_out() -> None:
    assert relaxations(units_of("10", "01"), np.array([True, False])) == [Relaxation((1,), 1)]


def test_a_group_counts_as_one_however_many_alternatives_it_has() -> None:
    units = [((0, 1, 2), np.array([False, True, False])), ((3,), np.array([True, False, False]))]
    found = relaxations(units, np.array([True, True, False]))
    assert found == [Relaxation((0, 1, 2), 1), Relaxation((3,), 1)]


def test_fifty_constraints_that_nothing_meets_are_one_way_out() -> None:
    units = [((index,), np.zeros(1000, dtype=bool)) for index in range(50)]
    assert relaxations(units, np.ones(1000, dtype=bool)) == [Relaxation(tuple(range(50)), 1000)]


def test_items_that_each_fail_other_pairs_of_fifty_constraints_come_with_the_largest_first() -> None:
    failed = np.zeros((50, 3000), dtype=bool)
    rng = np.random.default_rng(3)
    for item in range(3000):
        failed[rng.choice(50, 2, replace=False), item] = True
    failed[:, 2990:] = False
    failed[[4, 7], 2990:] = True
    found = relaxations([((u,), ~row) for u, row in enumerate(failed)], np.ones(3000, dtype=bool))
    assert len(found) == 8
    assert found[0].drop == (4, 7)
    assert [way.eligible for way in found] == sorted((way.eligible for way in found), reverse=True)


def brute(masks: list[np.ndarray], showable: np.ndarray) -> list[Relaxation]:
    """Every subset, smallest first; one that a smaller way out is part of is no way out."""
    found: list[Relaxation] = []

    def kept(dropped: tuple[int, ...]) -> np.ndarray:
        return np.logical_and.reduce(
            [np.ones(len(showable), bool), *(m for i, m in enumerate(masks) if i not in dropped)]
        )

    for size in range(1, len(masks) + 1):
        new = [
            Relaxation(dropped, int(kept(dropped).sum()))
            for dropped in itertools.combinations(range(len(masks)), size)
            if not any(set(way.drop) <= set(dropped) for way in found)
            and (kept(dropped) & showable).sum() > (kept(()) & showable).sum()
        ]
        found += sorted(new, key=lambda way: (-way.eligible, way.drop))
    return found[:8]


ROWS = st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=1, max_size=5)


@given(ROWS, st.lists(st.booleans(), min_size=7, max_size=7))
def test_the_ways_out_are_those_of_trying_every_subset(rows: list[list[bool]], shown: list[bool]) -> None:
    masks, showable = [np.array(row) for row in rows], np.array(shown)
    found = relaxations([((index,), mask) for index, mask in enumerate(masks)], showable)
    assert found == brute(masks, showable)


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=4))
def test_no_smaller_set_would_help(rows: list[list[bool]]) -> None:
    masks = [np.array(row) for row in rows]
    found = relaxations([((index,), mask) for index, mask in enumerate(masks)], np.ones(6, dtype=bool))

    def count(dropped: tuple[int, ...]) -> int:
        kept = [mask for index, mask in enumerate(masks) if index not in dropped]
        return int(np.logical_and.reduce([np.ones(6, dtype=bool), *kept]).sum())

    for way in found:
        assert way.eligible == count(way.drop) > count(())
        for size in range(len(way.drop)):
            for smaller in itertools.combinations(way.drop, size):
                assert count(smaller) == count(())
    if count(()) == 0:
        assert found
