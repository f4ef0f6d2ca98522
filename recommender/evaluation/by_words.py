"""Opponents that read the instruction: BM25, a sentence encoder as it comes, and rules with a filter."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from data.catalog import Catalog
from data.need import Constraint
from recommender.evaluation.cases import Case, Scoring
from recommender.model.encoder import TextEncoder
from recommender.pipeline.eligibility import Eligibility
from recommender.pipeline.wording import item_text

REFUSING = re.compile(r"\b(no|not|without|except|but not|nothing|don't|avoid|hate|skip)\b|n't|不要|不是|别|除了")
DECADE = re.compile(r"\b(19|20)?(\d)0'?s\b")
YEAR = re.compile(r"\b(after|since|before|until|from)? ?((?:19|20)\d\d)\b")


def bm25(catalog: Catalog) -> Scoring:
    """BM25 over titles, facets and texts by bm25s. Raises ImportError where it is not installed."""
    import bm25s

    texts = [item_text(item, catalog.pack) for item in catalog.items]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

    def score(cases: Sequence[Case]) -> np.ndarray:
        words = bm25s.tokenize(
            [case.heard.text for case in cases], stopwords="en", show_progress=False, return_ids=False
        )
        return np.stack([index.get_scores(said) if said else np.zeros(len(texts), np.float32) for said in words])

    return score


def zero_shot(catalog: Catalog, encoder: TextEncoder) -> Scoring:
    """Likeness of the instruction and the item in the encoder's own space, which nothing of ours has trained."""
    items = encoder.encode([item_text(item, catalog.pack) for item in catalog.items]).cpu().numpy()

    def score(cases: Sequence[Case]) -> np.ndarray:
        return np.asarray(encoder.encode([case.heard.text for case in cases]).cpu().numpy() @ items.T)

    return score


def filtered(scoring: Scoring, eligibility: Eligibility) -> Scoring:
    """What the assistant's own reader heard as a filter before another model's scores."""

    def score(cases: Sequence[Case]) -> np.ndarray:
        admitted = np.stack([eligibility.mask(case.heard.constraints) for case in cases])
        return np.where(admitted, scoring(cases), -np.inf)

    return score


def by_rules(scoring: Scoring, eligibility: Eligibility) -> Scoring:
    """A day's work: values as words, a refusing word before them, years; then a filter over another model's scores."""
    rules = Rules(eligibility.catalog)

    def score(cases: Sequence[Case]) -> np.ndarray:
        admitted = np.stack([eligibility.mask(rules.read(case.heard.text)) for case in cases])
        admitted[~admitted.any(1)] = True
        return np.where(admitted, scoring(cases), -np.inf)

    return score


class Rules:
    """Reads facet values by their names and labels, and years and decades."""

    def __init__(self, catalog: Catalog):
        self.words: list[tuple[str, str, str]] = []
        for name, values in catalog.values.items():
            facet = catalog.pack.facets[name]
            for value in values:
                names = {str(value), *(facet.value_label(value, language) for language in ("en", "zh"))}
                self.words += [(word.casefold(), name, value) for word in names if len(word) > 1]
        self.words.sort(key=lambda entry: -len(entry[0]))
        self.year = next((f.name for f in catalog.pack.facets.values() if f.type == "year"), None)

    def read(self, text: str) -> list[Constraint]:
        """The constraints of a text; what follows a refusing word up to the next clause is refused."""
        found: list[Constraint] = []
        for clause in re.split(r"[.,;，。；!?]| but ", text.casefold()):
            refusing = REFUSING.search(clause)
            for word, name, value in self.words:
                place = _find(word, clause)
                if place < 0:
                    continue
                op = "is_not" if refusing and refusing.start() < place else "is"
                found.append(Constraint(name, op, value))
                clause = clause[:place] + "_" * len(word) + clause[place + len(word) :]
            found += self._years(clause)
        return found

    def _years(self, clause: str) -> list[Constraint]:
        if self.year is None:
            return []
        decade = DECADE.search(clause)
        if decade:
            start = int(f"{decade[1] or ('20' if decade[2] in '012' else '19')}{decade[2]}0")
            return [Constraint(self.year, "at_least", start), Constraint(self.year, "at_most", start + 9)]
        ops = {"before": "at_most", "until": "at_most", "after": "at_least", "since": "at_least", "from": "at_least"}
        year = YEAR.search(clause)
        return [Constraint(self.year, ops.get(year[1], "is"), int(year[2]))] if year else []


def _find(word: str, clause: str) -> int:
    place = clause.find(word)
    if place < 0 or not word.isascii():
        return place
    match = re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", clause)
    return match.start() if match else -1
