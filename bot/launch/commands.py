"""The commands of this layer: `instructrec up`, `status`, `train`, `chat`, `understand` and those on packs' words."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from data.settings import Settings

up = typer.Typer(add_completion=False)
status = typer.Typer(add_completion=False)
train = typer.Typer(add_completion=False)
chat = typer.Typer(add_completion=False)
understand = typer.Typer(add_completion=False)
evaluate_understanding = typer.Typer(add_completion=False)
pack_check = typer.Typer(add_completion=False)
pack_sample = typer.Typer(add_completion=False)


class Part(str, Enum):
    """What can be trained on its own."""

    assistant = "assistant"
    ranker = "ranker"


class Profile(str, Enum):
    """How long the ranker is trained."""

    quick = "quick"
    full = "full"


@up.command()
def start_everything() -> None:
    """Starts the four processes, prints the address of the chat page, and keeps them running until Ctrl-C.

    \b
    instructrec up
    INSTRUCTREC_GATEWAY_PORT=8081 instructrec up
    """
    from bot.launch.supervisor import supervise

    raise typer.Exit(supervise(Settings.from_environment()))


@status.command()
def show_status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a process, machine-readable.")] = False,
) -> None:
    """Shows each process: is it ready, since when, on which port, with which model. Exit status 1 when one is not.

    \b
    instructrec status
    instructrec status --json
    """
    from rich.console import Console

    from bot.launch.status import statuses, table

    found = statuses(Settings.from_environment())
    if as_json:
        print(json.dumps({"processes": [dataclasses.asdict(process) for process in found]}, ensure_ascii=False))
    else:
        Console().print(table(found))
    raise typer.Exit(0 if all(process.is_ready for process in found) else 1)


@train.command()
def train_models(
    pack: Annotated[
        list[str] | None, typer.Option(help="A pack; may be given again. Default: INSTRUCTREC_PACKS.")
    ] = None,
    only: Annotated[Part | None, typer.Option(help="Train this alone.")] = None,
    profile: Annotated[Profile | None, typer.Option(help="How long to train the ranker.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Train also what has not changed.")] = False,
) -> None:
    """Trains the assistant and the rankers anew where their inputs have changed.

    \b
    instructrec train
    instructrec train --pack movies --only ranker --force
    """
    from bot.launch.setup import train_again
    from bot.launch.steps import StepError

    settings = Settings.from_environment()
    if profile is not None:
        settings = dataclasses.replace(settings, profile=profile.value)
    try:
        train_again(settings, packs=tuple(pack or settings.packs), only=only.value if only else None, force=force)
    except StepError as error:
        print(f"\n{error}", file=sys.stderr)
        raise typer.Exit(1) from error


@chat.command()
def chat_in_terminal(
    say: Annotated[
        list[str] | None, typer.Option(help="Say this instead of reading the terminal; may be given again.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Begin a new conversation; default: go on with the last.")] = False,
    url: Annotated[str, typer.Option(help="Address of the gateway; default: the one of this machine.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="With --say: one JSON message a line.")] = False,
) -> None:
    """Talks with the running bot in the terminal; a number picks a choice, "like 2" an item, /quit ends.

    \b
    instructrec chat
    instructrec chat --new --say "a funny film from the nineties" --say "like 1"
    """
    from rich.console import Console

    from bot.launch.chat import talk
    from bot.launch.chat_api import ChatError
    from bot.launch.processes import all_processes

    settings = Settings.from_environment()
    address = (url or all_processes(settings)[-1].address).rstrip("/")
    try:
        talk(address, settings.home / "chat-session.json", Console(highlight=False), say or (), new, as_json)
    except ChatError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@understand.command()
def understand_lines() -> None:
    """Reads one utterance a line and writes one JSON object a line: language, intent, constraints, items.

    \b
    echo "a funny film, but not for children" | instructrec understand
    instructrec understand < utterances.txt > understood.jsonl
    """
    _become_assistant("bot.assistant.understand")


@evaluate_understanding.command()
def evaluate_what_is_understood(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Folder for a report with confusions and the worst errors.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder with the public sets clinc150 and crosswoz.")] = None,
    seed: Annotated[int, typer.Option(help="Of the messages that are made from titles and values.")] = 0,
) -> None:
    """Measures the trained assistant on wording it was never trained on: intents, constraints, titles, what it refuses.

    \b
    instructrec evaluate understanding --json
    instructrec evaluate understanding --report understanding
    """
    options = ["--seed", str(seed), *(["--json"] if as_json else [])]
    for name, path in (("--report", report), ("--data", data)):
        options += [name, str(path.expanduser().resolve())] if path else []
    _become_assistant("bot.assistant.evaluation", *options)


@pack_check.command()
def check_pack(
    name: Annotated[str, typer.Argument(help="The pack.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Shows what is doubtful in a pack's words: values without phrases, clashes, examples that are misread.

    Exit status 1 when there are doubts.

    \b
    instructrec pack check movies
    instructrec pack check movies --json
    """
    _become_assistant("bot.assistant.pack_content", "check", name, *(["--json"] if as_json else []))


@pack_sample.command()
def sample_pack(
    name: Annotated[str, typer.Argument(help="The pack.")],
    count: Annotated[int, typer.Option(min=1, help="Sentences.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Shows sentences that a pack teaches the assistant, expanded from its templates, with their intents.

    \b
    instructrec pack sample movies
    instructrec pack sample movies --count 100 --seed 1
    """
    options = ["--count", str(count), "--seed", str(seed), *(["--json"] if as_json else [])]
    _become_assistant("bot.assistant.pack_content", "sample", name, *options)


def _become_assistant(module: str, *options: str) -> None:
    """Goes on as a module of the assistant, in the assistant's own environment."""
    from bot.launch.environments import PROJECT, assistant_environment
    from bot.launch.processes import QUIET, of_all_but_the_gateway, without_settings

    settings = Settings.from_environment()
    python = str(assistant_environment().python)
    if not os.path.exists(python):
        print(f"{python}: there is no such environment yet; run `make setup`", file=sys.stderr)
        raise typer.Exit(1)
    variables = {
        **QUIET,
        **without_settings(os.environ),
        **of_all_but_the_gateway(settings),
        "PYTHONWARNINGS": "ignore",
    }
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    sys.stdout.flush()
    os.execve(python, [python, "-m", module, *options], variables)
