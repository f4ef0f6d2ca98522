"""Softmax over the whole catalog, with the gradient computed in the forward pass, some rows at a time."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROWS = 512
"""Rows whose scores are held at once."""
ROUND = 64
"""Rows of a product come in multiples of this: a library that compiles a kernel for every new shape compiles few."""


class _CatalogSoftmax(torch.autograd.Function):
    """Never keeps (M, N) scores for the backward pass: with 12,000 items they are most of the memory traffic."""

    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any,
        queries: Tensor,
        vectors: Tensor,
        bias: Tensor,
        targets: Tensor,
        weights: Tensor,
        barred: Tensor,
        low: bool,
    ) -> Tensor:
        kind = torch.bfloat16 if low else queries.dtype
        keys = vectors.to(kind)
        d_queries, d_vectors, d_bias = torch.empty_like(queries), torch.zeros_like(vectors), torch.zeros_like(bias)
        loss = queries.new_zeros(())
        for start in range(0, len(queries), ROWS):
            rows = slice(start, start + ROWS)
            q = _rounded(queries[rows].to(kind))  # (R, D), R or up to ROUND - 1 more in products
            count = len(targets[rows])
            scores = (q @ keys.T)[:count].float().add_(bias)  # (R, N)
            scores.masked_fill_(barred[rows], -torch.inf)
            picked = scores.gather(1, targets[rows, None])  # (R, 1)
            top = scores.amax(1, keepdim=True)
            scores.sub_(top).exp_()
            total = scores.sum(1, keepdim=True)
            loss += (weights[rows] * (total.log() + top - picked).squeeze(1)).sum()
            scores.mul_(weights[rows, None] / total)
            scores.scatter_add_(1, targets[rows, None], -weights[rows, None])
            d_bias += scores.sum(0)
            slope = _rounded(scores.to(kind))
            d_queries[rows] = (slope @ keys)[:count]
            d_vectors += slope.T @ q
        ctx.save_for_backward(d_queries, d_vectors, d_bias)
        return loss

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        d_queries, d_vectors, d_bias = ctx.saved_tensors
        return d_queries * upstream, d_vectors * upstream, d_bias * upstream, None, None, None, None


def _rounded(rows: Tensor) -> Tensor:
    """(R, D) with rows of zeros up to a multiple of ROUND."""
    return torch.nn.functional.pad(rows, (0, 0, 0, -len(rows) % ROUND))


def catalog_softmax(
    queries: Tensor,
    vectors: Tensor,
    bias: Tensor,
    targets: Tensor,
    weights: Tensor,
    barred: Tensor,
    low_precision: bool = False,
) -> Tensor:
    """
    Weighted sum of -log p(target): (M, D) queries, (N, D) item vectors, (N,) biases, (M,) targets and weights, and the
    (M, N) items that a row must not choose from. A target that is barred itself is a bug of the caller.
    """
    assert not bool(barred.gather(1, targets[:, None]).any()), "a target is barred from its own softmax"
    return _CatalogSoftmax.apply(queries, vectors, bias, targets, weights, barred, low_precision)  # type: ignore[no-any-return]
