"""The one exception of the data layer: every problem found, each with its place."""

from __future__ import annotations

from collections.abc import Iterable


class DataError(ValueError):
    """Content or a setting that cannot be used; `problems` holds one line each: where, what, what exists."""

    def __init__(self, problems: str | Iterable[str]):
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))
