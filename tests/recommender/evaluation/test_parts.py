from __future__ import annotations

import numpy as np

from recommender.evaluation.parts import without
from recommender.training.sequences import History, Split


def history(name: str, *items: int) -> History:
    return History(name, np.array(items), np.arange(len(items), dtype=float), np.arange(len(items)))


def test_withheld_items_are_in_nobodys_history() -> None:
    found = without(Split((history("a", 0, 1, 2), history("b", 1, 1))), np.array([False, True, False]))
    assert [one.items.tolist() for one in found.histories] == [[0, 2]]
    assert found.histories[0].ratings.tolist() == [0.0, 2.0]
