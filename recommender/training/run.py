"""One training run of a pack's ranker, from its files to its checkpoint."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from data.catalog import Catalog, data_folder, load_catalog, load_interactions
from data.pack import Pack, load_pack
from data.settings import Settings
from data.tables import digest_of
from recommender.model.checkpoint import Checkpoint, folder_of, pick_device, read_inputs, save
from recommender.model.encoder import TextEncoder, has_fast_bfloat16
from recommender.model.facets import derived_facets, facet_space
from recommender.model.ranker import Ranker, RankerConfig
from recommender.pipeline import baselines
from recommender.pipeline.history import RatingScale
from recommender.pipeline.scoring import Mix, Scorer
from recommender.pipeline.wording import instruction_text, item_text
from recommender.training import linear
from recommender.training.instructions import Instruction
from recommender.training.material import Material
from recommender.training.mix import fit_mix
from recommender.training.network import NetworkTrainer, Schedule
from recommender.training.pool import Pool, build, write_for
from recommender.training.processes import Processes, own_device
from recommender.training.progress import Progress
from recommender.training.rating import RatingSchedule, learn_ratings
from recommender.training.sequences import Split, padded_length, sequences
from recommender.training.templates import Phrasebook, instruction_files, load_phrasebooks
from recommender.training.tuning import tune
from recommender.training.validation import Validation

BARE_ROWS = 4000
"""Validation rows of bare histories to which the mix is fitted, where there are so many people."""
LONGEST_WINDOW, SHORTEST_WINDOW = 200, 24
"""Newest interactions that a tower reads: as many as the longest history has, within these."""


@dataclass(frozen=True)
class Profile:
    """A named amount of work."""

    schedule: Schedule
    instructions: int
    """Instructions written and encoded for training."""
    rating: RatingSchedule = RatingSchedule()
    towers: int = 1
    """Of the network."""
    width: int = 128
    """Of a tower."""
    tuned_layers: int = 0
    """Last layers of the text encoder that learn from the instructions."""


FEWEST_STEPS = 1900
"""On MovieLens-100K 15 epochs are 1,900 steps; on a sparse set of 62 steps an epoch most was gained by epoch 12."""


PROFILES: Mapping[str, Profile] = {
    "quick": Profile(Schedule(epochs=22, validate_every=5, fewest_steps=FEWEST_STEPS), instructions=6000),
    "full": Profile(
        Schedule(epochs=24, validate_every=4, fewest_steps=FEWEST_STEPS),
        instructions=16_000,
        rating=RatingSchedule(factors=16, sweeps=160, settling=30, draws=32),
        towers=3,
    ),
}
"""Work by steps, never by time: the same seed gives the same bytes on a slow machine too."""


def train_pack(
    name: str, settings: Settings, profile: str, seed: int = 0, force: bool = False, threads: int = 1
) -> Path:
    """Trains and saves the ranker of a pack unless nothing it is trained from has changed; returns its folder."""
    torch.set_num_threads(threads)
    processes = Processes()
    progress = Progress() if processes.is_main else Progress(io.StringIO())
    began = time.monotonic()
    pack = load_pack(name, settings.home)
    folder = folder_of(settings.home, pack.name)
    encoder = TextEncoder(settings.encoder, pick_device(own_device(settings.device)))
    chosen = replace(PROFILES[profile], tuned_layers=settings.tuned_layers)
    encoder.names_of_last(chosen.tuned_layers)
    material = read_material(pack, settings.home, encoder, f"{profile}/{seed}/{chosen.tuned_layers}")
    if not force and read_inputs(folder) == material.inputs:
        progress.say(f"{pack.name}: the ranker is trained and its inputs have not changed")
        return folder
    progress.say(
        f"{pack.name}: {len(material.catalog.items)} items, {sum(map(len, material.split.histories))} interactions of "
        f"{len(material.split.histories)} users, profile {profile}, on {encoder.device}"
    )
    state = folder / f"training-{_digest_of_inputs(material.inputs)}.safetensors"
    if force and processes.is_main:
        state.unlink(missing_ok=True)
    processes.wait()
    checkpoint = train(material, encoder, chosen, seed, progress, state, processes)
    if processes.is_main:
        save(checkpoint, folder)
        for leftover in folder.glob("training-*.safetensors"):
            leftover.unlink()
    processes.wait()
    progress.say(f"{pack.name}: trained in {time.monotonic() - began:.0f} s; {_figures(checkpoint.metrics)}")
    return folder


def read_material(pack: Pack, home: Path, encoder: TextEncoder, work: str) -> Material:
    """Reads catalog and interactions and digests all that the checkpoint depends on, among it what `work` is done."""
    catalog = load_catalog(pack, home)
    split = sequences(load_interactions(pack, home), catalog)
    counts, means = _statistics(split, len(catalog.items))
    ratings = np.concatenate([h.ratings for h in split.histories]) if split.histories else np.zeros(1)
    inputs = {
        "catalog": catalog.digest,
        "facets": digest_of(pack.file("pack.yml")),
        "interactions": digest_of(data_folder(pack, home) / "interactions.csv"),
        "instructions": digest_of(*instruction_files(pack)),
        "encoder": encoder.digest,
        "code": code_digest(),
        "profile": work,
    }
    return Material(
        catalog,
        split,
        inputs,
        facet_space(catalog),
        RatingScale.of(ratings),
        derived_facets(catalog, counts, means),
        encoder.width,
    )


def serving_inputs(catalog: Catalog, encoder: TextEncoder) -> dict[str, str]:
    """The digests that must agree before a checkpoint is served."""
    return {"catalog": catalog.digest, "encoder": encoder.digest}


def code_digest() -> str:
    """Digest of the code that shapes what is learnt: the model, the training, and the pipeline's scores and texts."""
    root = Path(__file__).resolve().parent.parent
    files = [path for part in ("model", "training") for path in sorted((root / part).glob("*.py"))]
    files += [
        root / "pipeline" / f"{name}.py" for name in ("baselines", "eligibility", "history", "scoring", "wording")
    ]
    return digest_of(*files)


