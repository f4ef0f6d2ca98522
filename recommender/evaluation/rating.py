"""Measures predicted ratings: five folds, and the last tenth of every user, against means and scikit-surprise."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, mean_absolute_error, roc_auc_score, root_mean_squared_error

from recommender.model.rating import RatingDraws
from recommender.pipeline.rating import Past, RatingModel
from recommender.training.material import Material
from recommender.training.progress import Progress
from recommender.training.rating import RatingSchedule, learn_ratings
from recommender.training.sequences import History

Figures = dict[str, float]
Case = tuple[History, History]
"""What is known of a user, and what is asked."""
FOLDS = 5
LAST = 0.1
"""Share of a user's ratings that the temporal protocol asks for, at least one."""
PEOPLE = 3000
"""Users asked per fold at most; a larger pack is sampled."""
SURPRISE_RUNS = 3
"""First seeds for which the models of scikit-surprise are trained, which takes most of the time."""
SURPRISE_LARGEST = 1_500_000
"""Ratings beyond which they are left out: KNNBaseline keeps a dense matrix of similarities."""


@dataclass(frozen=True)
class Liking:
    """A rating is liked from `level` on; one is predicted to be liked from halfway below that level on."""

    level: float
    boundary: float

    @classmethod
    def of(cls, ratings: np.ndarray) -> Liking:
        """Three quarters up the scale: 4 of 1 to 5."""
        levels = np.unique(ratings)
        level = levels[0] + 0.75 * (levels[-1] - levels[0])
        below = levels[levels < level].max()
        return cls(float(level), float((levels[levels >= level].min() + below) / 2))


def evaluate_ratings(
    material: Material, schedule: RatingSchedule, seeds: Sequence[int], progress: Progress
) -> dict[str, Any]:
    """
    Per protocol and model {"RMSE", "MAE", "accuracy", "AUC"} as {"mean", "std"} over the seeds, or {"skipped": why};
    {} for a pack without ratings. Ours is what is served: the history is folded in by the pipeline. `temporal` asks
    for the last tenth of every history without saying when. `5-fold` leaves out ratings of any time, so ours is told
    when they were given, and `instructrec/untimed` knows no times at all.
    """
    ratings = np.concatenate([h.ratings for h in material.split.histories] or [np.zeros(0)])
    if not len(ratings) or np.ptp(ratings) == 0:
        return {}
    liking, facets = Liking.of(ratings), material.space.items(material.catalog.items, hidden=material.derived)
    runs: dict[str, dict[str, list[Figures]]] = {"5-fold": {}, "temporal": {}}
    for number, seed in enumerate(seeds):
        for protocol, folds in (("5-fold", _folds(material, seed)), ("temporal", [_temporal(material, seed)])):
            found: dict[str, list[Figures]] = {}
            for fold, cases in enumerate(folds, 1):
                progress.say(f"ratings: {protocol}, seed {seed}, fold {fold}")
                models = _predictions(cases, facets, schedule, seed, protocol == "5-fold")
                if number < SURPRISE_RUNS:
                    models |= _surprise(cases, seed)
                for name, values in models.items():
                    found.setdefault(name, []).append(figures(_asked(cases), values, liking))
            for name, rows in found.items():
                runs[protocol].setdefault(name, []).append(_mean(rows))
    why = _why_without_surprise(len(ratings))
    skipped = {name: {"skipped": why} for name in ("KNNBaseline", "SVD")} if why else {}
    return {protocol: {**{n: _spread(r) for n, r in models.items()}, **skipped} for protocol, models in runs.items()}


def figures(truth: np.ndarray, predicted: np.ndarray, liking: Liking) -> Figures:
    """The four figures of one set of predictions."""
    liked = truth >= liking.level
    return {
        "RMSE": float(root_mean_squared_error(truth, predicted)),
        "MAE": float(mean_absolute_error(truth, predicted)),
        "accuracy": float(accuracy_score(liked, predicted >= liking.boundary)),
        "AUC": float(roc_auc_score(liked, predicted)) if 0 < liked.sum() < len(liked) else float("nan"),
    }


def _folds(material: Material, seed: int) -> Iterator[list[Case]]:
    """All ratings cut into five at random; each fifth is asked for once."""
    histories = material.split.histories
    total = sum(map(len, histories))
    fold = np.random.default_rng(seed).permutation(total) % FOLDS
    ends = np.cumsum([len(h) for h in histories])
    for number in range(FOLDS):
        masks = np.split(fold == number, ends[:-1])
        yield _sampled([_cut(h, mask) for h, mask in zip(histories, masks, strict=True)], seed)


