"""One process or several: which part of the work is whose, and how their gradients become one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor

from data.errors import DataError

Work = TypeVar("Work")


def number_of_processes() -> int:
    """As `accelerate launch` and torchrun tell it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def own_device(setting: str) -> str:
    """`auto` is a GPU for each process where several run on a machine with GPUs."""
    if setting == "auto" and number_of_processes() > 1 and torch.cuda.is_available():
        return f"cuda:{int(os.environ.get('LOCAL_RANK', '0')) % torch.cuda.device_count()}"
    return setting


class Processes:
    """The processes of a training run. Alone, nothing is shared and Accelerate is not imported."""

    def __init__(self) -> None:
        self._accelerator: Any = None
        if number_of_processes() > 1:
            try:
                from accelerate import Accelerator
            except ImportError as error:
                raise DataError("training: several processes need accelerate; run: pip install accelerate") from error
            self._accelerator = Accelerator(cpu=not torch.cuda.is_available())
        self.count: int = self._accelerator.num_processes if self._accelerator else 1
        self.rank: int = self._accelerator.process_index if self._accelerator else 0

    @property
    def is_main(self) -> bool:
        """Whether this one validates, writes and talks."""
        return self.rank == 0

    def share(self, work: Sequence[Work]) -> Sequence[Work]:
        """This process's part of the work; all parts are of one length, so what does not divide is left out."""
        if self.count == 1 or len(work) < self.count:
            return work
        return work[self.rank : len(work) - len(work) % self.count : self.count]

    def average(self, parameters: Iterable[Tensor]) -> None:
        """Every gradient becomes the mean over the processes, in one exchange; a missing one counts as zero."""
        if self.count == 1:
            return
        found = list(parameters)
        flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in found])
        mean = self._accelerator.reduce(flat, reduction="mean")
        for parameter, part in zip(found, mean.split([p.numel() for p in found]), strict=True):
            parameter.grad = part.view_as(parameter)

    def agreed(self, value: float, device: torch.device) -> float:
        """The main process's value: decisions must be the same everywhere."""
        if self.count == 1:
            return value
        own = torch.tensor([value if self.is_main else 0.0], dtype=torch.float64, device=device)
        return float(self._accelerator.reduce(own, reduction="sum").item())

    def wait(self) -> None:
        """Until all processes are here."""
        if self._accelerator:
            self._accelerator.wait_for_everyone()
