"""The command `instructrec`: one name for the commands that every layer registers as an entry point."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperGroup

from data.errors import DataError

GROUP = "instructrec.commands"


class _EntryPoints(TyperGroup):
    """Commands found by entry point and imported only when asked for, so that no command pays for another's imports."""

    registered = GROUP

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({entry.name for entry in entry_points(group=self.registered)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        for entry in entry_points(group=self.registered, name=cmd_name):
            command = typer.main.get_command(entry.load())
            command.name = cmd_name
            return command
        return None


class _Evaluations(_EntryPoints):
    """What can be measured; every layer registers its own."""

    registered = f"{GROUP}.evaluate"


evaluate = typer.Typer(cls=_Evaluations, add_completion=False, no_args_is_help=True)


@evaluate.callback()
def evaluations() -> None:
    """Measures what is served: figures with their protocol.

    \b
    instructrec evaluate ranker --pack movies
    instructrec evaluate understanding --json
    """


class _PackCommands(_EntryPoints):
    """What can be done with a pack; every layer registers its own."""

    registered = f"{GROUP}.pack"


pack = typer.Typer(cls=_PackCommands, add_completion=False, no_args_is_help=True)


@pack.callback()
def pack_commands() -> None:
    """Packs: a catalog with its words, imported, checked and sampled.

    \b
    instructrec pack import wines.csv --name wines
    instructrec pack check wines
    """


app = typer.Typer(cls=_EntryPoints, add_completion=False, context_settings={"help_option_names": ["-h", "--help"]})


@app.callback()
def instructrec() -> None:
    """A conversational recommender for your own catalog.

    \b
    instructrec up
    instructrec chat
    """


class _Benches(_EntryPoints):
    """What can be timed; every layer registers its own."""

    registered = f"{GROUP}.bench"


bench = typer.Typer(cls=_Benches, add_completion=False, no_args_is_help=True)


@bench.callback()
def benches() -> None:
    """Measures speed, beside what the same machine does at best.

    \b
    instructrec bench ranker --items 1682
    instructrec bench ranker --json
    """


def main() -> None:
    """Runs the command line; bad content or settings end it with their problems, one a line, and status 2."""
    try:
        app()
    except DataError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(2)