def _temporal(material: Material, seed: int) -> list[Case]:
    cases = []
    for history in material.split.histories:
        kept = len(history) - max(1, round(LAST * len(history)))
        cases.append(_cut(history, np.arange(len(history)) >= kept))
    return _sampled(cases, seed)


def _cut(history: History, asked: np.ndarray) -> Case:
    parts = (
        History(history.user_id, history.items[mask], history.ratings[mask], history.timestamps[mask])
        for mask in (~asked, asked)
    )
    return next(parts), next(parts)


def _sampled(cases: Sequence[Case], seed: int) -> list[Case]:
    """Everybody's known ratings; questions to at most PEOPLE."""
    people = [number for number, (_, asked) in enumerate(cases) if len(asked)]
    if len(people) <= PEOPLE:
        return list(cases)
    chosen = set(np.random.default_rng(seed).choice(people, PEOPLE, replace=False).tolist())
    return [(known, asked if n in chosen else asked.until(0)) for n, (known, asked) in enumerate(cases)]


def _asked(cases: Sequence[Case]) -> np.ndarray:
    return np.concatenate([asked.ratings for _, asked in cases])


def _predictions(
    cases: Sequence[Case], facets: np.ndarray, schedule: RatingSchedule, seed: int, says_when: bool
) -> dict[str, np.ndarray]:
    """Ours and the means, in the order of the questions."""
    known = [history for history, _ in cases]
    draws = learn_ratings(known, facets, schedule, seed)
    found = _means(cases, len(facets))
    if draws is not None:
        model = RatingModel(RatingDraws.of(draws.tensors()))
        found["instructrec"] = _folded_in(model, cases, is_timed=True, says_when=says_when)
        if says_when:
            found["instructrec/untimed"] = _folded_in(model, cases, is_timed=False, says_when=False)
    return found


def _folded_in(model: RatingModel, cases: Sequence[Case], is_timed: bool, says_when: bool) -> np.ndarray:
    rows = []
    for history, asked in cases:
        times = history.timestamps.astype(float) if is_timed else np.full(len(history), np.nan)
        past = Past(history.items, history.ratings, times)
        rows.append(model.predict(past, asked.items, asked.timestamps.astype(float) if says_when else None))
    return np.concatenate(rows)


def _means(cases: Sequence[Case], items: int) -> dict[str, np.ndarray]:
    """The mean of the user and that of the item, each the mean of all where there is none."""
    chosen = np.concatenate([history.items for history, _ in cases])
    ratings = np.concatenate([history.ratings for history, _ in cases])
    counts = np.bincount(chosen, minlength=items)
    means = np.where(counts, np.bincount(chosen, ratings, items) / np.maximum(counts, 1), ratings.mean())
    own = [np.full(len(a), h.ratings.mean() if len(h) else ratings.mean()) for h, a in cases]
    return {"user mean": np.concatenate(own), "item mean": means[np.concatenate([a.items for _, a in cases])]}


def _why_without_surprise(ratings: int) -> str:
    if importlib.util.find_spec("surprise") is None:
        return "scikit-surprise is not installed"
    if ratings > SURPRISE_LARGEST:
        return f"{ratings} ratings; more than {SURPRISE_LARGEST} take too long"
    return ""


def _surprise(cases: Sequence[Case], seed: int) -> dict[str, np.ndarray]:
    """KNNBaseline between items and SVD, both as tuned on MovieLens-100K; nothing where they cannot be trained."""
    if _why_without_surprise(sum(len(h) + len(a) for h, a in cases)):
        return {}
    from surprise import SVD, Dataset, KNNBaseline, Reader

    rows = [(n, i, r, None) for n, (h, _) in enumerate(cases) for i, r in zip(h.items.tolist(), h.ratings, strict=True)]
    scale = (min(row[2] for row in rows), max(row[2] for row in rows))
    train = Dataset(Reader(rating_scale=scale)).construct_trainset(rows)
    models = {
        "KNNBaseline": KNNBaseline(sim_options={"name": "pearson_baseline", "user_based": False}, verbose=False),
        "SVD": SVD(n_factors=200, n_epochs=90, reg_all=0.1, random_state=seed),
    }
    found = {}
    for name, model in models.items():
        model.fit(train)
        found[name] = np.array([model.predict(n, i).est for n, (_, a) in enumerate(cases) for i in a.items.tolist()])
    return found


def _mean(rows: Sequence[Figures]) -> Figures:
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _spread(rows: Sequence[Figures]) -> Mapping[str, Mapping[str, float]]:
    return {
        name: {
            "mean": float(np.mean([row[name] for row in rows])),
            "std": float(np.std([row[name] for row in rows], ddof=1)) if len(rows) > 1 else 0.0,
        }
        for name in rows[0]
    }
