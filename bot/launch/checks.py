"""Checks the code and runs every test: style, format, types, then the tests of both environments."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence

from bot.launch.environments import PROJECT, app_environment, assistant_environment

IN_ASSISTANT = ("tests/bot/assistant", "tests/conversations")
"""Tests that need Rasa; the others run in the app environment."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the checks of the code and gives the exit status."""
    parser = argparse.ArgumentParser(prog="bot.launch.checks", description=__doc__)
    parser.add_argument("what", choices=("lint", "all"))
    parser.add_argument("--uv", help="not needed here; the caller hands it to every module")
    parser.add_argument("--elapsed-s", type=float, default=0.0, help="seconds that the environments took")
    options = parser.parse_args(arguments)
    began = time.monotonic() - options.elapsed_s
    return check_everything(began) if options.what == "all" else _run_all(lint_commands(), began)


def check_everything(began: float) -> int:
    """Checks the code, then runs the tests; goes on after a failure, so that all of them are seen."""
    return _run_all([*lint_commands(), *test_commands()], began)


def lint_commands() -> list[list[str]]:
    """Style, format and types."""
    tools = app_environment().folder / "bin"
    return [
        [str(tools / "ruff"), "check", "."],
        [str(tools / "ruff"), "format", "--check", "."],
        [str(tools / "mypy")],
    ]


def test_commands() -> list[list[str]]:
    """The assistant's tests under Rasa's Python, then all others."""
    folders = [folder for folder in IN_ASSISTANT if (PROJECT / folder).is_dir()]
    ignored = [f"--ignore={folder}" for folder in folders]
    return [
        [str(assistant_environment().python), "-m", "pytest", "-p", "no:cacheprovider", "--disable-warnings", *folders],
        [str(app_environment().python), "-m", "pytest", "tests", *ignored],
    ]


def _run_all(commands: Sequence[Sequence[str]], began: float) -> int:
    """Runs them one after another; the time stands before each, so that the last tool has the last word."""
    failed = []
    for command in commands:
        shown = shlex.join([command[0].replace(f"{PROJECT}/", ""), *command[1:]])
        print(f"[{time.monotonic() - began:5.0f} s] $ {shown}", flush=True)
        if subprocess.run(command, cwd=PROJECT).returncode != 0:
            failed.append(shown)
    for shown in failed:
        print(f"FAILED: {shown}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
