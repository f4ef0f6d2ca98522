"""Takes a fresh machine to a running bot; `make` calls this with whatever Python 3.8 or newer there is."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from bot.launch.environments import PROJECT, app_environment, assistant_environment, environment_step
from bot.launch.locks import lock_step
from bot.launch.pythons import MissingTool, find_uv, index_variables
from bot.launch.steps import Runner, StepError

USAGE = """usage: python -m bot.launch.bootstrap run|setup|test|lint|lock|clean

  run    set up whatever is missing or has changed, then start the bot
  setup  set up whatever is missing or has changed
  test   set up, then check the code and run every test
  lint   check the code: style, format, types
  lock   resolve pyproject.toml into the two files in locks/
  clean  remove what set-up made; conversations and imported packs are kept"""
GENERATED = ("cache", "logs", "models", "reading", "stamps", "tools", "web")
"""What `clean` removes of the folder of generated things; not the database, the secret and imported packs."""


def main(arguments: list[str]) -> int:
    """Runs one verb and gives the exit status: 0, 1 when a step failed, 2 for a wrong verb, 130 after Ctrl-C."""
    verbs = {"run": run, "setup": setup, "test": test, "lint": lint, "lock": lock, "clean": clean}
    if len(arguments) != 1 or arguments[0] not in verbs:
        print(USAGE, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return verbs[arguments[0]]()
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        return 130
    except (StepError, MissingTool) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def run() -> int:
    """Sets everything up and becomes the running bot."""
    _hand_over("setup", "--then", "up")


def setup() -> int:
    """Sets everything up."""
    _hand_over("setup")


def test() -> int:
    """Sets everything up, then checks and tests."""
    _hand_over("setup", "--then", "check")


def lint() -> int:
    """Checks the code without setting up data and models."""
    _hand_over("checks", "lint")


def lock() -> int:
    """Resolves the requirements of both environments anew, keeping every version that still fits."""
    uv = find_uv(_home() / "tools", os.environ)
    runner = Runner(_home() / "logs")
    runner.run([lock_step(environment, uv, os.environ) for environment in (app_environment(), assistant_environment())])
    return 0


def clean() -> int:
    """Removes what set-up made."""
    folders = [environment.folder for environment in (app_environment(), assistant_environment())]
    folders += [_home() / name for name in GENERATED] + [PROJECT / "bot" / "web" / "node_modules"]
    for folder in folders:
        if folder.exists():
            print(f"removing {folder}", flush=True)
            shutil.rmtree(str(folder))
    return 0


def _hand_over(module: str, *arguments: str) -> NoReturn:
    """Makes the environments, then becomes a module inside one, so that Ctrl-C reaches the right process."""
    runner = Runner(_home() / "logs")
    uv = find_uv(_home() / "tools", os.environ)
    runner.run([environment_step(made, uv, os.environ) for made in (app_environment(), assistant_environment())])
    python = str(app_environment().python)
    elapsed_s = time.monotonic() - runner.began
    os.chdir(str(PROJECT))
    sys.stdout.flush()
    command = [python, "-m", f"bot.launch.{module}", "--uv", uv, "--elapsed-s", f"{elapsed_s:.1f}", *arguments]
    os.execve(python, command, {**os.environ, **index_variables(os.environ)})


def _home() -> Path:
    return Path(os.environ.get("INSTRUCTREC_HOME") or PROJECT / "var").expanduser().resolve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
