"""`instructrec user`: what is stored about a person, handed over and erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.channels.commands import user_app
from data.errors import DataError
from data.store.store import Store


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    url = f"sqlite:///{tmp_path / 'people.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    opened = Store(url)
    opened.migrate()
    return opened


def test_export_is_all_that_is_stored_as_json(store: Store) -> None:
    conversation = store.open_conversation("web")
    store.add_message(conversation.conversation_id, "user", {"type": "text", "text": "a film with dragons"})
    shown = CliRunner().invoke(user_app, ["export", conversation.user_id])
    assert json.loads(shown.stdout)["conversations"][0]["messages"][0]["text"] == "a film with dragons"


def test_erase_leaves_nothing_of_that_person_and_everything_of_others(store: Store) -> None:
    gone, stays = store.open_conversation("web"), store.open_conversation("web")
    shown = CliRunner().invoke(user_app, ["erase", gone.user_id, "--yes"])
    assert shown.stdout == f"{gone.user_id}: erased, 1 conversations with it\n"
    assert store.everything_about(gone.user_id) == {}
    assert store.conversation(stays.conversation_id) is not None


def test_erase_asks_first_and_a_no_erases_nothing(store: Store) -> None:
    conversation = store.open_conversation("web")
    assert CliRunner().invoke(user_app, ["erase", conversation.user_id], input="n\n").exit_code == 1
    assert store.conversation(conversation.conversation_id) is not None


@pytest.mark.parametrize("arguments", [["export", "nobody"], ["erase", "nobody", "--yes"]])
def test_a_person_nobody_knows_is_an_error_that_names_the_id(store: Store, arguments: list[str]) -> None:
    result = CliRunner().invoke(user_app, arguments)
    assert isinstance(result.exception, DataError)
    assert result.exception.problems == ("user 'nobody': nobody is stored under that id",)