def train(
    material: Material,
    encoder: TextEncoder,
    profile: Profile,
    seed: int,
    progress: Progress,
    state: Path | None = None,
    processes: Processes | None = None,
) -> Checkpoint:
    """
    The checkpoint of a run. Choices are made on validation items; then what is served learns from them too. Test items
    are never learnt from.
    """
    split, items = material.split, len(material.catalog.items)
    known, served = [h.items for h in split.train], [h.items for h in split.train_and_validation]
    books = load_phrasebooks(material.catalog.pack)
    written = _written(material, books, profile, seed)
    items_read = _item_vectors(material, encoder, progress)
    network = _network(material, items_read, encoder, profile, seed)
    tuned = _tuned(material, encoder, written, items_read, profile, seed, progress)
    encoder = encoder.tuned(tuned) if tuned else encoder
    pool = _pool(material, written, encoder, progress)
    validation = Validation.of(split.validation, material, books, encoder, seed, bare_limit=BARE_ROWS)
    bare = validation.rows.get("history", [])
    if served and not linear.can_fit(served, items):
        progress.say(f"{items} items are too many for the linear scorers; the network is served without them")
    choice = linear.choose(known, items, bare, lambda done, total: progress.update("linear scorers", done, total))
    counts = baselines.popularity(known, items)

    def show(done: float, total: float, note: str) -> None:
        progress.update("training", done, total, note)

    def validate(candidate: Ranker) -> float:
        return validation.score(Scorer(candidate, None, None, counts, choice.half_life, keeps_states=True))

    trainer = NetworkTrainer(network, split.train, pool, material.scale, profile.schedule, seed, processes)
    report = trainer.train(validate, show, state)
    chosen = Scorer(network, *linear.fit(known, items, choice), counts, choice.half_life, keeps_states=True)
    mix = fit_mix(chosen, validation.rows)
    metrics = {**report, "linear": asdict(choice), **validation.metrics(chosen, mix)}
    counts = baselines.popularity(served, items)
    trainer.refit(split.train_and_validation, torch.from_numpy((counts > 0).astype(np.float32)), show)
    final = Scorer(network, *linear.fit(served, items, choice), counts, choice.half_life)
    checkpoint = _checkpoint(material, network, final, mix, metrics)
    ratings = _ratings(material, profile, seed, progress)
    of_encoder = {f"encoder.{name}": value for name, value in tuned.items()}
    return replace(checkpoint, tensors={**checkpoint.tensors, **ratings, **of_encoder})


def _ratings(material: Material, profile: Profile, seed: int, progress: Progress) -> Mapping[str, torch.Tensor]:
    """The tensors of the rating model; none for a pack without ratings."""
    facets = material.space.items(material.catalog.items, hidden=material.derived)

    def show(done: float, total: float) -> None:
        progress.update("learning ratings", done, total)

    learnt = learn_ratings(material.split.train_and_validation, facets, profile.rating, seed, show)
    return {f"rating.{name}": value for name, value in learnt.tensors().items()} if learnt else {}


