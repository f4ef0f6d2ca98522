"""The instructions of a training run as tensors, found by the item that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from data.catalog import Catalog
from recommender.model.encoder import TextEncoder, has_fast_bfloat16
from recommender.model.facets import FacetSpace
from recommender.pipeline.eligibility import Eligibility
from recommender.pipeline.wording import instruction_text
from recommender.training.instructions import Instruction, InstructionWriter
from recommender.training.sequences import History
from recommender.training.templates import Phrasebook


@dataclass(frozen=True)
class Pool:
    """P instructions: (P, E) text vectors, (P, C) wanted and unwanted facets, (P, N) items that their `must` bars."""

    instructions: tuple[Instruction, ...]
    text: Tensor
    wanted: Tensor
    unwanted: Tensor
    barred: Tensor
    first: np.ndarray
    """(N + 1,): instructions first[i] … first[i + 1] - 1 lead to item i."""

    def pick(self, targets: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """(M,) a random instruction for each target, -1 where there is none."""
        start, count = self.first[targets], self.first[targets + 1] - self.first[targets]
        picked = start + (rng.random(len(targets)) * count).astype(np.int64)
        return np.where(count > 0, picked, -1)


def write_for(
    histories: Sequence[History],
    catalog: Catalog,
    books: Mapping[str, Phrasebook],
    count: int,
    seed: int,
    kind: str = "sentences",
    without: frozenset[int] = frozenset(),
) -> list[Instruction]:
    """
    `count` instructions, each for one step of a history; for random items where nobody has a history. Items `without`
    (positions that are withheld from training) are neither chosen nor named.
    """
    rng = np.random.default_rng(seed)
    writer = InstructionWriter(catalog, books)
    anything = np.array([i for i in range(len(catalog.items)) if i not in without])
    steps = [(history, _places(history, without)) for history in histories]
    steps = [(history, places) for history, places in steps if len(places)]
    sizes = np.array([len(places) for _, places in steps], dtype=float) ** 0.5
    written = []
    for number in range(count if len(anything) else 0):
        if not steps or number % 3 == 2:  # every third for any item, so that rare and new ones are spoken of too
            target = int(anything[int(rng.integers(len(anything)))])
            likes: list[int] = _neighbours(catalog, target, anything, rng)
        else:
            history, places = steps[int(rng.choice(len(steps), p=sizes / sizes.sum()))]
            place = int(places[int(rng.integers(len(places)))])
            target = int(history.items[place])
            likes = _recent(history.until(place), without)
        written.append(writer.write(target, [i for i in likes if i != target], rng, kind))
    return written


def write_twins(
    pairs: Sequence[tuple[History, int]],
    catalog: Catalog,
    books: Mapping[str, Phrasebook],
    seed: int,
    kind: str = "sentences",
) -> list[tuple[Instruction, Instruction]]:
    """For each past and next item (as Split.test has them) one request in English and the same one in Chinese."""
    rng = np.random.default_rng(seed)
    writer = InstructionWriter(catalog, books)
    return [
        writer.write_twins(target, [i for i in _recent(history, frozenset()) if i != target], rng, kind)
        for history, target in pairs
    ]


def _places(history: History, without: frozenset[int]) -> np.ndarray:
    """The steps of a history that lead to an item which may be spoken of."""
    return np.array([place for place in range(1, len(history)) if int(history.items[place]) not in without], dtype=int)


def _recent(history: History, without: frozenset[int]) -> list[int]:
    """The last three items of a history, newest first."""
    return [int(i) for i in history.items[-3:][::-1] if int(i) not in without]


def _neighbours(catalog: Catalog, target: int, among: np.ndarray, rng: np.random.Generator) -> list[int]:
    """A few items that share most facets with `target`, of a random sample."""
    own = catalog.items[target].facets
    sample = among[rng.integers(len(among), size=60)]
    shared = [
        sum(catalog.items[i].facets.get(name) == value for name, value in own.items() if value is not None)
        for i in sample
    ]
    return [int(sample[i]) for i in np.argsort(shared, kind="stable")[::-1][:2]]


def build(
    instructions: Sequence[Instruction],
    catalog: Catalog,
    space: FacetSpace,
    encoder: TextEncoder,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Pool:
    """Encodes the instructions and lays them out by target item."""
    ordered = sorted(instructions, key=lambda instruction: instruction.target)
    eligibility = Eligibility(catalog)
    texts = [instruction_text(i.text, i.heard, catalog.pack, encoder.reads_chinese) for i in ordered]
    vectors = []
    for start in range(0, len(texts), 512):
        vectors.append(encoder.encode(texts[start : start + 512], low_precision=has_fast_bfloat16(encoder.device)))
        progress(min(start + 512, len(texts)), len(texts))
    facets = [space.constraints(instruction.heard) for instruction in ordered]
    targets = np.array([instruction.target for instruction in ordered], dtype=np.int64)
    barred = (
        np.stack([~eligibility.mask(i.heard) for i in ordered]) if ordered else np.zeros((0, len(catalog.items)), bool)
    )
    wrong = [i for row, i in enumerate(ordered) if barred[row, i.target]]
    assert not wrong, f"instruction {wrong[0]} bars its own target"
    return Pool(
        tuple(ordered),
        torch.cat(vectors).cpu() if vectors else torch.zeros(0, encoder.width),
        torch.from_numpy(
            np.stack([wanted for wanted, _ in facets]) if facets else np.zeros((0, len(space)), np.float32)
        ),
        torch.from_numpy(
            np.stack([unwanted for _, unwanted in facets]) if facets else np.zeros((0, len(space)), np.float32)
        ),
        torch.from_numpy(barred),
        np.searchsorted(targets, np.arange(len(catalog.items) + 1)),
    )
