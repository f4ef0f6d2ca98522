"""The linear scorers, small and readable: popularity, EASE with recency, and SLIT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

MAX_ITEMS = 20_000
"""Beyond this many items an items² matrix does not fit; the linear scorers are left out, and training says so."""
MAX_LAGS = 200
PAIRS_AT_ONCE = 4_000_000


def popularity(sequences: Sequence[np.ndarray], items: int) -> np.ndarray:
    """(N,) interactions per item."""
    counts = np.zeros(items, dtype=np.float32)
    for sequence in sequences:
        np.add.at(counts, sequence, 1.0)
    return counts


def ease(sequences: Sequence[np.ndarray], items: int, penalty: float) -> np.ndarray:
    """(N, N) weights from past items (rows) to scores: EASE, Steck 2019 (arXiv 1905.03375), on binary user rows."""
    gram = torch.zeros(items, items)
    _add_products(
        gram, [(sequence, np.ones(len(sequence), dtype=np.float32)) for sequence in map(np.unique, sequences)]
    )
    inverse = _inverse(gram, penalty)
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
    cross = _cross(sequences, items, decay)  # XᵀY
    inner = cross - _cross_last(sequences, items, decay)  # C
    gram = decay * (inner + inner.T)
    gram.diagonal().add_(torch.from_numpy(popularity([s[:-1] for s in sequences if len(s) > 1], items)))
    pasts = [sequence[:-1] for sequence in sequences if len(sequence) > 1]
    _add_products(gram, [(past, _ages(len(past), decay)) for past in pasts], -(decay**2))
    gram /= 1.0 - decay**2
    gram.diagonal().add_(penalty)
    factor, failed = torch.linalg.cholesky_ex(gram)
    solved = torch.linalg.solve(gram, cross) if failed else torch.cholesky_solve(cross, factor)
    return solved.numpy()


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
    total = torch.zeros(items * items)
    long = [sequence for sequence in sequences if len(sequence) > 1]
    if long:
        pasts = [sequence[:-1][-MAX_LAGS:] for sequence in long]
        places = np.concatenate([past * items + sequence[-1] for past, sequence in zip(pasts, long, strict=True)])
        weights = np.concatenate([_ages(len(past), decay) for past in pasts])
        total.index_add_(0, torch.from_numpy(places), torch.from_numpy(weights))
    return total.view(items, items)


def _ages(length: int, decay: float) -> np.ndarray:
    """(length,) weights of a past, 1 for its newest."""
    return (decay ** np.arange(length)[::-1]).astype(np.float32)


def _add_products(gram: torch.Tensor, rows: Sequence[tuple[np.ndarray, np.ndarray]], factor: float = 1.0) -> None:
    """
    Adds factor · Σ x·xᵀ of sparse rows (columns, values) to (N, N): pair by pair where rows are short, which for a
    large catalog saves nearly all of the work, else as a matrix product.
    """
    items = len(gram)
    short = [row for row in rows if len(row[0]) <= items // 10]
    for part in _parts_of(short, PAIRS_AT_ONCE):
        places = np.concatenate([(columns[:, None] * items + columns).ravel() for columns, _ in part])
        values = np.concatenate([np.outer(values, values).ravel() for _, values in part])
        gram.view(-1).index_add_(0, torch.from_numpy(places), torch.from_numpy(values), alpha=factor)
    long = [row for row in rows if len(row[0]) > items // 10]
    for start in range(0, len(long), 1024):
        dense = np.zeros((len(long[start : start + 1024]), items), dtype=np.float32)
        for row, (columns, values) in enumerate(long[start : start + 1024]):
            np.add.at(dense[row], columns, values)
        gram.addmm_(torch.from_numpy(dense).T, torch.from_numpy(dense), alpha=factor)


def _parts_of(
    rows: Sequence[tuple[np.ndarray, np.ndarray]], pairs: int
) -> Iterator[Sequence[tuple[np.ndarray, np.ndarray]]]:
    """Stretches of the rows of about so many pairs each."""
    start, total = 0, 0
    for number, (columns, _) in enumerate(rows):
        total += len(columns) ** 2
        if total >= pairs or number + 1 == len(rows):
            yield rows[start : number + 1]
            start, total = number + 1, 0


def _inverse(gram: torch.Tensor, penalty: float) -> torch.Tensor:
    gram = gram.clone()
    gram.diagonal().add_(penalty)
    factor, failed = torch.linalg.cholesky_ex(gram)
    return torch.linalg.inv(gram) if failed else torch.cholesky_inverse(factor)
