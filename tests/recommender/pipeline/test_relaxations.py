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
