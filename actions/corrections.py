"""Corrections ("no, I said *not* horror"): what the turn before was heard to say about the same gives way."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import yaml

from actions.questions import says
from actions.turn import Turn
from data.need import Constraint, Need

WORDS = Path(__file__).with_name("corrections.yml")


@functools.cache
def words() -> Sequence[str]:
    """The phrases of corrections.yml."""
    content: dict[str, list[str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return content["corrects"]


def is_correction(turn: Turn) -> bool:
    """Whether the words say that the bot heard wrong, and say again what is wanted."""
    is_wish = turn.reading.constraints or turn.reading.relative
    return bool(is_wish) and not turn.is_button and says(turn.text.casefold().replace("’", "'"), words())


def misheard(now: Need, before: Need, corrected: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """Constraints that the last step added about what `corrected` is about: heard wrong, so they go."""
    facets = {constraint.facet for constraint in corrected}
    return tuple(c for c in now.constraints if c not in before.constraints and c.facet in facets)
