"""Fits the weights of the score's features to the validation items, one set per situation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from recommender.evaluation.metrics import ndcg
from recommender.pipeline.scoring import FEATURES, PRIOR, Mix, Query, Scorer, prior
from recommender.training.validation import ranks_of

PENALTY = 1.0
"""Pull towards the prior, as strong as one validation row: few rows change little, 1,000 decide."""
FITTED = ("network", "ease", "slit", "text", "cosine", "constraints", "prefer", "bias", "trend", "cold")
CAP = 4.0
"""Largest weight of a `prefer` wish: in made-up instructions every target meets every wish, in life it does not."""
MAX_CELLS = 6_000_000
"""Scores that one fit may hold; larger catalogs use fewer validation rows."""
OF_HISTORY = ("network", "ease", "slit", "bias", "trend", "cold")
"""Features that a bare history has; with so few, the fit may hold five times the scores."""
ALONE: Mapping[str, Mapping[str, float]] = {
    "network": {"network": 1.0, "bias": 1.0}, "ease": {"ease": 1.0}, "slit": {"slit": 1.0},
}  # fmt: skip
"""Single scorers that a mix of the history has to beat."""


def fit_mix(scorer: Scorer, rows: Mapping[str, Sequence[tuple[Query, int]]]) -> Mix:
    """
    The mix that gives the validation targets the highest likelihood; a situation without rows keeps the prior. For
    bare histories, the best single scorer where the mix does not rank better than it.
    """
    weights = {}
    for situation, pairs in rows.items():
        cells = MAX_CELLS * (5 if situation == "history" else 1)
        limit = max(50, cells // max(len(scorer.vectors), 1))
        weights[situation] = _fit(scorer, pairs[:limit], situation) if len(pairs) >= 20 else prior(situation)
    mix = Mix({**Mix.default().weights, **weights})
    return _guarded(scorer, mix, rows.get("history", ()))


def _guarded(scorer: Scorer, mix: Mix, pairs: Sequence[tuple[Query, int]]) -> Mix:
    """The mix, or with the weights of `history` of one scorer alone."""
    if len(pairs) < 20:
        return mix
    alone = {
        name: Mix({**mix.weights, "history": {**dict.fromkeys(FITTED, 0.0), **weights}})
        for name, weights in ALONE.items()
        if getattr(scorer, name, None) is not None
    }
    found = {name: ndcg(ranks_of(scorer, pairs, one), 10) for name, one in {"mix": mix, **alone}.items()}
    best = max(found, key=lambda name: (found[name], name == "mix"))
    return mix if best == "mix" else alone[best]


def _fit(scorer: Scorer, pairs: Sequence[tuple[Query, int]], situation: str) -> dict[str, float]:
    names = OF_HISTORY if situation == "history" else FITTED
    columns = torch.tensor([FEATURES.index(name) for name in names], device=scorer.device)
    chunks = [
        scorer.features([query for query, _ in pairs[at : at + 128]])[:, :, columns] for at in range(0, len(pairs), 128)
    ]
    features = torch.cat(chunks).clone()  # (R, N, K)
    available = torch.stack([torch.from_numpy(query.available) for query, _ in pairs]).to(features.device)
    targets = torch.tensor([target for _, target in pairs], device=features.device)
    found = _minimise(features, available, targets, torch.tensor([PRIOR[name] for name in names]))
    fitted = {name: float(value) for name, value in zip(names, found, strict=True)}
    if "prefer" in fitted:
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
