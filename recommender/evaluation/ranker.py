"""Measures the ranker and its opponents on a pack: every part, every seed, as one JSON object."""

from __future__ import annotations

import importlib
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.pack import load_pack
from data.settings import Settings
from recommender.evaluation import parts
from recommender.evaluation.cases import PEOPLE
from recommender.evaluation.figures import Measured, metrics_source, ratio, spread
from recommender.evaluation.sasrec import STANDARD, SasrecConfig
from recommender.model.checkpoint import pick_device
from recommender.model.encoder import TextEncoder
from recommender.training.material import Material
from recommender.training.progress import Progress
from recommender.training.run import PROFILES, Profile, read_material

RATING = "rating"
PARTS = (*parts.PARTS, RATING)
SPLITS = ("test", "validation")
MODULE = "recommender.evaluation.rating"
HISTORY = (
    "leave-one-out by (time, file order): everybody's last item is asked for; every item that the person did not have "
    "yet is ranked, an item with the same score stands before the target; an item that the person had before is no test"
)
PROTOCOL: Mapping[str, str] = {
    "history": HISTORY,
    "instruction": "one English instruction a person, made for the item of the history part; held: templates that "
    "training never sees; read by the assistant's reader, so that misreading counts; true-constraints: given as meant, "
    "all as musts; satisfied: of the first ten shown, the share that meets everything said",
    "languages": "the same wishes about the same items in English and in Chinese, our model with history",
    "cold_users": "the same people of whom only the newest 0, 1 or 3 interactions are known; other people's are learnt",
    "cold_items": "20 % of the items that somebody had are withheld from training and from histories, then asked for "
    "in held-out wording; relative: cold HR@10 by warm HR@10 of the same model",
    "newcomers": "the same people as strangers; each is asked about items, at most ten, until there are 0, 3 or 5 "
    "answers, and answers truthfully: an item had before with the rating given, any other is not known; then the next "
    "item is ranked with the answers as the history. telling: chosen by /v1/elicit; popular: the best known first; "
    "random: of the 200 best known",
    "rating": "five folds, and the last tenth of every person's ratings; liked is 4 of 5 and more",
}


@dataclass(frozen=True)
class Options:
    """What a person may choose."""

    pack: str
    profile: str = "quick"
    seeds: tuple[int, ...] = (0,)
    only: tuple[str, ...] = ()
    """Parts to measure; all of them when empty."""
    split: str = "test"
    rating_seeds: int = 1
    people: int = PEOPLE


def evaluate(
    options: Options, settings: Settings, profile: Profile | None = None, sasrec: SasrecConfig = STANDARD
) -> dict[str, Any]:
    """
    Trains once per seed on what the split leaves to training and asks every model the same. `profile` and `sasrec`
    stand in for the named amount of work, for tests.
    """
    progress = Progress()
    pack = load_pack(options.pack, settings.home)
    encoder = TextEncoder(settings.encoder, pick_device(settings.device))
    material = read_material(pack, settings.home, encoder, options.profile)
    if options.split == "validation":
        material = replace(material, split=material.split.shifted())
    chosen = profile or replace(PROFILES[options.profile], tuned_layers=settings.tuned_layers)
    setting = parts.Setting(material, encoder, chosen, settings.home, progress, options.people, sasrec)
    wanted = [name for name in PARTS if not options.only or name in options.only]
    found, skipped, seconds = _parts(setting, options.seeds, [name for name in wanted if name != RATING])
    if RATING in wanted:
        began = time.monotonic()
        found[RATING] = _rating(material, chosen, options.rating_seeds, progress, skipped)
        seconds[RATING] = round(time.monotonic() - began, 1)
    return {
        "pack": pack.name, "seeds": list(options.seeds), **{name: found[name] for name in PARTS if name in found},
        "profile": options.profile, "split": options.split, "skipped": skipped, "seconds": seconds,
        "protocol": {**{name: PROTOCOL[name] for name in wanted}, **_facts(setting)},
    }  # fmt: skip


def _parts(
    setting: parts.Setting, seeds: Sequence[int], names: Sequence[str]
) -> tuple[dict[str, Any], dict[str, str], dict[str, float]]:
    """Every part over all seeds, what was left out and why, and the seconds that each part took."""
    runs: dict[str, list[Any]] = {name: [] for name in names}
    skipped: dict[str, str] = {}
    seconds = dict.fromkeys(names, 0.0)
    for number in seeds if names else ():
        seed = parts.Seed(setting, number)
        for name in names:
            began = time.monotonic()
            setting.progress.say(f"{setting.material.catalog.pack.name}: {name}, seed {number}")
            runs[name].append(parts.PARTS[name](seed))
            seconds[name] = round(seconds[name] + time.monotonic() - began, 1)
        skipped |= seed.skipped
    found = {name: merged(part) for name, part in runs.items()}
    for wording, pair in found.get("languages", {}).items():
        rows = [run[wording] for run in runs["languages"]]
        pair["relative"] = {"HR@10": ratio([row["zh"] for row in rows], [row["en"] for row in rows], "HR@10")}
    for name, pair in found.get("cold_items", {}).items():
        rows = [run[name] for run in runs["cold_items"]]
        pair["relative"] = {"HR@10": ratio([row["cold"] for row in rows], [row["warm"] for row in rows], "HR@10")}
    return found, skipped, seconds


def merged(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The runs' common shape with {"mean", "std", "ci"} for every figure; what stands under "" moves one level up."""
    found: dict[str, Any] = {}
    for key in dict.fromkeys(key for run in runs for key in run):
        values = [run[key] for run in runs if key in run]
        if not isinstance(values[0], Measured):
            found[key] = merged(values)
        elif key:
            found[key] = spread(values)
        else:
            found = {**spread(values), **found}
    return found


def _rating(
    material: Material, profile: Profile, seeds: int, progress: Progress, skipped: dict[str, str]
) -> dict[str, Any]:
    """The rating protocols, measured by the module that has them."""
    try:
        module: Any = importlib.import_module(MODULE)
    except ImportError as error:
        skipped[RATING] = f"{MODULE} cannot be imported ({error})"
        return {}
    found: dict[str, Any] = module.evaluate_ratings(material, profile.rating, range(seeds), progress)
    if not found:
        skipped[RATING] = "this pack has no ratings"
    for models in found.values():
        for name in [name for name, figures in models.items() if "skipped" in figures]:
            skipped[name] = models.pop(name)["skipped"]
    kept: dict[str, Any] = _finite(found)
    return kept


def _finite(value: Any) -> Any:
    """JSON has no NaN; a figure that cannot be computed is null."""
    if isinstance(value, Mapping):
        return {name: _finite(part) for name, part in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _facts(setting: parts.Setting) -> dict[str, Any]:
    catalog, split = setting.material.catalog, setting.material.split
    return {
        "items": len(catalog.items), "users": len(split.histories), "asked": len(setting.cases),
        "interactions": sum(map(len, split.histories)),
        "sampled": "all that have a test item" if len(setting.cases) < setting.people
        else f"{setting.people} by the CRC-32 of their names",
        "metrics": metrics_source(), "interval": "95 %, 1000 resamples of users",
    }  # fmt: skip
