"""The split of leave-one-out, and windows that cover every history."""

from __future__ import annotations

import numpy as np

from data.catalog import Catalog, Interaction
from recommender.pipeline.history import RatingScale
from recommender.training.sequences import History, batches, pad, sequences, windows


def history(*items: int) -> History:
    count = len(items)
    return History("u", np.array(items), np.ones(count), np.arange(count) * 60)


def test_equal_times_keep_the_order_of_the_file(catalog: Catalog) -> None:
    rows = [Interaction("u", f"L{n}", 3.0, 100) for n in (5, 2, 9)]
    assert sequences(rows, catalog).histories[0].items.tolist() == [5, 2, 9]


def test_the_last_item_tests_and_the_one_before_validates(catalog: Catalog) -> None:
    split = sequences([Interaction("u", f"L{n}", 3.0, n) for n in (1, 2, 3, 4)], catalog)
    past, target = split.validation[0]
    assert (past.items.tolist(), target) == ([1, 2], 3)
    past, target = split.test[0]
    assert (past.items.tolist(), target) == ([1, 2, 3], 4)
    assert split.train[0].items.tolist() == [1, 2]


def test_the_shifted_split_tests_what_the_other_validates(catalog: Catalog) -> None:
    split = sequences([Interaction("u", f"L{n}", 3.0, n) for n in (1, 2, 3, 4)], catalog)
    past, target = split.shifted().test[0]
    assert (past.items.tolist(), target) == ([1, 2], 3)
    assert [history.items.tolist() for history in split.shifted().histories] == [[1, 2, 3]]


def test_a_user_of_two_interactions_only_trains(catalog: Catalog) -> None:
    split = sequences([Interaction("u", f"L{n}", 3.0, n) for n in (1, 2)], catalog)
    assert (split.validation, split.test) == ([], [])
    assert split.train[0].items.tolist() == [1, 2]


def test_an_item_seen_before_is_no_test(catalog: Catalog) -> None:
    split = sequences([Interaction("u", f"L{n}", 3.0, i) for i, n in enumerate((1, 2, 3, 1))], catalog)
    assert split.test == []


def test_windows_hold_every_step_once() -> None:
    long = history(*range(57))
    found = windows([long], 10, np.random.default_rng(0))
    assert sorted(int(t) for window in found for t in window.targets) == list(range(1, 57))
    assert all(len(window) <= 10 for window in found)


def test_batches_stay_below_their_tokens_with_their_padding() -> None:
    rng = np.random.default_rng(1)
    found = windows([history(*range(n)) for n in (3, 9, 20, 33)], 10, rng)
    work = batches(found, 40, rng)
    assert sum(len(batch) for batch in work) == len(found)
    assert all(pad(batch, RatingScale(()), 40).items.size <= 40 for batch in work)


def test_what_was_seen_is_marked_from_where_it_was_seen() -> None:
    window = windows([history(4, 2, 4, 7)], 10, np.random.default_rng(0))[0]
    padded = pad([window], RatingScale(()), 9)
    assert padded.items[0].tolist() == [4, 2, 4, 0, 0, 0, 0, 0]
    assert padded.targets[0].tolist() == [2, -1, 7, -1, -1, -1, -1, -1]
    assert padded.seen_at[0, 4] == 0
    assert padded.seen_at[0, 2] == 1
    assert padded.seen_at[0, 7] > 100
