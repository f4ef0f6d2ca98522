"""The instructions of a training run: which items they lead to, and what they repeat with the seed."""

from __future__ import annotations

import numpy as np

from data.catalog import Catalog
from recommender.training.pool import write_for, write_twins
from recommender.training.sequences import History, Split
from recommender.training.templates import load_phrasebooks

COLD = frozenset(range(0, 40, 3))
HISTORIES = [History(f"u{n}", (np.arange(6) * 7 + n) % 40, np.full(6, 4.0), np.arange(6) * 60) for n in range(20)]


def test_the_same_seed_writes_the_same_pool(catalog: Catalog) -> None:
    books = load_phrasebooks(catalog.pack)
    first, again, other = (write_for(HISTORIES, catalog, books, 30, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_withheld_items_are_neither_chosen_nor_named(catalog: Catalog) -> None:
    books = load_phrasebooks(catalog.pack)
    written = write_for(HISTORIES, catalog, books, 200, 0, without=COLD)
    assert len(written) == 200
    assert not {i.target for i in written} & COLD
    assert not {item for i in written for item in i.likes} & COLD


def test_a_catalog_nobody_used_gets_instructions_too(catalog: Catalog) -> None:
    written = write_for([], catalog, load_phrasebooks(catalog.pack), 100, 0)
    assert len({i.target for i in written}) > 30


def test_held_instructions_say_that_they_are(catalog: Catalog) -> None:
    books = load_phrasebooks(catalog.pack)
    assert {i.is_held for i in write_for([], catalog, books, 20, 0, "held")} == {True}
    assert {i.is_held for i in write_for([], catalog, books, 20, 0)} == {False}


def test_each_past_gets_one_request_in_both_languages(catalog: Catalog) -> None:
    pairs = Split(tuple(HISTORIES)).test
    twins = write_twins(pairs, catalog, load_phrasebooks(catalog.pack), 0)
    assert [english.target for english, _ in twins] == [target for _, target in pairs]
    assert [chinese.target for _, chinese in twins] == [target for _, target in pairs]
