"""The softmax in pieces equals torch's cross entropy, values and gradients."""

from __future__ import annotations

import pytest
import torch

from recommender.training.loss import catalog_softmax


def test_it_equals_cross_entropy_over_what_is_not_barred() -> None:
    torch.manual_seed(0)
    queries, vectors, bias = torch.randn(700, 8), torch.randn(50, 8), torch.randn(50)
    targets = torch.randint(0, 50, (700,))
    barred = torch.rand(700, 50) < 0.3
    barred[torch.arange(700), targets] = False
    leaves = [value.clone().requires_grad_(True) for value in (queries, vectors, bias)]
    twins = [value.clone().requires_grad_(True) for value in (queries, vectors, bias)]
    ours = catalog_softmax(*leaves, targets, torch.full((700,), 1 / 700), barred)
    theirs = torch.nn.functional.cross_entropy(
        (twins[0] @ twins[1].T + twins[2]).masked_fill(barred, -torch.inf), targets
    )
    ours.backward()
    theirs.backward()
    torch.testing.assert_close(ours, theirs)
    for leaf, twin in zip(leaves, twins, strict=True):
        torch.testing.assert_close(leaf.grad, twin.grad, rtol=1e-4, atol=1e-6)


def test_a_barred_target_is_a_bug_that_is_told() -> None:
    barred = torch.tensor([[True, False]])
    with pytest.raises(AssertionError, match="barred from its own softmax"):
        catalog_softmax(torch.ones(1, 2), torch.ones(2, 2), torch.zeros(2), torch.tensor([0]), torch.ones(1), barred)
