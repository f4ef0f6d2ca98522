"""A made-up set is the same for the same seed, and has in it what a ranker can learn."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from recommender.evaluation.synthetic import World, sequences, write_tables

SMALL = World(users=400, items=300, clusters=10, one_off=0.0)


def test_the_same_seed_makes_the_same_choices() -> None:
    one, other = (list(sequences(SMALL, 3)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, sequences(SMALL, 4), strict=True))


def test_nobody_has_an_item_twice() -> None:
    assert all(len(set(items.tolist())) == len(items) >= SMALL.shortest for items in sequences(SMALL, 0))


def test_what_comes_next_follows_from_what_was_before() -> None:
    follows = np.zeros((SMALL.items, SMALL.items))
    people = list(sequences(SMALL, 0))
    for items in people[:300]:
        np.add.at(follows, (items[:-1], items[1:]), 1)
    counts = follows.sum(0)
    after = [int((follows[a] + 1e-3 * counts).argsort()[::-1][:10].tolist().count(b)) for *_, a, b in people[300:]]
    by_count = [int(b in counts.argsort()[::-1][:10]) for *_, b in people[300:]]
    assert sum(after) > sum(by_count)


def test_the_tables_are_what_an_import_takes(tmp_path: Path) -> None:
    write_tables(SMALL, 0, tmp_path)
    with (tmp_path / "interactions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["user_id"] for row in rows} == {f"u{n}" for n in range(400)}
    own = [int(row["timestamp"]) for row in rows if row["user_id"] == "u0"]
    assert own == sorted(own)
