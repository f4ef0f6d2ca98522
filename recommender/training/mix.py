"""Fits the weights of the score's features to the validation items, one set per situation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from recommender.pipeline.scoring import FEATURES, PRIOR, Mix, Query, Scorer, prior

PENALTY = 1.0
"""Pull towards the prior, as strong as one validation row: few rows change little, 1,000 decide."""
FITTED = ("network", "ease", "slit", "text", "cosine", "constraints", "prefer", "bias", "trend", "cold")
CAP = 4.0
"""Largest weight of a `prefer` wish: in made-up instructions every target meets every wish, in life it does not."""
MAX_CELLS = 6_000_000
"""Scores that one fit may hold; larger catalogs use fewer validation rows."""


def fit_mix(scorer: Scorer, rows: Mapping[str, Sequence[tuple[Query, int]]]) -> Mix:
    """The mix that gives the validation targets the highest likelihood; a situation without rows keeps the prior."""
    weights = {}
    for situation, pairs in rows.items():
        limit = max(50, MAX_CELLS // max(len(scorer.vectors), 1))
        weights[situation] = _fit(scorer, list(pairs)[:limit]) if len(pairs) >= 20 else prior(situation)
    return Mix({**Mix.default().weights, **weights})


def _fit(scorer: Scorer, pairs: list[tuple[Query, int]]) -> dict[str, float]:
    chunks = [scorer.features([query for query, _ in pairs[at : at + 128]]) for at in range(0, len(pairs), 128)]
    features = torch.cat(chunks).clone()  # (R, N, K)
    available = torch.stack([torch.from_numpy(query.available) for query, _ in pairs]).to(features.device)
    targets = torch.tensor([target for _, target in pairs], device=features.device)
    columns = torch.tensor([FEATURES.index(name) for name in FITTED], device=features.device)
    found = _minimise(features[:, :, columns], available, targets, torch.tensor([PRIOR[name] for name in FITTED]))
    fitted = {name: float(value) for name, value in zip(FITTED, found, strict=True)}
    fitted["prefer"] = min(max(fitted["prefer"], PRIOR["prefer"] / 2), CAP)
    return {**PRIOR, **fitted}


def _minimise(features: Tensor, available: Tensor, targets: Tensor, prior: Tensor) -> Tensor:
    prior = prior.to(features.device)
    weights = prior.clone().requires_grad_(True)
    optimiser = torch.optim.LBFGS([weights], max_iter=40, line_search_fn="strong_wolfe")
    barred = ~available

    def loss() -> Tensor:
        optimiser.zero_grad()
        scores = (features @ weights).masked_fill(barred, -torch.inf)
        value = (
            torch.nn.functional.cross_entropy(scores, targets)
            + PENALTY / len(targets) * (weights - prior).square().sum()
        )
        value.backward()
        return value

    optimiser.step(loss)
    assert bool(torch.isfinite(weights).all()), f"the fit of the mix did not converge: {weights.tolist()}"
    return weights.detach().cpu()
