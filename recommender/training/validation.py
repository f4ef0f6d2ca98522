"""Requests made of the validation items, in every situation: what training stops on and the mix is fitted to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from data.need import Constraint
from recommender.evaluation.metrics import ndcg, rank_of, summary
from recommender.model.encoder import TextEncoder
from recommender.pipeline.eligibility import Eligibility
from recommender.pipeline.history import gap_buckets
from recommender.pipeline.scoring import FEATURES, Mix, Query, Scorer, mixed
from recommender.pipeline.wording import instruction_text
from recommender.training.instructions import InstructionWriter
from recommender.training.material import Material
from recommender.training.sequences import History
from recommender.training.templates import Phrasebook

STOPPING: Mapping[str, tuple[float, tuple[str, ...]]] = {
    "history": (1.0, ("network", "bias")),
    "history+wishes": (0.4, ("network", "bias", "text", "constraints")),
    "text": (0.4, ("text", "bias")),
}
"""Weight in the figure that training stops on, and the features that count: those of the network alone."""
STOPPING_ROWS = 1500


@dataclass(frozen=True)
class Validation:
    """Queries with the item that was chosen, by situation."""

    rows: Mapping[str, list[tuple[Query, int]]]

    @classmethod
    def of(
        cls,
        pairs: Sequence[tuple[History, int]],
        material: Material,
        books: Mapping[str, Phrasebook],
        encoder: TextEncoder,
        seed: int,
        kind: str = "sentences",
        limit: int = 1500,
        bare_limit: int = 0,
    ) -> Validation:
        """
        Of pairs of past and next item, at most `limit` at random, each with an instruction of its own, and beyond them
        bare histories up to `bare_limit`.
        """
        rng = np.random.default_rng([seed, 7])
        drawn = rng.permutation(len(pairs))
        bare = [pairs[i] for i in drawn[limit:bare_limit]]
        pairs = [pairs[i] for i in sorted(drawn[:limit])]
        writer = InstructionWriter(material.catalog, books)
        written = [writer.write(t, [int(i) for i in h.items[-3:][::-1] if i != t], rng, kind) for h, t in pairs]
        pack = material.catalog.pack
        texts = [instruction_text(i.text, i.heard, pack, encoder.reads_chinese) for i in written]
        vectors = encoder.encode(texts).cpu() if texts else torch.zeros(0, material.text_width)
        eligibility = Eligibility(material.catalog)
        rows: dict[str, list[tuple[Query, int]]] = {}
        for (history, target), instruction, vector in zip(pairs, written, vectors, strict=True):
            for past in (history, history.until(0)):
                for text, constraints in ((None, ()), (vector, ()), (vector, instruction.heard)):
                    query = query_of(past, material, text, constraints, eligibility)
                    rows.setdefault(query.situation, []).append((query, target))
        for history, target in bare:
            query = query_of(history, material, None, (), eligibility)
            rows.setdefault(query.situation, []).append((query, target))
        rows.pop("none", None)
        return cls({situation: _once(found) for situation, found in rows.items()})

    def score(self, scorer: Scorer) -> float:
        """What training stops on: a weighted sum of NDCG@10 of the network without the linear scorers."""
        plain = Mix.default()
        return sum(
            weight * ndcg(ranks_of(scorer, self.rows[name][:STOPPING_ROWS], plain, only), 10)
            for name, (weight, only) in STOPPING.items()
            if self.rows.get(name)
        )

    def metrics(self, scorer: Scorer, mix: Mix) -> dict[str, Any]:
        """Figures of the fitted mix by situation."""
        return {name: summary(ranks_of(scorer, rows, mix)) for name, rows in self.rows.items() if rows}


def _once(rows: list[tuple[Query, int]]) -> list[tuple[Query, int]]:
    """An instruction without constraints makes the same query twice, one that nothing was heard of a bare history."""
    kept: list[tuple[Query, int]] = []
    for query, target in rows:
        twin = kept[-1][0] if kept else None
        is_same_text = twin is not None and (query.text is twin.text or query.situation == "history")
        is_wish = query.situation in ("wishes", "history+wishes")
        if not (twin is not None and twin.items is query.items and is_same_text and not is_wish):
            kept.append((query, target))
    return kept


def query_of(
    history: History,
    material: Material,
    text: Tensor | None,
    constraints: Sequence[Constraint],
    eligibility: Eligibility,
) -> Query:
    """A history and an instruction as numbers."""
    wanted, unwanted = material.space.constraints(constraints)
    available = eligibility.mask(constraints)
    available[history.items] = False
    is_new = len(history) > 0
    return Query(
        history.items,
        material.scale.levels(history.ratings) if is_new else np.zeros(0, dtype=np.int64),
        gap_buckets(history.timestamps) if is_new else np.zeros(0, dtype=np.int64),
        torch.zeros(material.text_width) if text is None else text,
        wanted, unwanted, eligibility.preferred(constraints), available,
    )  # fmt: skip


def ranks_of(
    scorer: Scorer, pairs: Sequence[tuple[Query, int]], mix: Mix, only: Sequence[str] | None = None
) -> np.ndarray:
    """(R,) rank of each target; `only` names the features that count."""
    ranks = []
    for start in range(0, len(pairs), 128):
        chunk = pairs[start : start + 128]
        queries = [query for query, _ in chunk]
        rows = [
            [w if only is None or n in only else 0.0 for n, w in zip(FEATURES, mix.row(q.situation), strict=True)]
            for q in queries
        ]
        scores = mixed(scorer.features(queries), rows).sum(2).cpu().numpy()
        scores[~np.stack([query.available for query in queries])] = -np.inf
        ranks.append(rank_of(scores, np.array([target for _, target in chunk])))
    return np.concatenate(ranks)
