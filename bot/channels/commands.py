"""The command `instructrec user`: what is stored about a person, to hand over and to erase."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from data.errors import DataError
from data.settings import Settings
from data.store.errors import StoreError
from data.store.store import Store

user_app = typer.Typer(add_completion=False, no_args_is_help=True)
User = Annotated[str, typer.Argument(help="user_id, as `POST /api/v1/sessions` gave it.")]


@user_app.callback()
def user_commands() -> None:
    """What is stored about a person: handed over or erased.

    \b
    instructrec user export USER_ID > person.json
    instructrec user erase USER_ID --yes
    """


@user_app.command("export")
def export_user(user: User) -> None:
    """Prints every row that belongs to a person as one JSON object.

    \b
    instructrec user export 7d0c1f9a
    instructrec user export 7d0c1f9a > person.json
    """
    with open_store() as store:
        known = store.everything_about(user)
    if not known:
        raise _nobody(user)
    print(json.dumps(known, ensure_ascii=False, indent=1))


@user_app.command("erase")
def erase_user(
    user: User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Erases a person with all conversations, needs, likes and messages. It cannot be taken back.

    \b
    instructrec user erase 7d0c1f9a
    instructrec user erase 7d0c1f9a --yes
    """
    with open_store() as store:
        count = len(store.conversations_of(user))
        if not yes:
            typer.confirm(f"Erase {user} with {count} conversations?", abort=True, err=True)
        if not store.erase(user):
            raise _nobody(user)
    print(f"{user}: erased, {count} conversations with it")


@contextmanager
def open_store() -> Iterator[Store]:
    """The store of the settings, its tables made. Raises DataError."""
    store = Store(Settings.from_environment().database_url)
    try:
        store.migrate()
        yield store
    except StoreError as error:
        raise DataError(f"database: {error}") from error
    finally:
        store.close()


def _nobody(user: str) -> DataError:
    return DataError(f"user {user!r}: nobody is stored under that id")
