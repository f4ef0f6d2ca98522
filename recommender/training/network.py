"""Trains the network: next items of histories, with and without an instruction that leads to them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from recommender.model.encoder import has_fast_bfloat16
from recommender.model.ranker import Ranker
from recommender.pipeline.history import RatingScale
from recommender.training.loss import catalog_softmax
from recommender.training.pool import Pool
from recommender.training.resume import load_state, save_state
from recommender.training.sequences import History, Padded, batches, pad, windows


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train."""

    epochs: int = 24
    tokens: int = 800
    """Positions a batch."""
    learning_rate: float = 1e-3
    warm_up: int = 100
    """Steps until the full learning rate."""
    decay: float = 1e-4
    smoothing: float = 0.998
    """Weight of the past in the moving average of the weights, which is what is validated and kept."""
    validate_every: int = 3
    patience: int = 3
    """Validations without a new best after which training stops."""
    instructed: float = 0.15
    """Share of the steps of a history that also get an instruction."""
    instruction_weight: float = 1.0
    """Weight of the mean loss under an instruction relative to the mean loss without."""
    budget_s: float = math.inf
    """Seconds after which the learning rate has reached its end and training stops."""


@dataclass(frozen=True)
class Dropout:
    """How often a source is taken away from an instructed step, so that each of them works alone."""

    history: float = 0.25
    text: float = 0.15
    constraints: float = 0.35


