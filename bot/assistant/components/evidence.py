"""What a reading proves about a message: that it is about the catalog, whatever its sentence sounds like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EVERYTHING = ("constraints", "relative", "dropped_facets", "items", "positions")


@dataclass(frozen=True)
class Evidence:
    """Counts of what was read. `strong` says it beyond doubt, `weak` may be a coincidence of words."""

    strong: int = 0
    weak: int = 0

    @classmethod
    def of(cls, reading: Mapping[str, Any] | None) -> Evidence:
        """Strong is what the lexicon, a rule or a title says as a demand; all else is weak."""
        if not reading:
            return cls()
        strong = sum(1 for constraint in reading.get("constraints", ()) if _is_certain(constraint))
        strong += len(reading.get("items", ())) + len(reading.get("positions", ()))
        total = sum(len(reading.get(key, ())) for key in EVERYTHING) + len(reading.get("maybe", ()))
        return cls(strong, total - strong)


def _is_certain(constraint: Mapping[str, Any]) -> bool:
    return constraint.get("strength") == "must" and constraint.get("source") != "classifier"
