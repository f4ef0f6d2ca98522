"""The served pipeline of one pack: filter, score, slate, reasons, ways out. What is evaluated is this."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor

from data.catalog import Catalog, load_catalog
from data.errors import DataError
from data.need import Constraint
from data.pack import load_pack
from recommender.model.checkpoint import Checkpoint, folder_of, load
from recommender.model.encoder import TextEncoder
from recommender.model.ranker import Ranker
from recommender.model.rating import RatingDraws
from recommender.pipeline.computing import Best, Computer
from recommender.pipeline.elicitation import Elicitor, as_dict
from recommender.pipeline.eligibility import Eligibility
from recommender.pipeline.history import RatingScale, gap_bucket, in_order
from recommender.pipeline.rating import Past, RatingModel
from recommender.pipeline.reasons import Reasons
from recommender.pipeline.recall import LARGE
from recommender.pipeline.relaxations import FEW, relaxations
from recommender.pipeline.request import RankRequest
from recommender.pipeline.scoring import FEATURES, SOURCES, LinearScorer, Mix, Query, Scorer
from recommender.pipeline.text_vectors import TextVectors
from recommender.pipeline.wording import instruction_text


@dataclass(frozen=True)
class Prepared:
    """One request with everything that the device needs for it."""

    request: RankRequest
    query: Query
    eligible: np.ndarray
    """(N,) bool: what the constraints admit, seen or not."""


@dataclass(frozen=True)
class Scored:
    """One request with the score of every item, and each feature's contribution."""

    query: Query
    scores: np.ndarray  # (N,), -inf where not available
    contributions: np.ndarray  # (N, K), relative to the mean over the available items
    eligible: np.ndarray  # (N,) bool


