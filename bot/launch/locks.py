"""Resolves the requirements of pyproject.toml into lock files that hold on every machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.launch.environments import PROJECT, Environment
from bot.launch.pythons import index_variables
from bot.launch.steps import Step, Task

EXTRAS: Mapping[str, Sequence[str]] = {
    "app": ("app", "postgres", "dev"),
    "assistant": ("assistant", "assistant-dev"),
}
OF_ONE_MACHINE = re.compile(r"^(nvidia-|cuda-|triton)")
"""What torch asks for where there is a GPU; torch names the versions itself."""


def lock_step(environment: Environment, uv: str, environ: Mapping[str, str]) -> Step:
    """The step that resolves one environment, keeping every locked version that still fits."""

    def work(task: Task) -> None:
        command = [uv, "pip", "compile", "--quiet", str(PROJECT / "pyproject.toml")]
        command += [part for extra in EXTRAS[environment.name] for part in ("--extra", extra)]
        command += ["--python-version", "{}.{}".format(*environment.versions[0])]
        command += ["--no-header", "--no-annotate", "--output-file", str(environment.lock)]
        task.run(command, index_variables(environ))
        write_neutral(environment.lock)

    return Step(f"lock-{environment.name}", f"resolving {environment.lock.name}", work)


def write_neutral(lock: Path) -> None:
    """Takes out of a lock what belongs to the machine that resolved it: local builds (+cpu) and CUDA packages."""
    lines = [re.sub(r"\+[a-z0-9.]+$", "", line) for line in lock.read_text(encoding="utf-8").splitlines()]
    kept = [line for line in lines if line and not OF_ONE_MACHINE.match(line)]
    lock.write_text("\n".join(kept) + "\n", encoding="utf-8")
