"""What a training step minimises: the next items of histories, and the items that instructions lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from recommender.model.encoder import has_fast_bfloat16
from recommender.model.ranker import Ranker
from recommender.training.loss import catalog_softmax
from recommender.training.pool import Pool
from recommender.training.sequences import Padded

BATCH_OF_INSTRUCTIONS = 256
"""Instructions of a step where nobody has a history."""
INSTRUCTED_BY = 16
"""Instructed steps come in multiples of this, so that products have few different shapes."""
BLIND = 0.1
"""Share of the steps without ratings and times: histories without them must work too."""


@dataclass(frozen=True)
class Weights:
    """What counts how much, and how often a source is taken away so that each of them works alone."""

    instructed: float = 0.15
    """Share of the steps of a history that also get an instruction."""
    instruction: float = 1.0
    """Weight of the mean loss under an instruction relative to the mean loss without."""
    without_history: float = 0.25
    without_text: float = 0.15
    without_constraints: float = 0.35


@dataclass(frozen=True)
class _Rows:
    """Rows of a softmax: (M, D) queries, (M,) targets, (M, N) items that a row must not choose."""

    queries: Tensor
    targets: Tensor
    barred: Tensor


class Objective(nn.Module):
    """The loss of a batch. A module, so that several processes can share its gradients."""

    def __init__(self, network: Ranker, pool: Pool, weights: Weights = Weights()):
        super().__init__()
        self.network, self.pool, self.weights = network, pool, weights
        self.device = network.item_text.device
        self.low_precision = has_fast_bfloat16(self.device)
        self.content = network.content.to(torch.bfloat16 if self.low_precision else torch.float32)

    def forward(self, padded: Padded | None, rng: np.random.Generator) -> Tensor:
        """
        Mean loss of the histories, summed over the towers, plus that of the instructed steps. Where there are
        histories, instructions do not move the history space: on MovieLens-100K, one seed, the joint design had .257
        on validation against .272 apart.
        """
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.low_precision):
            spaces = self._spaces()
            aspects = self.network.item_aspects(self.content).float()
        if padded is None:
            rows = self._free_instructions(rng)
            vectors = torch.cat([*(vectors for vectors, _ in spaces), aspects], dim=1)
            return self._softmax(rows, vectors, torch.stack([bias for _, bias in spaces]).mean(0))
        towers = self._history_rows(padded, spaces)
        loss = torch.stack([self._softmax(rows, *space) for rows, space in zip(towers, spaces, strict=True)]).sum()
        instructed = self._instructed_rows(towers, rng)
        if instructed is None:
            return loss
        vectors = torch.cat([*(vectors.detach() for vectors, _ in spaces), aspects], dim=1)
        bias = torch.stack([bias.detach() for _, bias in spaces]).mean(0)
        return loss + self.weights.instruction * self._softmax(instructed, vectors, bias)

    def _spaces(self) -> list[tuple[Tensor, Tensor]]:
        found = [tower.items(self.content, self.network.is_warm) for tower in self.network.towers]
        return [(vectors.float(), bias.float()) for vectors, bias in found]

    def _softmax(self, rows: _Rows, vectors: Tensor, bias: Tensor) -> Tensor:
        weights = torch.full((len(rows.targets),), 1.0 / max(len(rows.targets), 1), device=self.device)
        return catalog_softmax(rows.queries, vectors, bias, rows.targets, weights, rows.barred, self.low_precision)

    def _history_rows(self, padded: Padded, spaces: Sequence[tuple[Tensor, Tensor]]) -> list[_Rows]:
        """One for each tower: the same steps of the same histories, in its own space."""
        items, levels, gaps, targets = (
            torch.from_numpy(value).to(self.device)
            for value in (padded.items, padded.ratings, padded.gaps, padded.targets)
        )
        if torch.rand(()) < BLIND:
            levels, gaps = torch.zeros_like(levels), torch.zeros_like(gaps)
        rows, places = torch.nonzero(targets >= 0, as_tuple=True)  # (M,)
        seen_at = torch.from_numpy(padded.seen_at).to(self.device)  # (B, N)
        barred = (seen_at[rows] <= places[:, None].to(torch.int16)) | (self.network.is_warm == 0)  # (M, N)
        picked = targets[rows, places]
        barred[torch.arange(len(picked), device=self.device), picked] = False
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.low_precision):
            hidden = [tower(v, items, levels, gaps) for tower, (v, _) in zip(self.network.towers, spaces, strict=True)]
        return [_Rows(states[rows, places].float(), picked, barred) for states in hidden]

    def _free_instructions(self, rng: np.random.Generator) -> _Rows:
        """Instructions to people of whom nothing is known."""
        count = len(self.pool.instructions)
        assert count, "nothing to learn from: no histories and no instructions"
        chosen = rng.integers(count, size=BATCH_OF_INSTRUCTIONS)
        targets = torch.tensor([self.pool.instructions[i].target for i in chosen], device=self.device)
        config = self.network.config
        states = torch.zeros(len(chosen), config.history_width, device=self.device)
        barred = torch.zeros(len(chosen), config.items, dtype=torch.bool, device=self.device)
        return self._under_instruction(torch.from_numpy(chosen), targets, states, barred, rng)

    def _instructed_rows(self, towers: Sequence[_Rows], rng: np.random.Generator) -> _Rows | None:
        """Some steps of the histories under an instruction that leads to their target."""
        if not len(self.pool.instructions):
            return None
        plain = towers[0]
        picked = self.pool.pick(plain.targets.cpu().numpy(), rng)
        able = np.flatnonzero(picked >= 0)
        count = round(self.weights.instructed * len(picked) / INSTRUCTED_BY) * INSTRUCTED_BY
        rows = rng.choice(able, min(max(count, INSTRUCTED_BY), len(able)), replace=False)
        if not len(rows):
            return None
        chosen, place = picked[rows], torch.from_numpy(rows).to(self.device)
        states = torch.cat([tower.queries[place].detach() for tower in towers], dim=1) / len(towers)
        return self._under_instruction(torch.from_numpy(chosen), plain.targets[place], states, plain.barred[place], rng)

    def _under_instruction(
        self, chosen: Tensor, targets: Tensor, states: Tensor, barred: Tensor, rng: np.random.Generator
    ) -> _Rows:
        history, text, constraints = (
            torch.from_numpy((rng.random((len(chosen), 1)) >= share).astype(np.float32)).to(self.device)
            for share in (self.weights.without_history, self.weights.without_text, self.weights.without_constraints)
        )
        text = torch.maximum(text, 1 - constraints)  # one of the two stays
        said, wanted, unwanted = (
            value[chosen].to(self.device) for value in (self.pool.text, self.pool.wanted, self.pool.unwanted)
        )
        parts = self.network.fuse(states * history, said * text, wanted * constraints, unwanted * constraints)
        barred = barred | (self.pool.barred[chosen].to(self.device) & (constraints > 0))
        return _Rows(parts.fused, targets, barred)