class PackRanker:
    """
    Ranks the catalog of one pack. The same request gives the same answer. `prepare` and `answer` may run on any
    thread, `compute` on one at a time.
    """

    def __init__(
        self, catalog: Catalog, checkpoint: Checkpoint, encoder: TextEncoder, texts: TextVectors | None = None,
        tell: Callable[[str], None] = lambda what: None, large: int = LARGE,
    ):  # fmt: skip
        self.catalog, self.checkpoint = catalog, checkpoint
        tuned = checkpoint.part("encoder")  # only where its last layers were trained too
        self.encoder = encoder.tuned(tuned) if tuned else encoder
        self._given = encoder, texts
        self.space = checkpoint.space
        self.scale = RatingScale(checkpoint.rating_edges)
        self.mix = Mix(checkpoint.mix)
        self.eligibility = Eligibility(catalog)
        counts = checkpoint.tensors["counts"].numpy()
        self.scorer = scorer_of(checkpoint, encoder.device)
        self.computer = Computer(self.scorer, self.mix, lambda: scorer_of(checkpoint, torch.device("cpu")), large, tell)
        self.reasons = Reasons(catalog, self.space, self.scorer, counts)
        draws = checkpoint.part("rating")  # none where the pack has no ratings
        self.ratings = RatingModel(RatingDraws.of(draws)) if draws else None
        self.elicitor = self._elicitor(counts)
        self.texts = TextVectors(self.encoder) if tuned or texts is None else texts
        self._tell = tell

    @classmethod
    def open(
        cls, name: str, home: Path, encoder: TextEncoder, texts: TextVectors | None = None,
        tell: Callable[[str], None] = lambda what: None,
    ) -> PackRanker:  # fmt: skip
        """The ranker of a pack as it lies under `home`. Raises DataError when it is untrained or does not fit."""
        pack = load_pack(name, home)
        catalog = load_catalog(pack, home)
        expected = {"catalog": catalog.digest, "encoder": encoder.digest}
        try:
            checkpoint = load(folder_of(home, pack.name), expected)
            return cls(catalog, checkpoint, encoder, texts, tell)
        except (KeyError, TypeError, RuntimeError, SafetensorError) as error:
            command = f"instructrec train --pack {pack.name} --only ranker"
            raise DataError(
                f"{pack.name}: the checkpoint is of another version of the network ({error}); run: {command}"
            ) from error

    def reopened(self, home: Path) -> PackRanker:
        """What now lies under `home` for the same pack, with the same encoder and its cached texts."""
        return self.open(self.catalog.pack.name, home, *self._given, self._tell)

    def _elicitor(self, counts: np.ndarray) -> Elicitor:
        if self.ratings is not None:
            return Elicitor.of_ratings(self.ratings.draws, counts)
        return Elicitor.of_vectors(self.scorer.vectors.float().cpu().numpy(), counts)

    @property
    def model(self) -> dict[str, str]:
        """Which model answers."""
        return {"name": "instructrec", "digest": self.checkpoint.digest[:16]}

    def rank(self, requests: Sequence[RankRequest]) -> list[dict[str, Any]]:
        """The response of DESIGN.md 5.4 to each request; one forward pass for all."""
        began = time.perf_counter()
        prepared = self.prepare(requests)
        encoded = time.perf_counter()
        found = self.compute(prepared)
        timing = {"prepare": _ms(encoded - began), "compute": _ms(time.perf_counter() - encoded)}
        return [
            self.answer(one, best, {**timing, "batch": len(requests)})
            for one, best in zip(prepared, found, strict=True)
        ]

    def prepare(self, requests: Sequence[RankRequest]) -> list[Prepared]:
        """Filters, histories and vectors of the texts, those that are new encoded together."""
        texts = [
            instruction_text(r.need.text, r.need.constraints, self.catalog.pack, self.encoder.reads_chinese)
            for r in requests
        ]
        prepared = []
        for request, text in zip(requests, self.texts.of(texts, self._tell), strict=True):
            eligible = self.eligibility.mask(request.need.constraints)
            prepared.append(Prepared(request, self._query(request, eligible, text), eligible))
        return prepared

    def compute(self, prepared: Sequence[Prepared]) -> list[Best]:
        """The best items of each request; the one thing that needs the device."""
        return self.computer.best([one.query for one in prepared], [one.request.k for one in prepared])

    def score(self, requests: Sequence[RankRequest]) -> list[Scored]:
        """Scores of the whole catalog for each request."""
        return [
            Scored(one.query, np.where(one.query.available, parts.sum(1), -np.inf), parts, one.eligible)
            for one in self.prepare(requests)
            for parts in (self.computer.contributions(one.query),)
        ]

    def explain(self, request: RankRequest, item_id: str) -> dict[str, Any]:
        """Why an item ranks where it does, or which constraints it fails."""
        one, position = self.score([request])[0], self.catalog.index[item_id]
        constraints = request.need.constraints
        failed = [
            index
            for indices, met in self.eligibility.units(constraints) if not met[position]
            for index in indices
        ]  # fmt: skip
        score = float(one.contributions[position].sum())
        order = np.flatnonzero(one.query.available)
        own = self.catalog.items[position]
        return {
            "item_id": item_id, "title": own.title, "eligible": bool(one.eligible[position]),
            "available": bool(one.query.available[position]),
            "seen": any(event.item_id == item_id for event in request.history), "excluded": item_id in request.exclude,
            "failed": [self._failed(position, i, constraints[i]) for i in failed],
            "rank": 1 + int((one.scores[order] > score).sum()), "of": len(order), "score": score,
            "contributions": _by_source(one.contributions[position]),
            "reasons": self.reasons.about(
                [position], request.need, one.query, [_by_source(one.contributions[position])]
            )[0],
            "model": self.model,
        }  # fmt: skip

    def _failed(self, position: int, index: int, constraint: Constraint) -> dict[str, Any]:
        value = self.catalog.items[position].facets.get(constraint.facet)
        return {"index": index, **constraint.as_dict(), "item_value": _plain(value)}

    def rate(self, request: RankRequest, item_ids: Sequence[str]) -> dict[str, Any]:
        """Predicted ratings of items for the person with that history. Raises DataError for a pack without ratings."""
        if self.ratings is None:
            raise DataError(f"pack: the interactions of {self.catalog.pack.name!r} carry no ratings to learn from")
        positions = np.array([self.catalog.index[item_id] for item_id in item_ids])
        values = self.ratings.predict(Past.of(in_order(request.history), self.catalog.index), positions)
        rows = [{"item_id": i, "rating": round(float(v), 3)} for i, v in zip(item_ids, values, strict=True)]
        return {"ratings": rows, "model": self.model}

    def elicit(self, request: RankRequest) -> dict[str, Any]:
        """The items to ask a person with that history about, the most telling first; never those that are excluded."""
        closed = ~self.eligibility.mask(request.need.constraints)
        closed[self._hidden(request)] = True
        answered = [self.catalog.index[event.item_id] for event in request.history]
        questions = self.elicitor.best(answered, closed, request.k)
        items = [self.catalog.items[question.position] for question in questions]
        rows = [as_dict(q, item.item_id, item.title) for q, item in zip(questions, items, strict=True)]
        return {"items": rows, "model": self.model}

    def answer(self, one: Prepared, best: Best, timing: Mapping[str, Any]) -> dict[str, Any]:
        """The response to one request: its slate with reasons, and ways out where little is left."""
        began = time.perf_counter()
        request, query = one.request, one.query
        sources = [_by_source(row) for row in best.contributions]
        facts = self.reasons.about(best.positions, request.need, query, sources, best.likeness)
        items = [
            {
                "item_id": self.catalog.items[position].item_id, "title": self.catalog.items[position].title,
                "score": round(float(score), 5), "reasons": reasons,
            }
            for position, score, reasons in zip(best.positions, best.scores, facts, strict=True)
        ]  # fmt: skip
        return {
            "items": items, "eligible": int(np.count_nonzero(one.eligible)), "relaxations": self._ways_out(one),
            "model": self.model, "timing_ms": {**timing, "answer": _ms(time.perf_counter() - began)},
        }  # fmt: skip

    def _ways_out(self, one: Prepared) -> list[dict[str, Any]]:
        if np.count_nonzero(one.query.available) >= FEW:
            return []
        showable = np.ones(len(self.catalog.items), dtype=bool)
        showable[self._hidden(one.request)] = False
        found = relaxations(self.eligibility.units(one.request.need.constraints), showable)
        return [{"drop": list(way.drop), "eligible": way.eligible} for way in found]

    def _query(self, request: RankRequest, eligible: np.ndarray, text: Tensor) -> Query:
        need = request.need
        events = in_order(request.history)
        like = tuple(self.catalog.index[item_id] for item_id in dict.fromkeys(need.like))
        unlike = tuple(self.catalog.index[item_id] for item_id in dict.fromkeys(need.unlike))
        seeds = [seed for seed in like if seed not in {self.catalog.index[event.item_id] for event in events[-5:]}]
        top = 1 + len(self.scale.edges)
        wanted, unwanted = self.space.constraints(need.constraints)
        available = eligible.copy()
        available[self._hidden(request)] = False
        return Query(
            np.array([*(self.catalog.index[event.item_id] for event in events), *seeds], dtype=np.int64),
            np.array([*(self.scale.level(event.rating) for event in events), *([top] * len(seeds))], dtype=np.int64),
            np.array([*_gaps([event.timestamp for event in events]), *([0] * len(seeds))], dtype=np.int64),
            text, wanted, unwanted, self.eligibility.preferred(need.constraints), available,
            like, unlike,
        )  # fmt: skip

    def _hidden(self, request: RankRequest) -> list[int]:
        """Never shown again: what was seen, excluded, refused, or is itself the example."""
        names = [
            *(event.item_id for event in request.history),
            *request.exclude,
            *request.need.like,
            *request.need.unlike,
        ]
        return [self.catalog.index[name] for name in names]


