"""Sets up what the bot runs on, once the environments are there: data, trained models, front end."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.launch.environments import PROJECT, app_environment, assistant_environment
from bot.launch.node import node_path
from bot.launch.processes import QUIET, of_all_but_the_gateway
from bot.launch.pythons import MissingTool, find_uv
from bot.launch.stamps import Stamp
from bot.launch.steps import Runner, Step, StepError, Task
from data.errors import DataError
from data.pack import Pack, load_pack
from data.settings import Settings

DATA_CODE = tuple(PROJECT / "data" / name for name in ("catalog.py", "need.py", "pack.py", "tables.py", "reading"))

PARTS = ("data", "ranker", "assistant", "page")
"""What can be set up on its own; the name of a step begins with its part."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Sets up, then does what --then says. Exit status 1: a step failed; 2: bad settings or content; 130: Ctrl-C."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = Settings.from_environment()
        began = time.monotonic() - options.elapsed_s
        set_up(settings, options.uv, began, options.only or PARTS)
        if options.then == "up":
            from bot.launch.supervisor import supervise

            return supervise(settings, began)
        if options.then == "check":
            from bot.launch.checks import check_everything

            return check_everything(began)
    except KeyboardInterrupt:
        print("\nstopped; the same command goes on from here", file=sys.stderr)
        return 130
    except (StepError, MissingTool) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    return 0


def set_up(
    settings: Settings, uv: str | None = None, began: float | None = None, only: Sequence[str] = PARTS
) -> list[str]:
    """Runs every step of those parts whose inputs have changed and gives their names. Raises StepError, DataError."""
    runner = Runner(settings.home / "logs", at_once=_at_once(), began=began)
    ran = runner.run([step for step in all_steps(settings, uv) if step.name.partition("-")[0] in only])
    runner.say("set up: " + (", ".join(ran) if ran else "nothing has changed"))
    return ran


def train_again(settings: Settings, packs: Sequence[str], only: str | None, force: bool) -> list[str]:
    """Trains what has changed, or with `force` everything: the assistant, the rankers of `packs`, or both."""
    known = [load_pack(name, settings.home) for name in settings.packs]
    asked = [load_pack(name, settings.home) for name in packs]
    steps = [data_step(pack, settings) for pack in {pack.name: pack for pack in (*known, *asked)}.values()]
    trained = [ranker_step(pack, settings, force) for pack in asked] if only != "assistant" else []
    trained += [assistant_step(known, settings, force)] if only != "ranker" else []
    if force:
        for step in trained:
            if step.stamp is not None:
                step.stamp.clear()
    runner = Runner(settings.home / "logs", at_once=_at_once())
    ran = runner.run([*steps, *trained])
    runner.say("trained: " + (", ".join(ran) if ran else "nothing has changed (--force trains anyway)"))
    return ran


def all_steps(settings: Settings, uv: str | None = None) -> list[Step]:
    """Data of every pack, the assistant, a ranker for every pack, and the front end; the longest first."""
    packs = [load_pack(name, settings.home) for name in settings.packs]
    steps = [data_step(pack, settings) for pack in packs]
    steps += [ranker_step(pack, settings) for pack in packs]
    return [*steps, assistant_step(packs, settings), page_step(packs, settings, uv)]


def data_step(pack: Pack, settings: Settings) -> Step:
    """Builds the catalog of a pack that has a public source; checks the one of a pack that has not."""
    folder = settings.home / "packs" / pack.name
    stamp = Stamp(
        settings.home / "stamps" / f"data-{pack.name}",
        (PROJECT / "data" / "sources", PROJECT / "data" / "tables.py", pack.folder),
        {"movielens": settings.movielens},
        (folder / "items.csv",) if pack.prepare else (),
    )
    command = [str(app_environment().folder / "bin" / "instructrec"), "prepare", pack.name, "--force"]
    return Step(
        f"data-{pack.name}",
        f"preparing the catalog of {pack.name}",
        lambda task: task.run(command, _variables(settings), PROJECT),
        stamp=stamp,
    )


