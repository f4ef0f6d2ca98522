"""SASRec with cross-entropy over the whole catalog: item ids and their order, nothing else."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from recommender.evaluation.cases import Case, Scoring, measure, validation_cases
from recommender.model.encoder import has_fast_bfloat16
from recommender.pipeline.history import RatingScale
from recommender.training.loss import catalog_softmax
from recommender.training.sequences import History, Padded, Split, batches, pad, windows


@dataclass(frozen=True)
class SasrecConfig:
    """Size and training of the model (Kang and McAuley 2018, arXiv 1808.09781; loss of arXiv 2309.07602)."""

    width: int = 64
    blocks: int = 2
    heads: int = 2
    window: int = 200
    dropout: float = 0.3
    epochs: int = 40
    tokens: int = 800
    """Positions a batch."""
    learning_rate: float = 1e-3
    validate_every: int = 2
    patience: int = 4
    """Validations without a new best after which training stops."""
    smoothing: float = 0.998
    """Weight of the past in the moving average of the weights, which is what is validated and kept."""
    refit_epochs: int = 2
    """Over training and validation together, once everything is chosen."""
    refit_rate: float = 0.1
    """Learning rate of the refit relative to that of training."""
    budget_s: float = math.inf
    """Seconds after which training stops."""


STANDARD = SasrecConfig()
"""What the opponent is trained with."""


class Sasrec(nn.Module):
    """Item and position embeddings, causal pre-norm transformer blocks, scores by the same item embeddings."""

    def __init__(self, items: int, config: SasrecConfig):
        super().__init__()
        self.config = config
        self.item = nn.Embedding(items, config.width)
        self.position = nn.Embedding(config.window, config.width)
        block = nn.TransformerEncoderLayer(
            config.width, config.heads, 4 * config.width, config.dropout, "gelu", batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(block, config.blocks, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(config.width)
        self.dropout = nn.Dropout(config.dropout)
        self.bias = nn.Parameter(torch.zeros(items))
        for embedding in (self.item, self.position):
            nn.init.normal_(embedding.weight, std=0.05)

    def forward(self, items: Tensor) -> Tensor:
        """(B, T) items, padded to the right → (B, T, D) states."""
        length = items.shape[1]
        x = self.dropout(self.item(items) + self.position.weight[:length])  # (B, T, D)
        mask = nn.Transformer.generate_square_subsequent_mask(length, device=items.device)
        return self.norm(self.blocks(x, mask=mask, is_causal=True))


def train_sasrec(
    split: Split,
    items: int,
    seed: int,
    device: torch.device,
    progress: Callable[[float, float, str], None],
    config: SasrecConfig = STANDARD,
) -> Scoring:
    """
    Trains on what lies before the validation items, keeps the weights that rank these best, and goes on for a few slow
    epochs over them too, as every other model of the comparison learns from them.
    """
    training = _Training(items, seed, device, config)
    trial = validation_cases(split)
    best, best_at, kept = -1.0, 0, training.weights()
    began = time.monotonic()
    for epoch in range(config.epochs):
        training.epoch(split.train, epoch, lambda done: 1 - 0.9 * done)
        is_over = epoch + 1 == config.epochs or time.monotonic() - began > config.budget_s
        if (epoch + 1) % config.validate_every and not is_over:
            continue
        score = training.validate(trial)
        if score > best:
            best, best_at, kept = score, epoch, training.weights()
        progress(epoch + 1, config.epochs, f"validation {score:.4f}")
        if is_over or epoch - best_at >= config.patience * config.validate_every:
            break
    training.start_from(kept)
    for epoch in range(config.refit_epochs):
        training.epoch(split.train_and_validation, config.epochs + epoch, lambda done: config.refit_rate)
    training.model.load_state_dict(training.average)
    return scoring_of(training.model)


class _Training:
    """A model, its optimiser, and the moving average of its weights, which is what counts."""

    def __init__(self, items: int, seed: int, device: torch.device, config: SasrecConfig):
        torch.manual_seed(seed)
        self.items, self.seed, self.config, self.steps = items, seed, config, 0
        self.model = Sasrec(items, config).to(device)
        self.average = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self.model.parameters(), betas=(0.9, 0.98), weight_decay=1e-4)

    def epoch(self, histories: Sequence[History], number: int, rate: Callable[[float], float]) -> None:
        """Once over the histories; `rate` is relative to the learning rate, by the share of all epochs done."""
        rng = np.random.default_rng([self.seed, number])
        learnt = [history for history in histories if len(history) >= 2]
        work = batches(windows(learnt, self.config.window, rng), self.config.tokens, rng)
        self.model.train()
        for place, batch in enumerate(work):
            done = (number + place / len(work)) / self.config.epochs
            for group in self.optimiser.param_groups:
                group["lr"] = self.config.learning_rate * min(1.0, (self.steps + 1) / 100) * rate(done)
            self._step(_loss(self.model, pad(batch, RatingScale(()), self.items)))

    def _step(self, loss: Tensor) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.steps += 1
        keep = min(self.config.smoothing, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in self.model.named_parameters():
                self.average[name].lerp_(value, 1 - keep)

    def validate(self, trial: Sequence[Case]) -> float:
        """NDCG@10 of the averaged weights."""
        if not trial:
            return 0.0
        current = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.average)
        score = float(measure(scoring_of(self.model), trial).values["NDCG@10"].mean())
        self.model.load_state_dict(current)
        return score

    def weights(self) -> dict[str, Tensor]:
        """A copy of the averaged weights."""
        return {name: value.clone() for name, value in self.average.items()}

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Goes on from other weights."""
        self.model.load_state_dict(weights)
        self.average = {name: value.clone() for name, value in weights.items()}


def scoring_of(model: Sasrec) -> Scoring:
    """Scores of the next item after each past; the same for everybody without one."""

    @torch.inference_mode()
    def score(cases: Sequence[Case]) -> np.ndarray:
        model.eval()
        pasts = [case.past.items[-model.config.window :] for case in cases]
        padded = np.zeros((len(pasts), max(1, *map(len, pasts))), dtype=np.int64)
        for row, past in enumerate(pasts):
            padded[row, : len(past)] = past
        device = model.bias.device
        hidden = model(torch.from_numpy(padded).to(device))
        last = hidden[torch.arange(len(pasts)), torch.tensor([max(0, len(past) - 1) for past in pasts])]
        last[torch.tensor([len(past) == 0 for past in pasts])] = 0.0
        return (last @ model.item.weight.T + model.bias).cpu().numpy()

    return score


def _loss(model: Sasrec, padded: Padded) -> Tensor:
    """Mean cross-entropy of the next items, over the items not seen so far."""
    device = model.bias.device
    hidden = model(torch.from_numpy(padded.items).to(device))  # (B, T, D)
    targets = torch.from_numpy(padded.targets).to(device)
    rows, places = torch.nonzero(targets >= 0, as_tuple=True)  # (M,)
    seen_at = torch.from_numpy(padded.seen_at).to(device)  # (B, N)
    barred = seen_at[rows] <= places[:, None].to(torch.int16)  # (M, N)
    picked = targets[rows, places]
    weights = torch.full((len(picked),), 1.0 / max(len(picked), 1), device=device)
    return catalog_softmax(
        hidden[rows, places], model.item.weight, model.bias, picked, weights, barred, has_fast_bfloat16(device)
    )
