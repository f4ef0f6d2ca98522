"""When the device's memory does not hold a batch: half of it at a time, once, then the processor."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

One = TypeVar("One")
Result = TypeVar("Result")
log = logging.getLogger("recommender")


def within_memory(
    batch: Sequence[One],
    on_device: Callable[[Sequence[One]], list[Result]],
    on_cpu: Callable[[Sequence[One]], list[Result]],
    tell: Callable[[str], None] = lambda what: None,
) -> list[Result]:
    """The results of `batch`, in order. `tell` hears "halved" and "cpu" when it came to that."""
    try:
        return on_device(batch)
    except torch.OutOfMemoryError:
        _make_room()
    if len(batch) > 1:
        tell("halved")
        log.warning("out of device memory with %d requests: trying half of them at a time", len(batch))
        half = (len(batch) + 1) // 2
        try:
            return [*on_device(batch[:half]), *on_device(batch[half:])]
        except torch.OutOfMemoryError:
            _make_room()
    tell("cpu")
    log.warning("out of device memory: %d requests are computed on the processor", len(batch))
    return on_cpu(batch)


def _make_room() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