class NetworkTrainer:
    """One training run of one network; every epoch has its own seed, so that a resumed run goes the same way."""

    def __init__(
        self,
        network: Ranker,
        histories: Sequence[History],
        pool: Pool,
        scale: RatingScale,
        schedule: Schedule,
        seed: int,
        dropout: Dropout = Dropout(),
    ):
        self.network, self.pool, self.scale, self.schedule, self.seed, self.dropout = (
            network, pool, scale, schedule, seed, dropout,
        )  # fmt: skip
        self.histories = [history for history in histories if len(history) >= 2]
        self.device = network.item_text.device
        self.low_precision = has_fast_bfloat16(self.device)
        self.cold = network.is_warm == 0
        rest = [p for n, p in network.named_parameters() if p.dim() < 2 or "norm" in n]
        matrices = [p for n, p in network.named_parameters() if not (p.dim() < 2 or "norm" in n)]
        groups = [{"params": matrices, "weight_decay": schedule.decay}, {"params": rest, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=schedule.learning_rate, betas=(0.9, 0.98), fused=True)
        self.average = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self.steps = 0
        self.spent_s = 0.0

    def train(
        self,
        validate: Callable[[Ranker], float],
        progress: Callable[[float, float, str], None],
        state: Path | None = None,
    ) -> Mapping[str, Any]:
        """
        Trains until the epochs, the budget or the patience are used up and leaves the best averaged weights in the
        network. `validate` scores a network, higher is better. With `state`, goes on from what is saved there.
        """
        schedule = self.schedule
        best, best_at, best_weights, start = -math.inf, 0, dict(self.average), 0
        saved = load_state(state) if state else None
        if saved:
            start, best, best_at, best_weights = self._restore(saved)
            progress(start, schedule.epochs, f"resumed after epoch {start}")
        for epoch in range(start, schedule.epochs):
            loss = self._epoch(epoch, progress)
            is_over = epoch + 1 == schedule.epochs or self.spent_s >= schedule.budget_s
            if (epoch + 1) % schedule.validate_every == 0 or is_over:
                score = self._validate(validate)
                if score > best:
                    best, best_at, best_weights = score, epoch + 1, {n: v.clone() for n, v in self.average.items()}
                progress(epoch + 1, schedule.epochs, f"loss {loss:.3f} validation {score:.4f}")
                is_over = is_over or (epoch + 1 - best_at) >= schedule.patience * schedule.validate_every
            if state:
                save_state(state, self._state(epoch + 1, best, best_at, best_weights))
            if is_over:
                break
        self.network.load_state_dict(best_weights)
        self.network.eval()
        return {"epochs": best_at, "validation": best, "steps": self.steps, "seconds": round(self.spent_s, 1)}

    def _epoch(self, epoch: int, progress: Callable[[float, float, str], None]) -> float:
        rng = np.random.default_rng([self.seed, epoch])
        torch.manual_seed(self.seed * 1000 + epoch)
        self.network.train()
        work = batches(windows(self.histories, self.network.config.window, rng), self.schedule.tokens, rng)
        if not work:
            work = [[] for _ in range(math.ceil(len(self.pool.instructions) / 256))]
        losses = []
        for number, batch in enumerate(work):
            began = time.monotonic()
            losses.append(
                self._step(
                    pad(batch, self.scale, self.network.config.items) if batch else None, epoch, number / len(work), rng
                )
            )
            self.spent_s += time.monotonic() - began
            if number % 20 == 0:
                progress(epoch + number / len(work), self.schedule.epochs, f"loss {losses[-1]:.3f}")
        return float(np.mean(losses))

    def _step(self, padded: Padded | None, epoch: int, part: float, rng: np.random.Generator) -> float:
        done = max((epoch + part) / self.schedule.epochs, min(1.0, self.spent_s / self.schedule.budget_s))
        for group in self.optimiser.param_groups:
            group["lr"] = (
                self.schedule.learning_rate * min(1.0, (self.steps + 1) / self.schedule.warm_up) * (1 - 0.9 * done)
            )
        vectors, bias = self.network.items()
        loss = self._loss(padded, vectors, bias, rng)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.steps += 1
        self._smooth()
        value = float(loss.detach())
        assert math.isfinite(value), f"loss is {value} at step {self.steps}; a smaller learning rate may help"
        return value

    def _loss(self, padded: Padded | None, vectors: Tensor, bias: Tensor, rng: np.random.Generator) -> Tensor:
        """
        Mean loss of the histories plus that of the instructed steps. Where there are histories, instructions do not
        move the history space: on MovieLens-100K, one seed, the joint design had .257 on validation against .272 apart.
        """
        plain = self._plain_rows(padded, vectors) if padded is not None else None
        if plain is None:
            return self._softmax(self._instructed_rows(None, rng), vectors, bias)
        loss = self._softmax(plain, vectors[:, : self.network.config.width], bias)
        instructed = self._instructed_rows(plain, rng)
        if instructed is None:
            return loss
        width = self.network.config.width
        fixed = torch.cat([vectors[:, :width].detach(), vectors[:, width:]], dim=1)
        return loss + self.schedule.instruction_weight * self._softmax(instructed, fixed, bias.detach())

    def _softmax(self, rows: _Rows | None, vectors: Tensor, bias: Tensor) -> Tensor:
        assert rows is not None, "nothing to learn from: no histories and no instructions"
        weights = torch.full((len(rows.targets),), 1.0 / max(len(rows.targets), 1), device=self.device)
        return catalog_softmax(rows.queries, vectors, bias, rows.targets, weights, rows.barred, self.low_precision)

    def _plain_rows(self, padded: Padded, vectors: Tensor) -> _Rows:
        items, levels, gaps, targets = (
            torch.from_numpy(value).to(self.device)
            for value in (padded.items, padded.ratings, padded.gaps, padded.targets)
        )
        if torch.rand(()) < 0.1:  # histories without ratings or times must work too
            levels, gaps = torch.zeros_like(levels), torch.zeros_like(gaps)
        hidden = self.network.read_history(vectors, items, levels, gaps)  # (B, T, D)
        rows, places = torch.nonzero(targets >= 0, as_tuple=True)  # (M,)
        seen_at = torch.from_numpy(padded.seen_at).to(self.device)  # (B, N)
        barred = (seen_at[rows] <= places[:, None].to(torch.int16)) | self.cold  # (M, N)
        picked = targets[rows, places]
        barred[torch.arange(len(picked), device=self.device), picked] = False
        return _Rows(hidden[rows, places], picked, barred)

    def _instructed_rows(self, plain: _Rows | None, rng: np.random.Generator) -> _Rows | None:
        """Steps of the histories under an instruction that leads to their target, with sources dropped at random."""
        if not len(self.pool.instructions):
            return None
        if plain is None:
            chosen = rng.integers(len(self.pool.instructions), size=256)
            targets = torch.tensor([self.pool.instructions[i].target for i in chosen], device=self.device)
            states = torch.zeros(len(chosen), self.network.config.width, device=self.device)
            barred = torch.zeros(len(chosen), self.network.config.items, dtype=torch.bool, device=self.device)
        else:
            rows = np.flatnonzero(rng.random(len(plain.targets)) < self.schedule.instructed)
            picked = self.pool.pick(plain.targets[torch.from_numpy(rows)].cpu().numpy(), rng)
            rows, chosen = rows[picked >= 0], picked[picked >= 0]
            if not len(rows):
                return None
            place = torch.from_numpy(rows).to(self.device)
            targets, states, barred = plain.targets[place], plain.queries[place].detach(), plain.barred[place]
        return self._under_instruction(torch.from_numpy(chosen), targets, states, barred, rng)

    def _under_instruction(
        self, chosen: Tensor, targets: Tensor, states: Tensor, barred: Tensor, rng: np.random.Generator
    ) -> _Rows:
        keep = {
            name: torch.from_numpy((rng.random((len(chosen), 1)) >= share).astype(np.float32)).to(self.device)
            for name, share in (
                ("history", self.dropout.history),
                ("text", self.dropout.text),
                ("constraints", self.dropout.constraints),
            )
        }
        keep["text"] = torch.maximum(keep["text"], 1 - keep["constraints"])  # one of the two stays
        text, wanted, unwanted = (
            value[chosen].to(self.device) for value in (self.pool.text, self.pool.wanted, self.pool.unwanted)
        )
        parts = self.network.fuse(
            states * keep["history"], text * keep["text"], wanted * keep["constraints"], unwanted * keep["constraints"]
        )
        barred = barred | (self.pool.barred[chosen].to(self.device) & (keep["constraints"] > 0))
        return _Rows(parts.fused, targets, barred)

    def _smooth(self) -> None:
        keep = min(self.schedule.smoothing, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in self.network.named_parameters():
                self.average[name].lerp_(value, 1 - keep)

    def _validate(self, validate: Callable[[Ranker], float]) -> float:
        current = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average)
        self.network.eval()
        score = validate(self.network)
        self.network.load_state_dict(current)
        return score

    def _state(self, epoch: int, best: float, best_at: int, best_weights: Mapping[str, Tensor]) -> dict[str, Any]:
        moments = self.optimiser.state_dict()["state"]
        tensors = {f"now.{n}": v for n, v in self.network.state_dict().items()}
        tensors |= {f"average.{n}": v for n, v in self.average.items()} | {
            f"best.{n}": v for n, v in best_weights.items()
        }
        tensors |= {f"moment.{i}.{n}": v for i, entry in moments.items() for n, v in entry.items()}
        facts = {"epoch": epoch, "best": best, "best_at": best_at, "steps": self.steps, "spent_s": self.spent_s}
        return {"facts": facts, "tensors": tensors}

    def _restore(self, saved: Mapping[str, Any]) -> tuple[int, float, int, dict[str, Tensor]]:
        facts, tensors = saved["facts"], saved["tensors"]
        parts: dict[str, dict[str, Tensor]] = {"now": {}, "average": {}, "best": {}, "moment": {}}
        for name, value in tensors.items():
            kind, rest = name.split(".", 1)
            parts[kind][rest] = value.to(self.device)
        self.network.load_state_dict(parts["now"])
        self.average = parts["average"]
        state = self.optimiser.state_dict()
        state["state"] = {}
        for name, value in parts["moment"].items():
            index, field = name.split(".", 1)
            state["state"].setdefault(int(index), {})[field] = value
        self.optimiser.load_state_dict(state)
        self.steps, self.spent_s = int(facts["steps"]), float(facts["spent_s"])
        return int(facts["epoch"]), float(facts["best"]), int(facts["best_at"]), parts["best"]


@dataclass(frozen=True)
class _Rows:
    """Rows of the softmax: (M, D) or (M, Q) queries, (M,) targets, (M, N) items that a row must not choose."""

    queries: Tensor
    targets: Tensor
    barred: Tensor
