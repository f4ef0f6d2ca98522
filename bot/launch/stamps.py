"""Stamps: the digest of a step's inputs, kept so that a step runs again only when what it reads has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

NEVER_INPUTS = frozenset({"__pycache__", "node_modules", ".rasa", "dist", ".vite", ".pytest_cache"})


@dataclass(frozen=True)
class Stamp:
    """What a step reads and writes; `path` keeps the digest of the inputs it last succeeded with."""

    path: Path
    inputs: tuple[Path, ...] = ()
    """Files and folders; a folder stands for every file below it, a missing one for nothing."""
    values: Mapping[str, str] | None = None
    """Settings that change the result."""
    outputs: tuple[Path, ...] = ()
    """What must exist for the step to count as done; a file name may be a pattern."""

    def digest(self) -> str:
        """Digest of all inputs by path and content, and of the values."""
        total = hashlib.sha256(json.dumps(dict(self.values or {}), sort_keys=True).encode())
        for path in files_of(self.inputs):
            total.update(str(path).encode() + b"\0" + _digest_of(path))
        return total.hexdigest()

    def is_fresh(self) -> bool:
        """True when every output exists and the inputs are those of the last success."""
        if not self.path.is_file() or self.missing():
            return False
        return self.path.read_text(encoding="utf-8").strip() == self.digest()

    def missing(self) -> list[Path]:
        """The outputs that are not there."""
        return [output for output in self.outputs if not any(output.parent.glob(output.name))]

    def write(self, digest: str) -> None:
        """Keeps `digest`, taken before the work began: an input edited meanwhile makes the step run again."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_name(self.path.name + ".new")
        unfinished.write_text(digest + "\n", encoding="utf-8")
        unfinished.replace(self.path)

    def clear(self) -> None:
        """Forgets the last success."""
        if self.path.exists():
            self.path.unlink()


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file of `paths`, folders walked in a fixed order, what tools leave behind left out."""
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            for entry in sorted(path.iterdir()):
                if entry.name not in NEVER_INPUTS:
                    yield from files_of([entry])


def _digest_of(path: Path) -> bytes:
    total = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            total.update(block)
    return total.digest()
