"""The served pipeline of one pack: filter, score, slate, reasons, ways out. What is evaluated is this."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from data.catalog import Catalog, load_catalog
from data.errors import DataError
from data.need import Constraint, Need
from data.pack import load_pack
from recommender.model.checkpoint import Checkpoint, folder_of, load
from recommender.model.encoder import TextEncoder
from recommender.model.ranker import Ranker
from recommender.model.rating import RatingDraws
from recommender.pipeline.eligibility import Eligibility
from recommender.pipeline.history import RatingScale, gap_bucket, in_order
from recommender.pipeline.rating import Past, RatingModel
from recommender.pipeline.reasons import Reasons
from recommender.pipeline.relaxations import FEW, relaxations
from recommender.pipeline.request import RankRequest
from recommender.pipeline.scoring import FEATURES, SOURCES, LinearScorer, Mix, Query, Scorer, mixed
from recommender.pipeline.wording import instruction_text


@dataclass(frozen=True)
class Scored:
    """One request after scoring: its query, the score of every item, and each feature's contribution."""

    query: Query
    scores: np.ndarray  # (N,), -inf where not available
    contributions: np.ndarray  # (N, K), relative to the mean over the available items
    eligible: np.ndarray  # (N,) bool


class PackRanker:
    """Ranks the catalog of one pack. Pure: the same request gives the same answer; safe to call from one thread."""

    def __init__(self, catalog: Catalog, checkpoint: Checkpoint, encoder: TextEncoder):
        self.catalog, self.checkpoint, self.encoder = catalog, checkpoint, encoder
        self.space = checkpoint.space
        self.scale = RatingScale(checkpoint.rating_edges)
        self.mix = Mix(checkpoint.mix)
        self.eligibility = Eligibility(catalog)
        counts = checkpoint.tensors["counts"].numpy()
        self.scorer = scorer_of(checkpoint, encoder.device)
        self.reasons = Reasons(catalog, self.space, self.scorer, counts)
        draws = checkpoint.part("rating")  # none where the pack has no ratings
        self.ratings = RatingModel(RatingDraws.of(draws)) if draws else None
        self._vector = functools.lru_cache(maxsize=4096)(self._encode_one)

    @classmethod
    def open(cls, name: str, home: Path, encoder: TextEncoder) -> PackRanker:
        """The ranker of a pack as it lies under `home`. Raises DataError when it is untrained or does not fit."""
        pack = load_pack(name, home)
        catalog = load_catalog(pack, home)
        expected = {"catalog": catalog.digest, "encoder": encoder.digest}
        checkpoint = load(folder_of(home, pack.name), expected)
        try:
            return cls(catalog, checkpoint, encoder)
        except (KeyError, RuntimeError) as error:
            command = f"instructrec train --pack {pack.name} --only ranker"
            raise DataError(
                f"{pack.name}: the checkpoint is of another version of the network; run: {command}"
            ) from error

    @property
    def model(self) -> dict[str, str]:
        """Which model answers."""
        return {"name": "instructrec", "digest": self.checkpoint.digest[:16]}

    def rank(self, requests: Sequence[RankRequest]) -> list[dict[str, Any]]:
        """The response of DESIGN.md 5.4 to each request; one forward pass for all."""
        began = time.perf_counter()
        self._encode([self._text(request.need) for request in requests])
        encoded = time.perf_counter()
        scored = self.score(requests)
        ended = time.perf_counter()
        timing = {"encode": _ms(encoded - began), "score": _ms(ended - encoded), "batch": len(requests)}
        return [self._response(request, one, timing) for request, one in zip(requests, scored, strict=True)]

    def score(self, requests: Sequence[RankRequest]) -> list[Scored]:
        """Scores of the whole catalog for each request."""
        if not requests:
            return []
        eligible = [self.eligibility.mask(request.need.constraints) for request in requests]
        queries = [self._query(request, mask) for request, mask in zip(requests, eligible, strict=True)]
        parts = mixed(self.scorer.features(queries), [self.mix.row(query.situation) for query in queries])
        contributions = parts.cpu().numpy()  # (B, N, K)
        if not np.isfinite(contributions).all():
            raise ArithmeticError(
                "a score is not a finite number; the checkpoint is damaged or the input was not checked"
            )
        return [_centred(query, contributions[row], eligible[row]) for row, query in enumerate(queries)]

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
            "reasons": self.reasons.of(position, request.need, one.query, _by_source(one.contributions[position])),
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

    def _response(self, request: RankRequest, one: Scored, timing: Mapping[str, Any]) -> dict[str, Any]:
        began = time.perf_counter()
        available = np.flatnonzero(one.query.available)
        best = available[np.argsort(-one.scores[available], kind="stable")[: request.k]]
        items = [self._slate_item(request.need, one, int(position)) for position in best]
        ways_out = []
        if len(available) < FEW:
            showable = np.ones(len(self.catalog.items), dtype=bool)
            showable[self._hidden(request)] = False
            found = relaxations(self.eligibility.units(request.need.constraints), showable)
            ways_out = [{"drop": list(way.drop), "eligible": way.eligible} for way in found]
        return {
            "items": items, "eligible": int(one.eligible.sum()), "relaxations": ways_out, "model": self.model,
            "timing_ms": {**timing, "slate": _ms(time.perf_counter() - began)},
        }  # fmt: skip

    def _slate_item(self, need: Need, one: Scored, position: int) -> dict[str, Any]:
        item = self.catalog.items[position]
        sources = _by_source(one.contributions[position])
        return {
            "item_id": item.item_id, "title": item.title, "score": round(float(one.scores[position]), 5),
            "reasons": self.reasons.of(position, need, one.query, sources),
        }  # fmt: skip

    def _query(self, request: RankRequest, eligible: np.ndarray) -> Query:
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
            self._vector(self._text(need)), wanted, unwanted, self.eligibility.preferred(need.constraints), available,
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

    def _text(self, need: Need) -> str:
        return instruction_text(need.text, need.constraints, self.catalog.pack, self.encoder.reads_chinese)

    def _encode(self, texts: Sequence[str]) -> None:
        """Encodes what is not cached in one pass, then lets the cache find it."""
        new = [text for text in dict.fromkeys(texts) if text]
        if len(new) > 1:
            self._ready = dict(zip(new, self.encoder.encode(new), strict=True))
        for text in new:
            self._vector(text)
        self._ready = {}

    _ready: Mapping[str, Tensor] = {}

    def _encode_one(self, text: str) -> Tensor:
        return self._ready[text] if text in self._ready else self.encoder.encode([text])[0]


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


def _centred(query: Query, contributions: np.ndarray, eligible: np.ndarray) -> Scored:
    if query.available.any():
        contributions = contributions - contributions[query.available].mean(0)
    scores = np.where(query.available, contributions.sum(1), -np.inf)
    return Scored(query, scores, contributions, eligible)


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
