"""Reads the Dockerfiles and compose files, as there is no engine here that could run them."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
DOCKER = PROJECT / "docker"


@dataclass(frozen=True)
class Image:
    """A Dockerfile, its last stage by instruction."""

    path: Path
    instructions: list[tuple[str, str]]
    """Of all stages: the word and what follows it."""
    last_stage: list[tuple[str, str]] = field(default_factory=list)

    def all(self, word: str, last_stage: bool = True) -> list[str]:
        """What follows each instruction of that word."""
        return [rest for said, rest in (self.last_stage if last_stage else self.instructions) if said == word]

    @property
    def variables(self) -> dict[str, str]:
        """ENV of the last stage."""
        pairs = [pair for rest in self.all("ENV") for pair in shlex.split(rest)]
        return dict(pair.split("=", 1) for pair in pairs)

    @property
    def command(self) -> list[str]:
        """CMD."""
        return json.loads(self.all("CMD")[-1])

    @property
    def health(self) -> list[str]:
        """The command of HEALTHCHECK."""
        return json.loads(self.all("HEALTHCHECK")[-1].partition("CMD")[2])


def read_image(path: Path) -> Image:
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line for line in re.sub(r"\\\n\s*", " ", text).splitlines() if line.strip()]
    instructions = [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]
    start = max(place for place, (word, _) in enumerate(instructions) if word == "FROM")
    return Image(path, instructions, instructions[start:])


@pytest.fixture(scope="session")
def images() -> dict[str, Image]:
    """Every Dockerfile by the name of its process."""
    return {path.name.split(".")[0]: read_image(path) for path in sorted(DOCKER.glob("*.Dockerfile"))}


@pytest.fixture(scope="session")
def compose() -> dict[str, Any]:
    """compose.yml."""
    return yaml.safe_load((DOCKER / "compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def postgres() -> dict[str, Any]:
    """compose.postgres.yml."""
    return yaml.safe_load((DOCKER / "compose.postgres.yml").read_text(encoding="utf-8"))
