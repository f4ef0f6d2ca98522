"""The command `instructrec agent`: colleagues who may log in to the console."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.channels.commands import open_store
from bot.channels.console.login import NAME_LIMIT
from bot.channels.console.passwords import LEAST_CHARACTERS, hashed
from bot.words import visible
from data.errors import DataError

agent_app = typer.Typer(add_completion=False, no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name that people read when this colleague answers.")]


@agent_app.callback()
def agent_commands() -> None:
    """Colleagues who answer people in the console at /agent/.

    \b
    instructrec agent add Ann
    instructrec agent list
    """


@agent_app.command("add")
def add_agent(
    name: Name,
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
            envvar="AGENT_PASSWORD",
            help="Asked for if not given.",
        ),
    ],
) -> None:
    """Adds a colleague, or gives them another password, which ends their sessions.

    \b
    instructrec agent add Ann
    AGENT_PASSWORD='four words or so' instructrec agent add Ann
    """
    if name != visible(name) or not 0 < len(name) <= NAME_LIMIT:
        raise DataError(f"agent {name!r}: a name has 1 to {NAME_LIMIT} visible characters")
    if len(password) < LEAST_CHARACTERS:
        raise DataError(f"password: has {len(password)} characters; it must have {LEAST_CHARACTERS} or more")
    with open_store() as store:
        store.handoffs.set_agent(name, hashed(password))
    print(f"{name}: may log in at /agent/")


@agent_app.command("list")
def list_agents() -> None:
    """Prints the names, one a line.

    \b
    instructrec agent list
    instructrec agent list | wc -l
    """
    with open_store() as store:
        print("\n".join(store.handoffs.agents()))


@agent_app.command("remove")
def remove_agent(name: Name) -> None:
    """Removes a colleague; their sessions end.

    \b
    instructrec agent remove Ann
    instructrec agent remove "Ann Lee"
    """
    with open_store() as store:
        if not store.handoffs.remove_agent(name):
            known = ", ".join(store.handoffs.agents()) or "nobody"
            raise DataError(f"agent {name!r}: not known; there is {known}")
    print(f"{name}: removed")