def _written(material: Material, books: Mapping[str, Phrasebook], profile: Profile, seed: int) -> list[Instruction]:
    """Fewer instructions where there is nothing to ask for but titles."""
    asked = {dimension.facet for dimension in material.space.dimensions} - set(material.derived)
    count = profile.instructions if asked else profile.instructions // 4
    return write_for(material.split.train, material.catalog, books, count, seed)


def _tuned(
    material: Material,
    encoder: TextEncoder,
    written: Sequence[Instruction],
    item_vectors: Tensor,
    profile: Profile,
    seed: int,
    progress: Progress,
) -> dict[str, Tensor]:
    """The encoder's weights that learnt from the instructions; none without `tuned_layers`."""
    if not profile.tuned_layers or not written:
        return {}
    pack, reads_chinese = material.catalog.pack, encoder.reads_chinese
    texts = [instruction_text(one.text, one.heard, pack, reads_chinese) for one in written]
    targets = np.array([one.target for one in written])

    def show(done: int, total: int) -> None:
        progress.update("tuning the encoder", done, total)

    return tune(encoder, texts, targets, item_vectors, profile.tuned_layers, seed, show)


def _pool(material: Material, written: Sequence[Instruction], encoder: TextEncoder, progress: Progress) -> Pool:
    def show(done: int, total: int) -> None:
        progress.update("reading instructions", done, total)

    return build(written, material.catalog, material.space, encoder, show)


def _item_vectors(material: Material, encoder: TextEncoder, progress: Progress) -> Tensor:
    """(N, E) unit vectors of the items' texts."""
    texts = [item_text(item, material.catalog.pack) for item in material.catalog.items]
    vectors = [torch.zeros(0, encoder.width, device=encoder.device)]
    for start in range(0, len(texts), 512):
        vectors.append(encoder.encode(texts[start : start + 512], low_precision=has_fast_bfloat16(encoder.device)))
        progress.update("reading items", min(start + 512, len(texts)), len(texts))
    return torch.cat(vectors)


def _network(material: Material, item_vectors: Tensor, encoder: TextEncoder, profile: Profile, seed: int) -> Ranker:
    catalog, space = material.catalog, material.space
    torch.manual_seed(seed)
    longest = max((len(history) for history in material.split.train_and_validation), default=0)
    config = RankerConfig(
        len(catalog.items), len(space), encoder.width, profile.width, profile.towers,
        window=min(LONGEST_WINDOW, padded_length(max(SHORTEST_WINDOW, longest))),
    )  # fmt: skip
    network = Ranker(config).to(encoder.device)
    facets = torch.from_numpy(space.items(catalog.items, hidden=material.derived))
    counts = baselines.popularity([h.items for h in material.split.train], len(catalog.items))
    device = encoder.device
    network.set_items(item_vectors, facets.to(device), torch.from_numpy((counts > 0).astype(np.float32)).to(device))
    return network


def _checkpoint(
    material: Material, network: Ranker, scorer: Scorer, mix: Mix, metrics: Mapping[str, Any]
) -> Checkpoint:
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    for name, weights in (("ease", scorer.ease), ("slit", scorer.slit)):
        if weights:
            tensors[f"{name}.weights"] = weights.weights
            if weights.columns is not None:
                tensors[f"{name}.columns"] = weights.columns
    counts, _ = _statistics(material.split, len(material.catalog.items))
    tensors["counts"] = torch.from_numpy(counts)
    known = [history.items for history in material.split.train_and_validation]
    tensors["counts_scored"] = torch.from_numpy(baselines.popularity(known, len(material.catalog.items)))
    return Checkpoint(
        material.catalog.pack.name, material.inputs, network.config, material.space, material.scale.edges,
        scorer.half_life, mix.weights, metrics, tensors,
    )  # fmt: skip


def _statistics(split: Split, items: int) -> tuple[np.ndarray, np.ndarray]:
    """(N,) interactions and (N,) mean ratings per item, over everything that is there."""
    counts, sums = np.zeros(items, dtype=np.float32), np.zeros(items, dtype=np.float32)
    for history in split.histories:
        np.add.at(counts, history.items, 1.0)
        np.add.at(sums, history.items, history.ratings.astype(np.float32))
    return counts, sums / np.maximum(counts, 1.0)


def _digest_of_inputs(inputs: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(inputs.items())).encode()).hexdigest()[:12]


def _figures(metrics: Mapping[str, Any]) -> str:
    parts = [
        f"{name} HR@10 {metrics[name]['HR@10']:.3f}"
        for name in ("history", "history+wishes", "text")
        if name in metrics
    ]
    return "validation: " + (", ".join(parts) or "none, this pack has no interactions to validate on")
