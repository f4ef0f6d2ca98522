"""Progress of long work: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

LINE_EVERY_S = 5.0
WIDTH = 30


class Progress:
    """Shows how far the steps of a run are; writes to stderr, so that stdout stays clean."""

    def __init__(self, stream: TextIO | None = None):
        self.stream = stream or sys.stderr
        self.is_terminal = self.stream.isatty()
        self._said_at = 0.0
        self._step = ""

    def say(self, text: str) -> None:
        """One line that stays."""
        self._end_bar()
        print(text, file=self.stream, flush=True)

    def update(self, step: str, done: float, total: float, note: str = "") -> None:
        """`done` of `total` of a step; the last one is always shown."""
        now = time.monotonic()
        is_last = done >= total
        if self.is_terminal:
            filled = int(WIDTH * done / max(total, 1e-9))
            bar = "█" * filled + "·" * (WIDTH - filled)
            print(
                f"\r{step:<24} {bar} {done / max(total, 1e-9):4.0%} {note}\x1b[K", end="", file=self.stream, flush=True
            )
            self._step = "" if is_last else step
            if is_last:
                print(file=self.stream, flush=True)
        elif is_last or now - self._said_at >= LINE_EVERY_S:
            self._said_at = now
            print(f"{step}: {done / max(total, 1e-9):.0%} {note}".rstrip(), file=self.stream, flush=True)

    def _end_bar(self) -> None:
        if self._step:
            print(file=self.stream)
            self._step = ""
