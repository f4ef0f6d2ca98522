"""Whether a message is for us, by the signs."""

from __future__ import annotations

import pytest

from bot.assistant.components.evidence import Evidence
from bot.assistant.components.scope import SIGNS, Scope, calibrated, scope_of, signs


def test_there_is_a_number_for_every_sign() -> None:
    assert len(signs("words", 0.5, 0.5, 0.5, Evidence())) == len(SIGNS)


def test_probabilities_of_nought_and_one_give_finite_signs() -> None:
    assert signs("", 1.0, 0.0, 0.0, Evidence())[0] == pytest.approx(9.21, abs=0.01)
    assert signs("", 0.0, 0.0, 0.0, Evidence())[0] == pytest.approx(-9.21, abs=0.01)


def test_the_weighed_sum_decides() -> None:
    scope = Scope({"stranger": 1.0, "demand": -2.0}, 1.0)
    assert scope.is_beyond(signs("x", 0.5, 0.0, 0.0, Evidence()))
    assert not scope.is_beyond(signs("x", 0.5, 0.0, 0.0, Evidence(demands=1)))


def test_weights_of_an_unknown_sign_are_an_error() -> None:
    with pytest.raises(KeyError, match="colour"):
        scope_of({"weights": {"colour": 1.0}, "bias": 0.0})


def test_what_is_served_was_calibrated_and_says_on_what() -> None:
    found = calibrated()
    assert set(found["weights"]) == set(SIGNS)
    assert "folds" in found["fitted_on"]
