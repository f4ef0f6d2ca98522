"""Recall: of a large catalog, the items that are worth an exact score, found by one inner product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from recommender.pipeline.scoring import FEATURES, LINEAR_WINDOW, LinearScorer, Query, Scorer

faiss: Any
try:
    import faiss
except ImportError:  # optional: without it the product is computed whole
    faiss = None

LARGE = 50_000
"""Items from which on a catalog is not scored whole."""
NARROW = 5_000
"""Items left by the filter up to which all of them are scored exactly."""
SCANNED_EXACTLY = 20_000
"""Items left by the filter up to which the product is computed for each of them rather than looked up."""
CANDIDATES = 1_000
"""Items that the product sends on to the exact score; extra ones come from the linear scorers and the examples."""
EXTRA = 300
LOOKED_UP = 4_000
"""Items that the index, whose codes are coarse, sends on to the product."""
LISTS = 1_024
TRAINED_ON = 100_000
SIDE = ("bias", "trend", "cold")
"""Features that are one number per item, whatever is asked: they extend the item's vector."""


class Index:
    """
    Largest inner products of a query with (N, D) rows. On the processor an inverted file of 4-bit codes of what is
    left after the nearest centroid (faiss's FastScan), of which the best are multiplied out; exact where faiss is not
    installed and on a GPU.
    """

    def __init__(self, rows: Sequence[Tensor]):
        """`rows`: blocks of columns, each (N, …), that together make the vectors."""
        self.blocks = tuple(rows)
        self.size, self.width = len(rows[0]), sum(block.shape[1] for block in rows)
        self.device = rows[0].device
        self.coarse = self._build() if faiss is not None and self.device.type == "cpu" else None

    def search(self, query: Tensor, available: np.ndarray, count: int) -> np.ndarray:
        """Positions of (almost) the `count` largest products with (D,) among the available, best first."""
        left = int(np.count_nonzero(available))
        if left <= count:
            return np.flatnonzero(available)
        if self.coarse is not None and left > SCANNED_EXACTLY:
            found = self._look_up(query, available, left)
            if len(found) >= count:
                return found[self._products(query, found).topk(count).indices.numpy()]
        return self.exact(query, available, count)

    def exact(self, query: Tensor, available: np.ndarray, count: int) -> np.ndarray:
        """The same without an index: the product with every available row, or with all of them, masked."""
        left = int(np.count_nonzero(available))
        if left <= self.size // 4:
            positions = np.flatnonzero(available)
            return positions[self._products(query, positions).topk(count).indices.cpu().numpy()]
        products = self._products(query, None)
        mask = torch.from_numpy(available).to(self.device)
        return products.masked_fill_(~mask, -torch.inf).topk(count).indices.cpu().numpy()

    def _products(self, query: Tensor, positions: np.ndarray | None) -> Tensor:
        chosen = None if positions is None else torch.from_numpy(positions).to(self.device)
        parts = query.to(self.device).split([block.shape[1] for block in self.blocks])
        found = [
            (block if chosen is None else block.index_select(0, chosen)) @ part
            for block, part in zip(self.blocks, parts, strict=True)
        ]
        return torch.stack(found).sum(0) if len(found) > 1 else found[0]

    def _look_up(self, query: Tensor, available: np.ndarray, left: int) -> np.ndarray:
        assert self.coarse is not None
        selector = None
        if left < self.size:
            bits = np.packbits(available, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)
        options = faiss.SearchParametersIVF(sel=selector, nprobe=self.coarse.nlist)
        padded = np.zeros((1, self.coarse.d), dtype=np.float32)
        padded[0, : self.width] = query.cpu().numpy()
        found = self.coarse.search(padded, LOOKED_UP, params=options)[1][0]
        found = found[found >= 0]
        return found[available[found]]

    def _build(self) -> Any:
        """Codes of one number each: 4 bits for what is left of it after its centroid."""
        width = self.width + self.width % 2
        faiss.omp_set_num_threads(torch.get_num_threads())
        lists = max(1, min(LISTS, self.size // 40))
        by_distance = faiss.IndexFlatL2(width)
        index = faiss.IndexIVFPQFastScan(by_distance, width, lists, width, 4, faiss.METRIC_INNER_PRODUCT)
        index.by_residual = True
        index.cp.niter = 8
        generator = np.random.default_rng(0)
        index.train(self._part(np.sort(generator.permutation(self.size)[:TRAINED_ON]), width))
        for start in range(0, self.size, 65_536):
            index.add(self._part(np.arange(start, min(start + 65_536, self.size)), width))
        by_product = faiss.IndexFlatIP(width)
        by_product.add(by_distance.reconstruct_n(0, lists))
        index.quantizer = by_product
        self._kept = by_product  # faiss does not hold what it is given
        return index

    def _part(self, positions: np.ndarray, width: int) -> np.ndarray:
        chosen = torch.from_numpy(positions)
        rows = torch.cat([block[chosen] for block in self.blocks], dim=1)
        return np.ascontiguousarray(torch.nn.functional.pad(rows, (0, width - self.width)).numpy())


class Recall:
    """Candidates of a query: by the inner product that most of the score is, by company, by the examples."""

    def __init__(self, scorer: Scorer):
        self.scorer = scorer
        side = torch.stack([getattr(scorer, name) for name in SIDE], dim=1)
        self.index = Index((scorer.vectors, side))

    def candidates(self, query: Query, weights: Sequence[float], count: int) -> np.ndarray:
        """Sorted positions, all of them available."""
        vector, available = self.vector(query, weights), query.available
        found = [self.index.search(vector, available, max(CANDIDATES, count))]
        if query.preferred.any():
            best = available & (query.preferred == query.preferred[available].max(initial=0))
            found.append(self.index.search(vector, best, max(CANDIDATES, count)))
        for seed in query.like[:10]:
            found.append(self.index.search(self._like(seed), available, EXTRA))
        for linear in (self.scorer.ease, self.scorer.slit):
            if linear is not None and len(query.items):
                found.append(_strongest(linear, query, self.scorer.half_life))
        return np.unique(np.concatenate(found))

    def vector(self, query: Query, weights: Sequence[float]) -> Tensor:
        """(D,): the part of the score that is an inner product with the items' vectors, as one vector."""
        scorer, weight = self.scorer, dict(zip(FEATURES, weights, strict=True))
        wanted, unwanted = (torch.from_numpy(v[None]).float().to(scorer.device) for v in (query.wanted, query.unwanted))
        with torch.inference_mode():
            history = scorer._histories([query])
            parts = scorer.network.fuse(history, query.text[None].to(scorer.device), wanted, unwanted)
        own = (
            weight["network"] * parts.history + weight["text"] * parts.text + weight["constraints"] * parts.constraints
        )
        side = torch.tensor([[weight[name] for name in SIDE]], device=scorer.device)
        return torch.cat([own, side], dim=1)[0]

    def _like(self, seed: int) -> Tensor:
        row = self.scorer.vectors[seed]
        return torch.nn.functional.pad(row / row.norm().clamp(min=1e-6), (0, len(SIDE)))


def pulls(linear: LinearScorer, query: Query, half_life: float) -> tuple[np.ndarray, np.ndarray]:
    """Positions and scores of the available items that a linear scorer lifts or lowers; all others have 0."""
    past = query.items[-LINEAR_WINDOW:]
    if linear.columns is None:
        scores = linear.score([past], half_life)[0].cpu().numpy()
        columns = np.arange(len(scores))
    else:
        rows = torch.from_numpy(past).to(linear.weights.device)
        decay = 0.5 ** (np.arange(len(past))[::-1] / half_life)
        columns, place = np.unique(linear.columns[rows].cpu().numpy().ravel(), return_inverse=True)
        weights = (linear.weights[rows].cpu().numpy() * decay[:, None]).ravel()
        scores = np.bincount(place.ravel(), weights=weights, minlength=len(columns))
    is_open = query.available[columns]
    return columns[is_open], scores[is_open]


def moments(linear: LinearScorer, query: Query, half_life: float) -> tuple[float, float]:
    """Mean and standard deviation of a linear scorer over all available items, of which few have a score."""
    count, (_, scores) = max(1, int(np.count_nonzero(query.available))), pulls(linear, query, half_life)
    mean = float(scores.sum()) / count
    return mean, float(np.sqrt(max(0.0, float(np.square(scores).sum()) / count - mean**2)))


def _strongest(linear: LinearScorer, query: Query, half_life: float) -> np.ndarray:
    """The available items that the history's own weights lift most."""
    columns, scores = pulls(linear, query, half_life)
    columns, scores = columns[scores > 0], scores[scores > 0]
    return columns[np.argsort(-scores, kind="stable")[:EXTRA]]
