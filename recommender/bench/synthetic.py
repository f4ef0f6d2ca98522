"""Made catalogs of any size, with a ranker of the served shape: what speed depends on, and nothing that was learned."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from data.catalog import Catalog, Item
from data.pack import Facet, Pack
from recommender.model.checkpoint import Checkpoint
from recommender.model.encoder import TextEncoder
from recommender.model.facets import FacetSpace, facet_space
from recommender.model.ranker import Ranker, RankerConfig
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.scoring import Mix

GENRES = ("comedy", "drama", "horror", "western", "musical", "crime", "war", "romance")
MAKERS = tuple(f"studio {number}" for number in range(200))
FACETS = {
    "genre": Facet("genre", "category", "genre", multi=True),
    "maker": Facet("maker", "category", "maker"),
    "year": Facet("year", "year", "year"),
    "price": Facet("price", "number", "price"),
}
DIRECTIONS = 96
"""Independent directions that texts vary in, each next one less: as text vectors of real catalogs do."""
LINEAR_WEIGHTS = 20_000_000
"""Weights that a linear scorer of a large catalog keeps at most."""
HISTORY = 20
WORDS = ("funny", "slow", "dark", "warm", "clever", "loud", "old", "quiet", "strange", "short", "tender", "bleak")


def ranker_of(items: int, encoder: TextEncoder, seed: int = 0) -> PackRanker:
    """A ranker of a made catalog. The same seed gives the same bytes."""
    rng = np.random.default_rng(seed)
    catalog = _catalog(items, rng)
    space = facet_space(_part(catalog, 2_000))
    config = RankerConfig(items, len(space), encoder.width)
    torch.manual_seed(seed)
    network = Ranker(config)
    network.set_items(_texts(items, encoder.width, rng), _facets(catalog, space), torch.ones(items))
    with torch.no_grad():
        for tower in network.towers:
            tower.id_bias.copy_(torch.from_numpy(rng.standard_normal(items, dtype=np.float32) * 0.3))
    counts = torch.from_numpy(rng.zipf(1.6, items).clip(max=5_000).astype(np.float32))
    tensors: dict[str, Tensor] = {f"network.{name}": value for name, value in network.state_dict().items()}
    tensors |= _linear(items, rng)
    tensors |= {"counts": counts, "counts_scored": counts, "item_rating": torch.full((items,), 3.5)}
    edges = (1.0, 2.0, 3.0, 4.0)
    return PackRanker(
        catalog, Checkpoint("made", {}, config, space, edges, 10.0, Mix.default().weights, {}, tensors), encoder
    )


def requests_of(count: int, items: int, seed: int = 1) -> list[dict[str, Any]]:
    """
    Requests as JSON has them: a text that was not seen before, twenty interactions; every second one with a
    constraint, every fourth with an example.
    """
    rng = np.random.default_rng(seed)
    texts = itertools.islice(itertools.cycle(itertools.combinations(WORDS, 3)), count)
    made = []
    for number, words in enumerate(texts):
        wish = {"facet": "year", "op": "at_least", "value": 1980} if number % 4 else _genre(number)
        made.append(
            {
                "pack": "made", "k": 10,
                "history": [{"item_id": str(i), "rating": 4} for i in rng.integers(0, items, HISTORY)],
                "need": {
                    "text": f"something {', '.join(words)} from the shelf, number {number + seed * 10_000}",
                    "constraints": [wish] if number % 2 else [],
                    "like": [str(rng.integers(0, items))] if number % 4 == 3 else [],
                },
            }
        )  # fmt: skip
    return made


def _genre(number: int) -> dict[str, Any]:
    return {"facet": "genre", "op": "is", "value": GENRES[number % len(GENRES)]}


def _catalog(items: int, rng: np.random.Generator) -> Catalog:
    genres, makers = rng.integers(0, len(GENRES), (items, 2)), rng.integers(0, len(MAKERS), items)
    years, prices = rng.integers(1930, 2025, items), rng.integers(1, 500, items)
    pairs = [tuple(dict.fromkeys((GENRES[a], GENRES[b]))) for a, b in genres.tolist()]
    rows = zip(pairs, makers.tolist(), years.tolist(), prices.tolist(), strict=True)
    made = tuple(
        Item(str(number), f"Item {number}", {"genre": pair, "maker": MAKERS[maker], "year": year, "price": price})
        for number, (pair, maker, year, price) in enumerate(rows)
    )
    return Catalog(Pack("made", Path("made"), {}, FACETS), made, "made")


def _part(catalog: Catalog, items: int) -> Catalog:
    return Catalog(catalog.pack, catalog.items[:items], catalog.digest)


def _texts(items: int, width: int, rng: np.random.Generator) -> Tensor:
    """(N, E) unit vectors around a few thousand topics."""
    basis = rng.standard_normal((DIRECTIONS, width), dtype=np.float32)
    basis *= (np.arange(1, DIRECTIONS + 1, dtype=np.float32) ** -0.5)[:, None]
    topics = rng.standard_normal((2_000, DIRECTIONS), dtype=np.float32)
    texts = torch.empty(items, width)
    for start in range(0, items, 50_000):
        rows = min(50_000, items - start)
        own = topics[rng.integers(0, len(topics), rows)] + rng.standard_normal((rows, DIRECTIONS), dtype=np.float32)
        texts[start : start + rows] = torch.nn.functional.normalize(torch.from_numpy(own @ basis), dim=1)
    return texts


def _facets(catalog: Catalog, space: FacetSpace) -> Tensor:
    """(N, C), value by value: the facet space reads item by item, which a million items are too many for."""
    known: dict[Any, list[float]] = {}
    columns = {name: [n for n, d in enumerate(space.dimensions) if d.facet == name] for name in FACETS}
    found = np.zeros((len(catalog.items), len(space)), dtype=np.float32)
    for name, own in columns.items():
        part = FacetSpace(tuple(space.dimensions[n] for n in own))
        for row, item in enumerate(catalog.items):
            value = item.facets[name]
            if (name, value) not in known:
                known[name, value] = part.items([item])[0].tolist()
            found[row, own] = known[name, value]
    return torch.from_numpy(found)


def _linear(items: int, rng: np.random.Generator) -> dict[str, Tensor]:
    """Weights of the two linear scorers: whole for a small catalog, the strongest per row for a large one."""
    made: dict[str, Tensor] = {}
    for name in ("ease", "slit"):
        if items <= 6_000:
            made[f"{name}.weights"] = torch.from_numpy(rng.standard_normal((items, items), dtype=np.float32) * 0.02)
            continue
        keep = min(200, LINEAR_WEIGHTS // items)
        made[f"{name}.weights"] = torch.from_numpy(rng.random((items, keep), dtype=np.float32) * 0.1)
        made[f"{name}.columns"] = torch.from_numpy(np.sort(rng.integers(0, items, (items, keep)), axis=1))
    return made
