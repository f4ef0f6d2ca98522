"""The commands: their help, and what they answer when nothing runs."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.launch import commands
from data import command

NAMES = ("up", "status", "train", "chat", "understand", "evaluate understanding", "pack check", "pack sample")


def app_of(name: str) -> typer.Typer:
    return getattr(commands, name.replace(" ", "_"))


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home, and ports on which nobody listens."""
    for name in list(os.environ):
        if name.startswith("INSTRUCTREC_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("INSTRUCTREC_HOME", str(tmp_path))
    for number, process in enumerate(("GATEWAY", "ASSISTANT", "ACTIONS", "RANKER"), 2):
        monkeypatch.setenv(f"INSTRUCTREC_{process}_PORT", str(number))
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_its_help_has_two_invocations_whose_options_exist(name: str) -> None:
    wanted = typer.main.get_command(app_of(name))
    examples = [line.strip() for line in (wanted.help or "").splitlines() if f"instructrec {name}" in line]
    assert len(examples) == 2
    for example in examples:
        words = shlex.split(example.partition(f"instructrec {name}")[2].partition("<")[0])
        wanted.make_context(name, words, resilient_parsing=False).close()


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_refused(name: str) -> None:
    assert CliRunner().invoke(app_of(name), ["--no-such-option"]).exit_code == 2


def test_every_layer_adds_what_it_measures_to_one_command() -> None:
    shown = CliRunner().invoke(command.app, ["evaluate", "--help"]).stdout
    assert "ranker" in shown and "understanding" in shown
    assert CliRunner().invoke(command.app, ["evaluate", "ranker", "--help"]).exit_code == 0


def test_status_of_nothing_is_1_and_says_which_are_down(nowhere: Path) -> None:
    result = CliRunner().invoke(commands.status, ["--json"])
    assert result.exit_code == 1
    processes = json.loads(result.output)["processes"]
    assert [(process["name"], process["is_ready"], process["port"]) for process in processes] == [
        ("ranker", False, 5),
        ("actions", False, 4),
        ("assistant", False, 3),
        ("gateway", False, 2),
    ]
    assert processes[3]["why"] == "nothing listens on http://127.0.0.1:2"


def test_status_for_people_says_the_same(nowhere: Path) -> None:
    result = CliRunner().invoke(commands.status, [])
    assert result.exit_code == 1
    assert result.output.count("not ready") == 4


def test_up_without_set_up_says_what_is_missing_and_what_to_run(nowhere: Path) -> None:
    result = CliRunner().invoke(commands.up, [])
    assert result.exit_code == 1
    assert "make setup" in result.output
    assert "a trained assistant" in result.output
    assert "a trained ranker for movies" in result.output


def test_chat_without_a_gateway_says_what_to_start(nowhere: Path) -> None:
    result = CliRunner().invoke(commands.chat, ["--say", "hello"])
    assert result.exit_code == 1
    assert "http://127.0.0.1:2: " in result.output
    assert "instructrec up" in result.output


def test_train_of_an_unknown_pack_lists_those_that_exist(nowhere: Path) -> None:
    code = "from bot.launch.commands import train; train(['--pack', 'tees'])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode != 0
    assert "pack 'tees': no such pack or folder; there are movies" in result.stderr


def test_no_command_loads_anything_heavy_for_its_help() -> None:
    code = (
        "import sys, bot.launch.commands; "
        "print([name for name in ('torch', 'aiohttp', 'numpy', 'sqlalchemy', 'spacy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


UNDERSTAND = """
import sys
from pathlib import Path
from bot.launch import commands, environments
environments.assistant_environment = lambda: environments.Environment("assistant", Path(sys.argv[1]), Path(), [])
commands.understand([])
"""


def test_understand_hands_its_input_to_the_assistant(nowhere: Path) -> None:
    python = nowhere / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@ $RASA_TELEMETRY_ENABLED"\ncat\nexit 7\n')
    python.chmod(0o755)
    command = [sys.executable, "-c", UNDERSTAND, str(nowhere / "venv")]
    result = subprocess.run(command, input="一部喜剧\n", capture_output=True, text=True)
    assert result.stdout == "-m bot.assistant.understand false\n一部喜剧\n"
    assert result.returncode == 7


def test_every_command_is_registered() -> None:
    from importlib.metadata import entry_points

    registered = {
        " ".join([*entry.group.split(".")[2:], entry.name]): entry.value
        for group in ("instructrec.commands", "instructrec.commands.evaluate", "instructrec.commands.pack")
        for entry in entry_points(group=group)
    }
    expected = {name: f"bot.launch.commands:{name.replace(' ', '_')}" for name in NAMES}
    assert {name: registered.get(name) for name in NAMES} == expected
