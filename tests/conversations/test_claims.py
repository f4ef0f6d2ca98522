"""The claims of a dialogue test fail when they are not true."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.dialogue import all_dialogues, check
from tests.conversations.person import Person, Seen

FILM = {"item_id": "1", "title": "Toy Story", "facets": {"genre": ["Animation", "Comedy"], "year": 1995}}
SEEN = Seen(
    "recommend", ("action_recommend",), "en", ("Here you are",),
    ({"slate": {"items": [FILM]}, "need": {"constraints": [{"facet": "genre", "op": "is", "value": "Comedy"}]}},),
    ({"title": "More", "payload": "/more"},),
)  # fmt: skip


def person() -> Person:
    return Person(None, "test", [SEEN, SEEN])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "turn",
    [
        {"intent": "recommend", "action": "action_recommend", "wishes": ["genre is Comedy"], "says": ["here"]},
        {
            "every": {"genre": "Comedy", "year": [1990, 1999]},
            "none": {"genre": "Horror"},
            "shows": 1,
            "offers": "/more",
        },
        {"intent": ["refine", "recommend"], "language": "en", "shows": True},
    ],
)
def test_what_is_true_passes(turn: dict[str, Any]) -> None:
    check(person(), SEEN, turn)


@pytest.mark.parametrize(
    "turn",
    [
        {"intent": "more"}, {"action": "action_more"}, {"wishes": []}, {"says": ["sorry"]}, {"language": "zh"},
        {"every": {"genre": "Horror"}}, {"every": {"year": [1960, 1969]}}, {"none": {"genre": "Comedy"}},
        {"shows": 5}, {"shows": False}, {"new": True}, {"offers": ["/human"]}, {"compares": ["Toy Story"]}, {"differs": ["year"]},
    ],
)  # fmt: skip
def test_what_is_not_true_fails(turn: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check(person(), SEEN, turn)


def test_an_empty_answer_fails() -> None:
    with pytest.raises(AssertionError, match="no answer"):
        check(person(), Seen("greet", (), "en", (), (), ()), {})


def test_there_are_dialogues_in_both_languages() -> None:
    names = [dialogue.name for dialogue in all_dialogues()]
    assert len(names) == len(set(names)) and len(names) >= 80
