"""The linear scorers, small and readable: popularity, EASE with recency, and SLIT."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

MAX_ITEMS = 20_000
"""Beyond this many items an items² matrix does not fit; the linear scorers are left out, and training says so."""
MAX_LAGS = 100


def popularity(sequences: Sequence[np.ndarray], items: int) -> np.ndarray:
    """(N,) interactions per item."""
    counts = np.zeros(items, dtype=np.float32)
    for sequence in sequences:
        np.add.at(counts, sequence, 1.0)
    return counts


def ease(sequences: Sequence[np.ndarray], items: int, penalty: float) -> np.ndarray:
    """(N, N) weights from past items (rows) to scores: EASE, Steck 2019 (arXiv 1905.03375), on binary user rows."""
    flat = torch.zeros(items, items)
    for start in range(0, len(sequences), 2048):
        rows = torch.zeros(len(sequences[start : start + 2048]), items)
        for row, sequence in enumerate(sequences[start : start + 2048]):
            rows[row, torch.from_numpy(sequence)] = 1.0
        flat += rows.T @ rows
    inverse = _inverse(flat, penalty)
    weights = inverse / (-inverse.diagonal()[None, :])
    weights.fill_diagonal_(0.0)
    return weights.numpy()


def slit(sequences: Sequence[np.ndarray], items: int, half_life: float, penalty: float) -> np.ndarray:
    """
    (N, N) weights from the decayed past to the next item: ridge B = (XᵀX + λI)⁻¹XᵀY over all prefixes of all sequences
    (Choi et al. 2021, arXiv 2103.16104). As x(t+1) = g·x(t) + e(t+1), XᵀX follows from XᵀY and the longest pasts:
    (1 - g²)·XᵀX = g·(C + Cᵀ) + D - g²·Σ x(last)x(last)ᵀ, where C and D leave out each sequence's last item.
    """
    decay = 0.5 ** (1.0 / half_life)
    last_items = [sequence[-1] for sequence in sequences if len(sequence) > 1]
    cross = _cross(sequences, items, decay)  # XᵀY
    inner = cross - _cross_last(sequences, items, decay)  # C
    gram = decay * (inner + inner.T)
    gram.diagonal().add_(torch.from_numpy(popularity([s[:-1] for s in sequences if len(s) > 1], items)))
    for start in range(0, len(sequences), 2048):
        chunk = [s[:-1] for s in sequences[start : start + 2048] if len(s) > 1]
        rows = torch.from_numpy(decayed(chunk, items, half_life))
        gram -= decay**2 * (rows.T @ rows)
    gram /= 1.0 - decay**2
    assert len(last_items) <= len(sequences)
    return (_inverse(gram, penalty) @ cross).numpy()


def decayed(sequences: Sequence[np.ndarray], items: int, half_life: float) -> np.ndarray:
    """(U, N) histories in which an item weighs half as much every `half_life` places back; repeats add up."""
    rows = np.zeros((len(sequences), items), dtype=np.float32)
    for row, sequence in enumerate(sequences):
        ages = np.arange(len(sequence))[::-1]
        np.add.at(rows[row], sequence, (0.5 ** (ages / half_life)).astype(np.float32))
    return rows


def _cross(sequences: Sequence[np.ndarray], items: int, decay: float) -> torch.Tensor:
    total = torch.zeros(items * items)
    for lag in range(1, MAX_LAGS + 1):
        pairs = [s[:-lag] * items + s[lag:] for s in sequences if len(s) > lag]
        if not pairs:
            break
        places = torch.from_numpy(np.concatenate(pairs))
        total.index_add_(0, places, torch.full((len(places),), decay ** (lag - 1)))
    return total.view(items, items)


def _cross_last(sequences: Sequence[np.ndarray], items: int, decay: float) -> torch.Tensor:
    total = torch.zeros(items, items)
    for sequence in sequences:
        past = sequence[:-1][-MAX_LAGS:]
        if len(past):
            weights = torch.from_numpy((decay ** np.arange(len(past))[::-1]).astype(np.float32).copy())
            total[:, sequence[-1]].index_add_(0, torch.from_numpy(past), weights)
    return total


def _inverse(gram: torch.Tensor, penalty: float) -> torch.Tensor:
    gram = gram.clone()
    gram.diagonal().add_(penalty)
    factor, failed = torch.linalg.cholesky_ex(gram)
    return torch.linalg.inv(gram) if failed else torch.cholesky_inverse(factor)
