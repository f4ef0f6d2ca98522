from __future__ import annotations

import pytest

from recommender.pipeline.reasons import _names


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("two westerns, please", "western", True),
        ("WAR films", "War", True),
        ("a warm film", "war", False),
        ("Alien but not so bloody", "war", False),
        ("想看科幻片", "科幻", True),
        ("sci-fi with robots", "sci-fi", True),
    ],
)
def test_a_name_counts_only_as_a_word_of_its_own(text: str, name: str, expected: bool) -> None:
    assert _names(text, name) is expected
