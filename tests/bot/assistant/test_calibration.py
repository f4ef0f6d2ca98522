"""Where the gate closes follows from what others say of the training messages."""

from __future__ import annotations

from bot.assistant.calibration import Example, Heard, calibrate
from bot.assistant.components.evidence import Evidence

NOTHING = Evidence()


def _heard(intent: str, beyond: float, number: int, evidence: Evidence = NOTHING) -> Heard:
    other = "help" if intent == "out_of_scope" else intent
    ranked = [{"name": "out_of_scope", "confidence": beyond}, {"name": other, "confidence": 1 - beyond}]
    return Heard(Example(intent, "x" * 10, f"{intent} {number}"), ranked, evidence)


def _many() -> list[Heard]:
    ours = [_heard(intent, 0.1 + 0.002 * n, n) for intent in ("help", "more") for n in range(100)]
    wishes = [_heard("refine", 0.3 + 0.004 * n, n, Evidence(strong=1, demands=1)) for n in range(100)]
    return [*ours, *wishes, *(_heard("out_of_scope", 0.5 + 0.004 * n, n) for n in range(100))]


def test_a_demand_speaks_against_refusing_and_doubt_speaks_for_it() -> None:
    weights = calibrate(_many())["weights"]
    assert weights["demand"] < 0 < weights["stranger"]


def test_threshold_and_margin_are_among_those_tried() -> None:
    found = calibrate(_many())
    assert 0.1 <= found["threshold"] <= 0.4
    assert 0.0 <= found["margin"] <= 0.15


def test_the_same_messages_give_the_same_figures() -> None:
    assert calibrate(_many()) == calibrate(_many())
