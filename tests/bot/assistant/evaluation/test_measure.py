"""Figures of understanding, worked out by hand."""

from __future__ import annotations

from bot.assistant.evaluation.cases import Case
from bot.assistant.evaluation.measure import Judged, confusions, constraint_figures, intent_figures, judge, summary

COMEDY, HORROR = ("genre", "is", "Comedy"), ("genre", "is_not", "Horror")


def understood(meant: str, said: str, guess: str = "") -> Judged:
    return Judged(Case("x", "en", "s", meant), said, guess or said, frozenset(), frozenset())


def read(gold: set[tuple[str, str, str]], heard: set[tuple[str, str, str]], kind: str = "") -> Judged:
    case = Case("x", "en", "movies", constraints=frozenset(gold), kind=kind)
    return Judged(case, "recommend", "recommend", frozenset(heard), frozenset())


def test_accuracy_is_of_what_is_for_us_and_recall_of_what_is_not() -> None:
    figures = intent_figures(
        [
            understood("greet", "greet"),
            understood("refine", "recommend"),
            understood("like", "nlu_fallback", guess="like"),
            understood("more", "greet"),
            understood("out_of_scope", "nlu_fallback"),
            understood("out_of_scope", "recommend"),
        ]
    )
    assert (figures["accuracy"], figures["accuracy_by_act"], figures["refused"]) == (0.25, 0.5, 0.25)
    assert (figures["threshold_costs"], figures["out_of_scope_recall"]) == (0.25, 0.5)


def test_a_message_is_exact_when_nothing_is_missing_and_nothing_too_many() -> None:
    figures = constraint_figures([read({COMEDY, HORROR}, {COMEDY, HORROR}), read({COMEDY}, {COMEDY, HORROR})])
    assert figures["exact"] == 0.5
    assert figures["wanted"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["unwanted"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667}
    assert figures["by_kind"]["negation"]["messages"] == 1


def test_made_messages_do_not_count_among_written_ones() -> None:
    figures = constraint_figures([read({COMEDY}, {COMEDY}), read({COMEDY}, set(), kind="unseen")])
    assert (figures["messages"], figures["exact"]) == (1, 1.0)
    assert figures["by_kind"]["unseen"] == {"messages": 1, "exact": 0.0, "precision": None, "recall": 0.0, "f1": None}


def test_the_parse_of_rasa_becomes_facts_and_items() -> None:
    parsed = {
        "intent": {"name": "nlu_fallback"},
        "intent_ranking": [{"name": "nlu_fallback"}, {"name": "like"}],
        "reading": {
            "constraints": [{"facet": "year", "op": "at_least", "value": 1990, "strength": "must"}],
            "items": [{"item_id": "50", "title": "Star Wars", "role": "like"}],
        },
    }
    one = judge(Case("x", "en", "movies", item_id="50", kind="title clean en"), parsed)
    assert (one.intent, one.guess, one.facts) == ("nlu_fallback", "like", {("year", "at_least", "1990")})
    assert summary([one])["titles"] == {"title clean en": {"messages": 1, "accuracy": 1.0}}


def test_what_is_not_for_us_may_be_refused_in_either_way() -> None:
    judged = [understood("out_of_scope", "nlu_fallback"), understood("greet", "more"), understood("greet", "more")]
    assert confusions(judged) == [("greet", "more", 2)]
