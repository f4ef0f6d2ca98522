"""What the device does for a batch: features, their mix, the filter as a mask, the best of every request."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from recommender.pipeline.narrowing import narrowed, remapped
from recommender.pipeline.out_of_memory import within_memory
from recommender.pipeline.recall import LARGE, NARROW, Recall, moments
from recommender.pipeline.scoring import FEATURES, Mix, Query, Scorer, mixed

SCORES_AT_ONCE = {"cpu": 2_000_000, "cuda": 32_000_000}
"""Requests times items in one forward pass; a batch over a larger catalog goes in parts."""
SAMPLE = 2_048
"""Items over which the features of a large catalog are standardised."""
log = logging.getLogger("recommender")


@dataclass(frozen=True)
class Best:
    """The best items of one request, best first."""

    positions: np.ndarray  # (k,) in the catalog
    scores: np.ndarray  # (k,)
    contributions: np.ndarray  # (k, K), relative to the mean over the available items
    likeness: np.ndarray | None = None  # (examples, k) how like each example each of them is, where it was computed


class Computer:
    """Scores queries on one device; on the processor where the device's memory does not hold even half of them."""

    def __init__(
        self, scorer: Scorer, mix: Mix, on_cpu: Callable[[], Scorer], large: int = LARGE,
        tell: Callable[[str], None] = lambda what: None,
    ):  # fmt: skip
        self.scorer, self.mix, self.tell = scorer, mix, tell
        self.size = len(scorer.vectors)
        self.recall = Recall(scorer) if self.size >= large else None
        self._on_cpu = functools.lru_cache(maxsize=1)(on_cpu)
        self._sample = np.random.default_rng(0).permutation(self.size)[:SAMPLE]

    def best(self, queries: Sequence[Query], counts: Sequence[int]) -> list[Best]:
        """The `counts` best available items of each query."""
        return within_memory(
            list(zip(queries, counts, strict=True)), self._best, lambda batch: self._whole(batch, self._on_cpu()),
            self.tell,
        )  # fmt: skip

    def contributions(self, query: Query) -> np.ndarray:
        """(N, K) contributions of every feature to the score of every item, relative to the mean of the available."""
        available = torch.from_numpy(query.available[None]).to(self.scorer.device)
        return self._parts([query], available, self.scorer)[0].cpu().numpy()

    def _best(self, batch: Sequence[tuple[Query, int]]) -> list[Best]:
        if self.recall is None:
            return self._whole(batch, self.scorer)
        return [self._of_candidates(query, count, self.recall) for query, count in batch]

    def _whole(self, batch: Sequence[tuple[Query, int]], scorer: Scorer) -> list[Best]:
        """Every item scored, as many requests at once as SCORES_AT_ONCE allows."""
        at_once = max(1, SCORES_AT_ONCE.get(scorer.device.type, 2_000_000) // max(self.size, 1))
        found: list[Best] = []
        for start in range(0, len(batch), at_once):
            found += self._at_once(batch[start : start + at_once], scorer)
        return found

    def _at_once(self, batch: Sequence[tuple[Query, int]], scorer: Scorer) -> list[Best]:
        queries = [query for query, _ in batch]
        available = torch.from_numpy(np.stack([query.available for query in queries])).to(scorer.device)  # (B, N)
        parts = self._parts(queries, available, scorer)
        left = [int(np.count_nonzero(query.available)) for query in queries]
        counts = [min(count, n) for (_, count), n in zip(batch, left, strict=True)]
        scores, places = parts.sum(2).masked_fill(~available, -torch.inf).topk(max(counts, default=0), dim=1)
        chosen = parts.gather(1, places[:, :, None].expand(-1, -1, parts.shape[2])).cpu().numpy()
        return [
            Best(*_in_order(place[:count], score[:count], chosen[row, :count]))
            for row, (place, score, count) in enumerate(
                zip(places.cpu().numpy(), scores.cpu().numpy(), counts, strict=True)
            )
        ]

    def _of_candidates(self, query: Query, count: int, recall: Recall) -> Best:
        """
        The best of a large catalog: candidates of the recall stage, scored like the items of a small one. What a
        narrow filter leaves are all candidates, and the result is that of scoring everything.
        """
        weights = self.mix.row(query.situation)
        left = int(np.count_nonzero(query.available))
        is_narrow = left <= max(NARROW, count)
        chosen = np.flatnonzero(query.available) if is_narrow else recall.candidates(query, weights, count)
        sample = np.zeros(0, dtype=np.int64) if is_narrow else self._sample_of(query.available)
        measured = query.available
        if not is_narrow:
            measured = np.zeros(self.size, dtype=bool)
            measured[sample] = True
        named = np.array([*query.items, *query.like, *query.unlike], dtype=np.int64)
        positions = np.unique(np.concatenate([chosen, sample, named]))
        small = narrowed(recall.scorer, positions, named)
        mask = torch.from_numpy(np.isin(positions, chosen, assume_unique=True)).to(small.device)
        inner = remapped(query, positions, measured)
        available = torch.from_numpy(inner.available[None]).to(small.device)
        linear = None if is_narrow else _linear_features(recall.scorer, small, query, inner)
        parts = self._parts([inner], available, small, [weights], linear)[0]  # (M, K)
        scores, places = parts.sum(1).masked_fill(~mask, -torch.inf).topk(min(count, len(chosen)))
        found = _in_order(positions[places.cpu().numpy()], scores.cpu().numpy(), parts[places].cpu().numpy())
        with torch.inference_mode():
            shown = torch.from_numpy(np.searchsorted(positions, found[0])).to(small.device)
            likeness = [small.likeness(seed, available[0])[shown].cpu().numpy() for seed in inner.like]
        return Best(found[0], found[1], found[2], np.array(likeness).reshape(len(likeness), len(shown)))

    def _sample_of(self, available: np.ndarray) -> np.ndarray:
        """A fair sample of the available items: those of a fixed sample, or some drawn where they are too few."""
        sample = self._sample[available[self._sample]]
        if len(sample) >= SAMPLE // 4:
            return sample
        left = np.flatnonzero(available)
        return left[:: max(1, len(left) // SAMPLE)]

    def _parts(
        self, queries: Sequence[Query], available: Tensor, scorer: Scorer,
        rows: Sequence[Sequence[float]] | None = None, known: Mapping[str, Tensor] | None = None,
    ) -> Tensor:  # fmt: skip
        """(B, N, K) contributions, centred over the (B, N) available items; `known`: features computed elsewhere."""
        rows = rows or [self.mix.row(query.situation) for query in queries]
        with torch.inference_mode():
            features = scorer.features(queries)
            for name, values in (known or {}).items():
                features[:, :, FEATURES.index(name)] = values
            parts = mixed(features, rows)
            counted = available[:, :, None].to(parts.dtype)
            mean = (parts * counted).sum(1, keepdim=True) / counted.sum(1, keepdim=True).clamp(min=1)
            parts = parts - mean
            if not bool(torch.isfinite(parts.sum()).item()):
                raise ArithmeticError("a score is not a finite number; the checkpoint is damaged")
        return parts


def _linear_features(whole: Scorer, small: Scorer, query: Query, inner: Query) -> dict[str, Tensor]:
    """The linear scorers of the candidates, standardised over all that is available: a sample misses what is rare."""
    found: dict[str, Tensor] = {}
    for name in ("ease", "slit"):
        linear, part = getattr(whole, name), getattr(small, name)
        if linear is not None and len(query.items):
            mean, spread = moments(linear, query, whole.half_life)
            scores = part.score([inner.items], whole.half_life)
            found[name] = (scores - mean) / spread if spread > 1e-6 else torch.zeros_like(scores)
    return found


def _in_order(positions: np.ndarray, scores: np.ndarray, contributions: np.ndarray) -> tuple[np.ndarray, ...]:
    """Best first, equal scores in the order of the catalog."""
    order = np.lexsort((positions, -scores))
    return positions[order], scores[order], contributions[order]
