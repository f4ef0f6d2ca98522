"""Every dialogue of the skills' folders, through the trained assistant and the real actions."""

from __future__ import annotations

import pytest

from tests.conversations.dialogue import Dialogue, act, all_dialogues, check
from tests.conversations.person import Person


@pytest.mark.parametrize("dialogue", all_dialogues(), ids=lambda dialogue: dialogue.name)
def test_it_goes_as_written(dialogue: Dialogue, person: Person) -> None:
    for number, turn in enumerate(dialogue.turns, 1):
        seen = act(person, turn)
        try:
            check(person, seen, turn)
        except AssertionError as error:
            raise AssertionError(f"turn {number}, {turn}: {error}; {seen}") from error
