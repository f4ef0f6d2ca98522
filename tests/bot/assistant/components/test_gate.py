"""The gate's decisions, by its limits and by what was read."""

from __future__ import annotations

import pytest
from rasa.shared.exceptions import RasaException

from bot.assistant.components.evidence import Evidence
from bot.assistant.components.gate import Decision, IntentGate, Limits, decide
from bot.assistant.components.scope import Scope

SCOPE = Scope({"stranger": 1.0, "demand": -3.0, "guesses": -0.5}, 0.1)
LIMITS = Limits(SCOPE, 0.3, 0.1, {"recommend": "wish", "refine": "wish"}, "wish", ["goodbye"], 0.05)
NOTHING, WEAK, STRONG = Evidence(), Evidence(weak=1, guesses=1), Evidence(strong=1, demands=1)
TITLE = Evidence(strong=1, titles=1)


def decision(evidence: Evidence = NOTHING, text: str = "words", **confidence: float) -> Decision:
    ranked = sorted(
        ({"name": n, "confidence": c} for n, c in confidence.items()), key=lambda e: -float(str(e["confidence"]))
    )
    return decide(text, ranked, evidence, LIMITS)


def test_a_clear_intent_stays() -> None:
    assert decision(greet=0.9, help=0.1) == Decision("greet", 0.9)


def test_a_likely_stranger_is_out_of_scope() -> None:
    assert decision(out_of_scope=0.5, help=0.5) == Decision("out_of_scope", 0.5)


def test_something_that_may_have_been_read_takes_more_doubt_to_refuse() -> None:
    assert decision(WEAK, out_of_scope=0.5, recommend=0.5).intent == "recommend"
    assert decision(WEAK, out_of_scope=0.7, recommend=0.3).intent == "out_of_scope"


def test_a_clear_demand_is_refused_only_when_there_is_hardly_a_doubt() -> None:
    assert decision(STRONG, out_of_scope=0.85, recommend=0.15).intent == "recommend"
    assert decision(STRONG, out_of_scope=0.95, recommend=0.05).intent == "out_of_scope"


def test_what_is_left_after_refusing_to_refuse_adds_up_to_one() -> None:
    assert decision(STRONG, out_of_scope=0.8, refine=0.2) == Decision("refine", 1.0)


def test_small_talk_around_a_demand_is_a_wish_and_around_a_title_stays_small_talk() -> None:
    assert decision(STRONG, goodbye=0.8, refine=0.2).intent == "refine"
    assert decision(TITLE, goodbye=0.8, refine=0.2).intent == "goodbye"


def test_small_talk_that_is_hardly_a_wish_stays_small_talk_whatever_its_words_look_like() -> None:
    assert decision(STRONG, goodbye=0.98, refine=0.02).intent == "goodbye"


def test_low_probability_asks_back() -> None:
    assert decision(greet=0.25, help=0.1, thanks=0.1).intent == "nlu_fallback"


def test_two_equally_likely_acts_ask_back() -> None:
    assert decision(like=0.5, dislike=0.45).intent == "nlu_fallback"


def test_doubt_between_intents_of_one_act_is_none() -> None:
    assert decision(recommend=0.48, refine=0.47, help=0.05) == Decision("recommend", 0.48)


def test_a_clear_demand_is_not_asked_back_for_its_sentence() -> None:
    assert decision(STRONG, like=0.4, dislike=0.38, refine=0.12).intent == "refine"


@pytest.mark.parametrize("text", ["???", "😀😀", "。。。"])
def test_signs_without_a_word_ask_back(text: str) -> None:
    assert decision(text=text, greet=0.8).intent == "nlu_fallback"


def test_a_sign_that_is_known_counts() -> None:
    assert decision(text="👍", like=0.95).intent == "like"


def test_a_missing_key_is_an_error_that_names_the_keys() -> None:
    with pytest.raises(RasaException, match="acts, wish, small_talk"):
        IntentGate.create({"threshold": 0.3}, None, None, None)  # type: ignore[arg-type]
