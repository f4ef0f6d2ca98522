"""Trains the network, step by step: the same seed gives the same weights, however fast the machine is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from recommender.model.ranker import Ranker
from recommender.pipeline.history import RatingScale
from recommender.training.objective import Objective, Weights
from recommender.training.pool import Pool
from recommender.training.processes import Processes
from recommender.training.resume import load_state, save_state
from recommender.training.sequences import History, Window, batches, pad, windows

CELLS = 1.5e11
"""Scores (targets times items times towers) that a run computes at most: what they cost bounds its time."""


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
    refit_epochs: int = 2
    """Over training and validation together, once everything is chosen."""
    refit_rate: float = 0.1
    """Learning rate of the refit relative to that of training."""
    weights: Weights = Weights()

    fewest_steps: int = 0
    """Steps below which epochs are added, half as many again at most: sparse histories make few steps an epoch."""

    def within(self, cells: float, steps: float = math.inf) -> int:
        """Epochs of so many scores and steps each: enough steps, yet within CELLS; at least one."""
        wanted = max(self.epochs, min(math.ceil(self.fewest_steps / steps), self.epochs * 3 // 2))
        return max(1, min(wanted, int(CELLS // max(cells, 1.0))))


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
        processes: Processes | None = None,
    ):
        self.processes = processes or Processes()
        self.network, self.scale, self.schedule, self.seed = network, scale, schedule, seed
        self.histories = [history for history in histories if len(history) >= 2]
        self.objective = Objective(network, pool, schedule.weights)
        self.device = network.item_text.device
        steps = sum(len(history) - 1 for history in self.histories)
        cells = float(steps) * network.config.items * network.config.towers
        self.epochs = schedule.within(cells, max(1.0, steps / schedule.tokens) if steps else math.inf)
        self.optimiser = self._optimiser(schedule.learning_rate)
        towers = [list(tower.parameters()) for tower in network.towers]
        rest = [value for name, value in network.named_parameters() if not name.startswith("towers.")]
        self.parts = [*towers, rest]
        """Parameters whose gradients are clipped together: a tower is trained as if it were alone."""
        self.average = {name: value.detach().clone() for name, value in network.state_dict().items()}
        self.steps = 0

    def train(
        self,
        validate: Callable[[Ranker], float],
        progress: Callable[[float, float, str], None],
        state: Path | None = None,
    ) -> Mapping[str, Any]:
        """
        Trains until the epochs or the patience are used up and leaves the best averaged weights in the network.
        `validate` scores a network, higher is better. With `state`, goes on from what is saved there.
        """
        schedule = self.schedule
        best, best_at, best_weights, start = -math.inf, 0, dict(self.average), 0
        saved = load_state(state) if state else None
        if saved:
            start, best, best_at, best_weights = self._restore(saved)
            progress(start, self.epochs, f"resumed after epoch {start}")
        for epoch in range(start, self.epochs):
            is_over = epoch - best_at >= schedule.patience * schedule.validate_every and best_at > 0
            if is_over:
                break
            loss = self._epoch(epoch, self._rate, progress)
            if (epoch + 1) % schedule.validate_every == 0 or epoch + 1 == self.epochs:
                score = self._validate(validate) if self.processes.is_main else -math.inf
                score = self.processes.agreed(score, self.device)
                if score > best:
                    best, best_at, best_weights = score, epoch + 1, {n: v.clone() for n, v in self.average.items()}
                progress(epoch + 1, self.epochs, f"loss {loss:.3f} validation {score:.4f}")
            if state and self.processes.is_main:
                save_state(state, self._state(epoch + 1, best, best_at, best_weights))
        self.network.load_state_dict(best_weights)
        self.network.eval()
        return {"epochs": best_at, "validation": best, "steps": self.steps}

    def refit(
        self, histories: Sequence[History], is_warm: Tensor, progress: Callable[[float, float, str], None]
    ) -> None:
        """A few slow epochs over `histories`, which may hold what the choices were made on; (N,) who is known now."""
        self.histories = [history for history in histories if len(history) >= 2]
        if not self.histories:
            return
        self.network.warm_up(is_warm.to(self.device))
        rate = self.schedule.learning_rate * self.schedule.refit_rate
        self.optimiser = self._optimiser(rate)
        for epoch in range(self.epochs, self.epochs + self.schedule.refit_epochs):
            self._epoch(epoch, lambda done: rate, progress)
        self.network.eval()

    def _optimiser(self, rate: float) -> torch.optim.Optimizer:
        named = list(self.network.named_parameters())
        rest = [p for n, p in named if p.dim() < 2 or "norm" in n]
        matrices = [p for n, p in named if not (p.dim() < 2 or "norm" in n)]
        groups = [{"params": matrices, "weight_decay": self.schedule.decay}, {"params": rest, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)

    def _rate(self, done: float) -> float:
        schedule = self.schedule
        warm = min(1.0, (self.steps + 1) / schedule.warm_up)
        return schedule.learning_rate * warm * (1 - 0.9 * min(done, 1.0))

    def _epoch(
        self, epoch: int, rate: Callable[[float], float], progress: Callable[[float, float, str], None]
    ) -> float:
        rng, rank = np.random.default_rng([self.seed, epoch]), self.processes.rank
        torch.manual_seed(self.seed * 1000 + epoch + 1_000_000 * rank)
        self.network.train()
        work = batches(windows(self.histories, self.network.config.window, rng), self.schedule.tokens, rng)
        if rank:
            rng = np.random.default_rng([self.seed, epoch, rank])
        if not work:
            work = [[] for _ in range(math.ceil(len(self.objective.pool.instructions) / 256))]
        work, losses = list(self.processes.share(work)), []
        for number, batch in enumerate(work):
            done = epoch + number / len(work)
            losses.append(self._step(batch, rate(done / self.epochs), rng))
            if number % 20 == 0:
                progress(min(done, self.epochs), self.epochs, f"loss {losses[-1]:.3f}")
        return float(np.mean(losses))

    def _step(self, batch: Sequence[Window], rate: float, rng: np.random.Generator) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        padded = pad(batch, self.scale, self.network.config.items) if batch else None
        loss = self.objective(padded, rng)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.processes.average(self.network.parameters())
        for part in self.parts:
            torch.nn.utils.clip_grad_norm_(part, 5.0)
        self.optimiser.step()
        self.steps += 1
        self._smooth()
        value = float(loss.detach())
        assert math.isfinite(value), f"loss is {value} at step {self.steps}; a smaller learning rate may help"
        return value

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
        facts = {"epoch": epoch, "best": best, "best_at": best_at, "steps": self.steps}
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
        self.steps = int(facts["steps"])
        return int(facts["epoch"]), float(facts["best"]), int(facts["best_at"]), parts["best"]
