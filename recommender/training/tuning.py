"""Tunes the last layers of the text encoder: an instruction shall lie near the item that it leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from recommender.model.encoder import TextEncoder, has_fast_bfloat16

EPOCHS = 2
BATCH = 64
RATE, DECAY = 3e-4, 0.01
TEMPERATURE = 0.05
"""Of the softmax over the catalog: cosines lie close together."""


def tune(
    encoder: TextEncoder,
    texts: Sequence[str],
    targets: np.ndarray,
    item_vectors: Tensor,
    layers: int,
    seed: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Tensor]:
    """
    The tuned weights of the last `layers` layers, by name, for `TextEncoder.tuned`; `encoder` stays as it is. P texts
    with (P,) positions of their items and the (N, E) unit vectors of all items, which do not move. Raises DataError
    when the encoder has fewer layers.
    """
    names = encoder.names_of_last(layers)
    student = encoder.tuned({name: value.clone() for name, value in encoder.weights(names).items()})
    learnt = [value.requires_grad_(True) for value in student.weights(names).values()]
    optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=DECAY)
    rng, total = np.random.default_rng([seed, 41]), EPOCHS * -(-len(texts) // BATCH)
    torch.manual_seed(seed)
    for step, rows in enumerate(_batches(len(texts), rng)):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 20) * (1 - step / total)
        with torch.autocast(encoder.device.type, torch.bfloat16, enabled=has_fast_bfloat16(encoder.device)):
            vectors = student.pooled([texts[row] for row in rows])  # (B, E)
        loss = F.cross_entropy(
            vectors @ item_vectors.T / TEMPERATURE, torch.from_numpy(targets[rows]).to(encoder.device)
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        progress(step + 1, total)
    return {name: value.detach() for name, value in student.weights(names).items()}


def _batches(count: int, rng: np.random.Generator) -> list[np.ndarray]:
    orders = [rng.permutation(count) for _ in range(EPOCHS)]
    return [order[at : at + BATCH] for order in orders for at in range(0, count, BATCH)]
