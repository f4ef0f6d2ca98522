"""When a need is of an earlier visit, and which turns go on with it rather than begin anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.change import FRESH
from actions.turn import Turn
from data.need import Need
from data.store import NeedVersion, Slate

VISIT = timedelta(hours=6)
"""Silence after which the next message belongs to another visit: a night is longer, a lunch is shorter."""


def is_of_earlier_visit(version: NeedVersion, slate: Slate | None, at: datetime) -> bool:
    """Whether a need that holds something was last worked on in a visit before the one of the moment `at`."""
    times = [moment for moment in (version.at, slate.at if slate else None) if moment is not None]
    return bool(times) and not is_blank(version.need) and at - max(times) > VISIT


def begins_anew(turn: Turn) -> bool:
    """Whether the turn asks for something without pointing back at what was on the table."""
    reading = turn.reading
    points_back = reading.relative or reading.positions or reading.dropped_facets
    return turn.intent in (FRESH, "refine") and not turn.is_button and not points_back


def is_blank(need: Need) -> bool:
    """True for a need that holds nothing yet."""
    return not (need.constraints or need.like or need.unlike or need.text)
