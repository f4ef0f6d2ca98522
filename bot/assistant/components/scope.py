"""Is a message for us: the classifier's doubt weighed against what was read, with weights that calibration learns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.assistant.components.evidence import Evidence

WEIGHTS = Path(__file__).with_name("scope.yml")
SIGNS = (
    "stranger",
    "best",
    "wish",
    "demand",
    "demands",
    "titles",
    "positions",
    "changes",
    "guesses",
    "noun",
    "explained",
    "length",
)
"""What `signs` returns, in its order."""
LEAST = 1e-4


def signs(text: str, beyond: float, best: float, wish: float, evidence: Evidence) -> list[float]:
    """
    The numbers that tell, (SIGNS,): log-odds of out_of_scope, the best other act, log probability of a wish, then what was
    read: any demand, demands, titles, positions, changes relative to the list, guesses, a word for an item, the share of
    the letters that the reading explains, and the length.
    """
    doubt = min(max(beyond, LEAST), 1 - LEAST)
    return [
        math.log(doubt / (1 - doubt)),
        best,
        math.log(max(wish, LEAST)),
        float(evidence.demands > 0),
        float(min(evidence.demands, 3)),
        float(evidence.titles > 0),
        float(evidence.positions > 0),
        float(evidence.changes > 0),
        float(evidence.guesses > 0),
        float(evidence.names_item),
        evidence.explained,
        min(math.log1p(len(text)), 5.0),
    ]


@dataclass(frozen=True)
class Scope:
    """A linear judgement of the signs. Positive: not for us."""

    weights: Mapping[str, float]
    bias: float

    def is_beyond(self, found: list[float]) -> bool:
        """True when the signs say that the message is not for us."""
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in zip(SIGNS, found)) > 0


def scope_of(content: Mapping[str, Any]) -> Scope:
    """Raises KeyError for a sign that nobody has, so that a stale file is not used."""
    unknown = set(content["weights"]) - set(SIGNS)
    if unknown:
        raise KeyError(f"scope.yml: unknown signs {sorted(unknown)}; there are {', '.join(SIGNS)}")
    return Scope({str(name): float(value) for name, value in content["weights"].items()}, float(content["bias"]))


def calibrated() -> Mapping[str, Any]:
    """The content of scope.yml: weights, bias, threshold, margin, and what they were fitted on."""
    content: Mapping[str, Any] = yaml.safe_load(WEIGHTS.read_text(encoding="utf-8"))
    return content
