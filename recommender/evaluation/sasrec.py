"""SASRec with cross-entropy over the whole catalog: item ids and their order, nothing else."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from recommender.evaluation.cases import Case, Scoring, cases_of, measure
from recommender.model.encoder import has_fast_bfloat16
from recommender.pipeline.history import RatingScale
from recommender.training.loss import catalog_softmax
from recommender.training.sequences import Padded, Split, batches, pad, windows


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
    budget_s: float = math.inf


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
    config: SasrecConfig = SasrecConfig(),
) -> Scoring:
    """Trains on the histories before the validation items, keeps the weights that rank these best."""
    torch.manual_seed(seed)
    model = Sasrec(items, config).to(device)
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    optimiser = torch.optim.AdamW(model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=1e-4)
    trial = [
        Case(case.user, case.past.items[:-1], case.past.until(len(case.past) - 1), int(case.past.items[-1]))
        for case in cases_of(split)
    ]
    histories = [history for history in split.train if len(history) >= 2]
    best, best_at, best_weights, steps, began = -1.0, 0, dict(average), 0, time.monotonic()
    for epoch in range(config.epochs):
        rng = np.random.default_rng([seed, epoch])
        model.train()
        work = batches(windows(histories, config.window, rng), config.tokens, rng)
        for number, batch in enumerate(work):
            done = (epoch + number / len(work)) / config.epochs
            for group in optimiser.param_groups:
                group["lr"] = config.learning_rate * min(1.0, (steps + 1) / 100) * (1 - 0.9 * done)
            loss = _loss(model, pad(batch, RatingScale(()), items))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            steps += 1
            keep = min(config.smoothing, (1 + steps) / (10 + steps))
            with torch.no_grad():
                for name, value in model.named_parameters():
                    average[name].lerp_(value, 1 - keep)
        is_over = epoch + 1 == config.epochs or time.monotonic() - began > config.budget_s
        if (epoch + 1) % config.validate_every and not is_over:
            continue
        current = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(average)
        score = float(measure(scoring_of(model), trial).values["NDCG@10"].mean()) if trial else 0.0
        model.load_state_dict(current)
        if score > best:
            best, best_at, best_weights = score, epoch, {name: value.clone() for name, value in average.items()}
        progress(epoch + 1, config.epochs, f"validation {score:.4f}")
        if is_over or epoch - best_at >= config.patience * config.validate_every:
            break
    model.load_state_dict(best_weights)
    return scoring_of(model)


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
