"""Measures the ranker and the linear baselines on test items: by history alone, and by instruction and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.pack import load_pack
from data.settings import Settings
from recommender.evaluation.metrics import rank_of, summary
from recommender.model.checkpoint import pick_device
from recommender.model.encoder import TextEncoder
from recommender.pipeline import baselines
from recommender.pipeline.ranking import scorer_of
from recommender.pipeline.scoring import HALF_LIFE, Mix, Scorer
from recommender.training.material import Material
from recommender.training.progress import Progress
from recommender.training.run import PROFILES, Profile, read_material, train
from recommender.training.sequences import History
from recommender.training.templates import load_phrasebooks
from recommender.training.validation import Validation, ranks_of

Figures = dict[str, float]
KINDS: Mapping[str, str] = {"seen": "sentences", "held": "held"}
SITUATIONS: Mapping[str, str] = {
    "instructrec": "history+wishes", "instructrec/no-constraints": "history+text", "instructrec/no-history": "wishes",
    "instructrec/text-only": "text",
}  # fmt: skip


def evaluate(pack_name: str, settings: Settings, profile: str, seeds: Sequence[int]) -> dict[str, Any]:
    """Trains once per seed on what the split gives to training, and scores the test items once."""
    pack = load_pack(pack_name, settings.home)
    encoder = TextEncoder(settings.encoder, pick_device(settings.device))
    progress = Progress()
    runs = []
    for seed in seeds:
        progress.say(f"{pack.name}: seed {seed} of {list(seeds)}")
        material = read_material(pack, settings.home, encoder, profile, seed)
        runs.append(_run(material, encoder, PROFILES[profile], seed, progress))
    return {
        "pack": pack.name, "seeds": list(seeds), "profile": profile,
        "protocol": "leave-one-out by (time, file order); every unseen item is ranked, ties count against the model; "
        "instructions are made for the test item, their constraints given as heard (a quarter only in part)",
        **_summed(runs),
    }  # fmt: skip


def _run(material: Material, encoder: TextEncoder, profile: Profile, seed: int, progress: Progress) -> dict[str, Any]:
    checkpoint = train(material, encoder, profile, seed, progress)
    scorer, mix = scorer_of(checkpoint, encoder.device), Mix(checkpoint.mix)
    pairs = material.split.test
    found: dict[str, Any] = {"history": _baselines(pairs, material, profile), "instruction": {}}
    books = load_phrasebooks(material.catalog.pack)
    for kind, templates in KINDS.items():
        rows = Validation.of(pairs, material, books, encoder, seed + 1000, templates, limit=len(pairs))
        found["history"]["instructrec"] = dict(summary(ranks_of(scorer, rows.rows["history"], mix)))
        found["instruction"][kind] = {
            name: _instructed(scorer, mix, rows, situation)
            for name, situation in SITUATIONS.items()
            if rows.rows.get(situation)
        }
    return found


def _instructed(scorer: Scorer, mix: Mix, rows: Validation, situation: str) -> Figures:
    return dict(summary(ranks_of(scorer, rows.rows[situation], mix)))


def _baselines(pairs: Sequence[tuple[History, int]], material: Material, profile: Profile) -> dict[str, Figures]:
    """Popularity, EASE-recency and SLIT, learnt from everything before the test items."""
    items = len(material.catalog.items)
    train = [history.items for history in material.split.train_and_validation]
    pasts = [history.items for history, _ in pairs]
    targets = np.array([target for _, target in pairs])
    decayed = baselines.decayed(pasts, items, HALF_LIFE)
    scores = {"popularity": np.tile(baselines.popularity(train, items), (len(pairs), 1))}
    if items <= baselines.MAX_ITEMS:
        scores["ease-recency"] = decayed @ baselines.ease(train, items, profile.ease_penalty)
        scores["slit"] = decayed @ baselines.slit(train, items, HALF_LIFE, profile.slit_penalty)
    for values in scores.values():
        for row, past in enumerate(pasts):
            values[row, past] = -np.inf
    return {name: dict(summary(rank_of(values, targets))) for name, values in scores.items()}


def _summed(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The runs' common shape, with {"mean", "std"} where each run has a number."""
    first = runs[0]
    merged: dict[str, Any] = {}
    for key, value in first.items():
        parts = [run[key] for run in runs if key in run]
        if isinstance(value, Mapping):
            merged[key] = _summed(parts)
        else:
            merged[key] = {
                "mean": float(np.mean(parts)),
                "std": float(np.std(parts, ddof=1)) if len(parts) > 1 else 0.0,
            }
    return merged