def scorer_of(checkpoint: Checkpoint, device: torch.device) -> Scorer:
    """The scorer that a checkpoint holds, on `device`."""
    network = Ranker(checkpoint.network)
    network.load_state_dict(checkpoint.part("network"))
    linear = []
    for name in ("ease", "slit"):
        part = {key: value.to(device) for key, value in checkpoint.part(name).items()}
        linear.append(LinearScorer(part["weights"], part.get("columns")) if part else None)
    counts = checkpoint.tensors["counts_scored"].numpy()  # the test items are not in it
    return Scorer(network.to(device), linear[0], linear[1], counts, checkpoint.half_life)


def _gaps(timestamps: Sequence[float | None]) -> list[int]:
    if any(timestamp is None for timestamp in timestamps):
        return [0] * len(timestamps)
    known = [float(timestamp or 0.0) for timestamp in timestamps]
    return [0, *(gap_bucket(later - earlier) for earlier, later in zip(known, known[1:], strict=False))][: len(known)]


def _by_source(contributions: np.ndarray) -> dict[str, float]:
    total = dict.fromkeys(sorted(set(SOURCES.values())), 0.0)
    for name, value in zip(FEATURES, contributions, strict=True):
        total[SOURCES[name]] += float(value)
    return total


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def check_packs(names: Sequence[str]) -> None:
    """Raises DataError when nothing is to be served."""
    if not names:
        raise DataError("INSTRUCTREC_PACKS: empty; name at least one pack")