def assistant_step(packs: Sequence[Pack], settings: Settings, force: bool = False) -> Step:
    """Trains the assistant on its skills and on every pack."""
    stamp = Stamp(
        settings.home / "stamps" / "assistant",
        (
            PROJECT / "bot" / "assistant",
            PROJECT / "locks" / "assistant.txt",
            *DATA_CODE,
            *_content_of(packs, settings),
        ),
        {"packs": ",".join(settings.packs)},
        (settings.home / "models" / "assistant" / "*.tar.gz",),
    )
    command = [str(assistant_environment().python), "-m", "bot.assistant.train", *_forced(force)]
    return Step(
        "assistant",
        "training the assistant",
        lambda task: task.run(command, {**_variables(settings), "PYTHONWARNINGS": "ignore"}, PROJECT),
        tuple(f"data-{pack.name}" for pack in packs),
        stamp,
    )


def ranker_step(pack: Pack, settings: Settings, force: bool = False) -> Step:
    """Trains the ranker of one pack."""
    stamp = Stamp(
        settings.home / "stamps" / f"ranker-{pack.name}",
        (
            *(PROJECT / "recommender" / part for part in ("model", "pipeline", "training")),
            *DATA_CODE,
            *_content_of([pack], settings),
        ),
        {"profile": settings.profile, "encoder": settings.encoder},
        (settings.home / "models" / "ranker" / pack.name / "model.safetensors",),
    )
    command = [str(app_environment().python), "-m", "recommender.training", "--pack", pack.name, *_forced(force)]
    return Step(
        f"ranker-{pack.name}",
        f"training the ranker of {pack.name} ({settings.profile})",
        lambda task: task.run(command, _variables(settings), PROJECT),
        (f"data-{pack.name}",),
        stamp,
    )


def page_step(packs: Sequence[Pack], settings: Settings, uv: str | None) -> Step:
    """Builds the chat page."""
    source = PROJECT / "bot" / "web"
    stamp = Stamp(
        settings.home / "stamps" / "page",
        (source, *(pack.folder for pack in packs)),
        {"packs": ",".join(settings.packs)},
        (settings.home / "web" / "index.html",),
    )

    def work(task: Task) -> None:
        tools = settings.home / "tools"
        found = uv or find_uv(tools, os.environ)
        path = node_path(tools, found, app_environment().python, os.environ, task)
        variables = {**_variables(settings), "PATH": path}
        task.run(["npm", "ci", "--no-audit", "--no-fund"], variables, source)
        task.run(["npm", "run", "build"], variables, source)

    return Step("page", "building the chat page", work, stamp=stamp)


def _forced(force: bool) -> list[str]:
    """The option by which the trainers, which know themselves whether anything has changed, train anyway."""
    return ["--force"] if force else []


def _content_of(packs: Sequence[Pack], settings: Settings) -> list[Path]:
    """The folders of the packs' content: the pack's own, and the one that generated data goes to."""
    return [folder for pack in packs for folder in (pack.folder, settings.home / "packs" / pack.name)]


def _variables(settings: Settings) -> dict[str, str]:
    threads = str(max(1, (os.cpu_count() or 1) // _at_once()))
    return {**QUIET, "OMP_NUM_THREADS": threads, **of_all_but_the_gateway(settings)}


def _at_once() -> int:
    """Steps that run together: as many as there are cores, two at least, because much of a step is waiting."""
    return min(3, max(2, os.cpu_count() or 1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bot.launch.setup", description=__doc__)
    parser.add_argument("--uv", help="path of uv; default: found or fetched")
    parser.add_argument("--elapsed-s", type=float, default=0.0, help="seconds that the environments took")
    parser.add_argument("--only", choices=PARTS, action="append", help="set up this part; may be given again")
    parser.add_argument("--then", choices=("up", "check"), help="what follows: start the bot, or check and test")
    return parser


if __name__ == "__main__":
    sys.exit(main())
