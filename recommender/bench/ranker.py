"""The ranker against a bare matrix product of the same bytes, by size of catalog and device."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from recommender.bench import measure
from recommender.bench.synthetic import ranker_of, requests_of
from recommender.model.encoder import TextEncoder
from recommender.pipeline import recall
from recommender.pipeline.computing import Computer
from recommender.pipeline.ranking import PackRanker, scorer_of
from recommender.pipeline.recall import Recall
from recommender.pipeline.request import parse_request
from recommender.pipeline.strict_json import read_json

BATCH = 64
TOP = 10
COMPARED = 30
"""Requests over which the served top ten are compared with those of scoring the whole catalog."""


def bench(
    sizes: Sequence[int],
    devices: Sequence[torch.device],
    requests: int,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """{"machine", "runs": [{"device", "items", "bare", "recall", "served"}…]}: one run per device and size."""
    runs = []
    for device in devices:
        encoder = TextEncoder(device=device)
        for items in sizes:
            tell(f"{device}, {items} items: making the catalog")
            ranker = ranker_of(items, encoder)
            tell(f"{device}, {items} items: measuring")
            runs.append({"device": str(device), "items": items, **_run(ranker, items, requests, device)})
            del ranker
    return {"machine": measure.machine(), "batch": BATCH, "runs": runs}


def _run(ranker: PackRanker, items: int, requests: int, device: torch.device) -> dict[str, Any]:
    stage = ranker.computer.recall or Recall(ranker.scorer)
    queries = _queries(ranker, stage, requests, items)
    found = {"bare": _bare(stage, queries, device), "recall": _recall(stage, queries, device)}
    found["served"] = _served(ranker, requests, items)
    if ranker.computer.recall is not None:
        found["served"]["recall@10"] = _agreement(ranker, items)
    if device.type == "cuda":
        found["gpu"] = _bandwidth(stage, queries, device)
    return found


def _queries(ranker: PackRanker, stage: Recall, count: int, items: int) -> list[Tensor]:
    """The vectors that requests become, as the recall stage gets them."""
    parsed = [parse_request(body, ranker.catalog) for body in requests_of(count, items, seed=2)]
    prepared = ranker.prepare(parsed)
    return [stage.vector(one.query, ranker.mix.row(one.query.situation)) for one in prepared]


def _bare(stage: Recall, queries: Sequence[Tensor], device: torch.device) -> dict[str, Any]:
    """numpy (on a GPU torch): product of one query, or 64 of them, with all item vectors, then the ten largest."""
    rows = torch.cat(stage.index.blocks, dim=1)
    batches = [torch.stack(list(queries[start : start + BATCH])) for start in range(0, len(queries), BATCH)]
    batches = [batch for batch in batches if len(batch) == BATCH] or [torch.stack(list(queries))]
    if device.type == "cuda":
        one = measure.latency(lambda query: (rows @ query).topk(TOP), queries, device)
        return {"library": "torch", **one, "per_s": _per_s(lambda queries: (queries @ rows.T).topk(TOP), batches)}
    matrix, vectors = rows.numpy(), [query.numpy() for query in queries]
    one = measure.latency(lambda query: _largest(matrix @ query), vectors)
    return {"library": "numpy", **one, "per_s": _per_s(lambda queries: _largest(queries.numpy() @ matrix.T), batches)}


def _per_s(work: Callable[[Tensor], object], batches: Sequence[Tensor]) -> float:
    return measure.throughput(lambda rows: work(torch.stack(list(rows))), [list(batch) for batch in batches] * 3)


def _largest(scores: np.ndarray) -> np.ndarray:
    return np.argpartition(-scores, TOP)[..., :TOP]


def _recall(stage: Recall, queries: Sequence[Tensor], device: torch.device) -> dict[str, Any]:
    """The search for the ten largest products, with nothing filtered and with half of the items filtered out."""
    index = stage.index
    everything, half = np.ones(index.size, dtype=bool), np.arange(index.size) % 2 == 0
    hits = [
        len(set(index.search(query, mask, TOP)) & set(index.exact(query, mask, TOP)))
        for query in queries[:100] for mask in (everything, half)
    ]  # fmt: skip
    return {
        "how": "faiss" if index.coarse is not None else "exact",
        **measure.latency(lambda query: index.search(query, everything, TOP), queries, device),
        "filtered": measure.latency(lambda query: index.search(query, half, TOP), queries, device),
        "recall@10": round(sum(hits) / (TOP * len(hits)), 4),
    }


def _served(ranker: PackRanker, requests: int, items: int) -> dict[str, Any]:
    """JSON in, JSON out: read, checked, encoded, filtered, scored, explained; no text is asked for twice."""
    bodies = [json.dumps(body) for body in requests_of(requests + measure.WARM, items, seed=3)]
    batches = [[json.dumps(body) for body in requests_of(BATCH, items, seed)] for seed in range(4, 7)]

    def answer(lines: Sequence[str]) -> str:
        parsed = [parse_request(read_json(line), ranker.catalog) for line in lines]
        return json.dumps(ranker.rank(parsed))

    return {**measure.latency(lambda body: answer([body]), bodies), "per_s": measure.throughput(answer, batches)}


def _agreement(ranker: PackRanker, items: int) -> float:
    """Share of the top ten of scoring everything that the served way finds."""
    whole = Computer(
        ranker.scorer, ranker.mix, lambda: scorer_of(ranker.checkpoint, torch.device("cpu")), large=items + 1
    )
    found = 0
    for body in requests_of(COMPARED, items, seed=9):
        (prepared,) = ranker.prepare([parse_request(body, ranker.catalog)])
        (served,) = ranker.computer.best([prepared.query], [TOP])
        (exact,) = whole.best([prepared.query], [TOP])
        found += len(set(served.positions) & set(exact.positions))
    return round(found / (COMPARED * TOP), 4)


def _bandwidth(stage: Recall, queries: Sequence[Tensor], device: torch.device) -> dict[str, Any]:
    """Bytes of item vectors that exact scoring and top-k read per second, as a share of what the card copies."""
    copied = measure.copy_bandwidth(device)
    everything = np.ones(stage.index.size, dtype=bool)
    spent = measure.latency(lambda query: stage.index.exact(query, everything, TOP), queries, device)["p50_ms"] / 1000
    read = sum(block.numel() * block.element_size() for block in stage.index.blocks) / spent
    return {"copy_gb_s": round(copied / 1e9, 1), "read_gb_s": round(read / 1e9, 1), "share": round(read / copied, 3)}


def has_index() -> bool:
    """Whether large catalogs are looked up rather than multiplied out."""
    return recall.faiss is not None
