"""Figures of understanding: intents, what is refused, constraints by kind, titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from sklearn.metrics import accuracy_score, f1_score

from bot.assistant.evaluation.cases import Case
from data.need import Constraint
from data.reading.gold import Fact, fact_of

REFUSED = ("out_of_scope", "nlu_fallback")
SAME_ACT = {"refine": "recommend"}
"""Both change the need and rank; which of the two a wish is depends on whether there is a list already."""
RANGE = ("at_least", "at_most")
Figures = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """A case with what was understood of it."""

    case: Case
    intent: str
    """With the threshold applied."""
    guess: str
    """The likeliest intent, whatever its confidence."""
    facts: frozenset[Fact]
    item_ids: frozenset[str]

    @property
    def is_exact(self) -> bool:
        """Whether facet, operator and value of every constraint are right, and none is too many."""
        return self.facts == self.case.constraints


def judge(case: Case, parsed: Mapping[str, Any]) -> Judged:
    """A case and Rasa's parse of it."""
    reading = parsed.get("reading") or {}
    intent = (parsed.get("intent") or {}).get("name") or "nlu_fallback"
    ranked = [entry["name"] for entry in parsed.get("intent_ranking") or () if entry.get("name") != "nlu_fallback"]
    constraints = [
        Constraint(entry["facet"], entry["op"], entry["value"], entry["strength"])
        for entry in reading.get("constraints", ())
    ]
    items = frozenset(str(item["item_id"]) for item in reading.get("items", ()))
    return Judged(case, intent, ranked[0] if ranked else intent, frozenset(map(fact_of, constraints)), items)


def summary(judged: Sequence[Judged]) -> Figures:
    """The figures of the JSON: by language, then what they are of."""
    return {
        "intents": _by_language([j for j in judged if j.case.intent], intent_figures),
        "constraints": _by_language([j for j in judged if j.case.constraints is not None], constraint_figures),
        "titles": _by_kind([j for j in judged if j.case.item_id]),
    }


def _by_language(judged: Sequence[Judged], figures: Callable[[Sequence[Judged]], Figures]) -> Figures:
    languages = sorted({j.case.language for j in judged})
    return {language: figures([j for j in judged if j.case.language == language]) for language in languages}


def intent_figures(judged: Sequence[Judged]) -> Figures:
    """Accuracy and macro-F1 of what is for us, recall of what is not, and what the threshold costs in accuracy."""
    ours = [j for j in judged if j.case.intent not in REFUSED]
    others = [j for j in judged if j.case.intent in REFUSED]
    found: Figures = {"cases": len(judged)}
    if ours:
        meant, said = [str(j.case.intent) for j in ours], [j.intent for j in ours]
        ungated = accuracy_score(_acts(meant), _acts(j.guess for j in ours))
        found |= {
            "accuracy": round(float(accuracy_score(meant, said)), 4),
            "accuracy_by_act": round(float(accuracy_score(_acts(meant), _acts(said))), 4),
            "macro_f1": round(float(f1_score(meant, said, labels=sorted(set(meant)), average="macro")), 4),
            "refused": _share(j.intent in REFUSED for j in ours),
            "threshold_costs": round(float(ungated - accuracy_score(_acts(meant), _acts(said))), 4),
        }
    if others:
        found["out_of_scope_recall"] = _share(j.intent in REFUSED for j in others)
        found["out_of_scope_cases"] = len(others)
    return found


def constraint_figures(judged: Sequence[Judged]) -> Figures:
    """Precision, recall, F1 of wanted and unwanted constraints, and exact match per message by kind."""
    kinds: dict[str, list[Judged]] = {}
    for one in judged:
        for kind in _kinds(one.case):
            kinds.setdefault(kind, []).append(one)
    written = [j for j in judged if j.case.kind not in ("fuzzy", "unseen")]
    return {
        "messages": len(written),
        "exact": _share(j.is_exact for j in written),
        "wanted": _overlap(written, lambda fact: fact[1] != "is_not"),
        "unwanted": _overlap(written, lambda fact: fact[1] == "is_not"),
        "by_kind": {
            kind: {"messages": len(of), "exact": _share(j.is_exact for j in of), **_overlap(of, lambda fact: True)}
            for kind, of in sorted(kinds.items())
        },
    }


def _kinds(case: Case) -> Iterable[str]:
    if case.kind:
        return [case.kind]
    facts = case.constraints or frozenset()
    found = [
        name
        for name, holds in (
            ("negation", any(op == "is_not" for _, op, _ in facts)),
            ("range", any(op in RANGE for _, op, _ in facts)),
            ("value", any(op == "is" for _, op, _ in facts)),
            ("several", len(facts) > 1),
        )
        if holds
    ]
    return found or ["nothing"]


def _overlap(judged: Sequence[Judged], counts: Callable[[Fact], bool]) -> Figures:
    gold = [{fact for fact in j.case.constraints or () if counts(fact)} for j in judged]
    heard = [{fact for fact in j.facts if counts(fact)} for j in judged]
    right = sum(len(a & b) for a, b in zip(gold, heard))
    precision, recall = _ratio(right, sum(map(len, heard))), _ratio(right, sum(map(len, gold)))
    f1 = None if precision is None or recall is None else _ratio(2 * precision * recall, precision + recall) or 0.0
    return {"precision": _round(precision), "recall": _round(recall), "f1": _round(f1)}


def _by_kind(judged: Sequence[Judged]) -> Figures:
    kinds = sorted({j.case.kind for j in judged})
    of = {kind: [j for j in judged if j.case.kind == kind] for kind in kinds}
    return {
        kind: {"messages": len(some), "accuracy": _share(j.case.item_id in j.item_ids for j in some)}
        for kind, some in of.items()
    }


def confusions(judged: Sequence[Judged]) -> list[tuple[str, str, int]]:
    """(meant, understood, how often) of wrong intents, the most frequent first."""
    counts = Counter(
        (str(j.case.intent), j.intent)
        for j in judged
        if j.case.intent and not (j.case.intent in REFUSED and j.intent in REFUSED) and j.case.intent != j.intent
    )
    return [(meant, said, count) for (meant, said), count in counts.most_common()]


def _acts(intents: Iterable[str]) -> list[str]:
    return [SAME_ACT.get(intent, intent) for intent in intents]


def _share(flags: Iterable[bool]) -> Optional[float]:
    every = list(flags)
    return _round(_ratio(sum(every), len(every)))


def _ratio(part: float, whole: float) -> Optional[float]:
    return part / whole if whole else None


def _round(value: Optional[float]) -> Optional[float]:
    return None if value is None else round(value, 4)
