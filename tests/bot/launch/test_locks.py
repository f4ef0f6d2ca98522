"""The lock files: what they hold, and that they hold on every machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomllib

from bot.launch.locks import EXTRAS, write_neutral

PROJECT = Path(__file__).resolve().parents[3]
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def extras() -> dict[str, list[str]]:
    content = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    return content["project"]["optional-dependencies"]


def required(names: tuple[str, ...] | list[str]) -> set[str]:
    """The distributions that extras ask for, through extras of extras."""
    found: set[str] = set()
    for name in names:
        for requirement in extras()[name]:
            inner = re.match(r"instructrec-bot\[(.*)\]", requirement)
            found |= required(inner.group(1).split(",")) if inner else {normal(NAME.match(requirement)[0])}  # type: ignore[index]
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    lines = (PROJECT / "locks" / f"{name}.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines)


@pytest.mark.parametrize("name", ["app", "assistant"])
def test_every_line_is_one_version_and_nothing_else(name: str) -> None:
    lines = (PROJECT / "locks" / f"{name}.txt").read_text().splitlines()
    wrong = [line for line in lines if not re.fullmatch(r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.]*", line)]
    assert wrong == []


@pytest.mark.parametrize("name", ["app", "assistant"])
def test_everything_asked_for_is_locked(name: str) -> None:
    assert required(list(EXTRAS[name])) - set(locked(name)) == set()


def test_torch_is_locked_without_a_local_build() -> None:
    assert locked("app")["torch"] == "2.13.0"


def test_rasa_is_locked_with_its_pins() -> None:
    pins = locked("assistant")
    assert (pins["rasa"], pins["numpy"], pins["tensorflow"]) == ("3.6.21", "1.23.5", "2.12.0")


def test_what_belongs_to_one_machine_is_taken_out(tmp_path: Path) -> None:
    lock = tmp_path / "app.txt"
    lock.write_text("numpy==2.4.6\nnvidia-cudnn-cu13==9.1\ntorch==2.13.0+cpu\ntriton==3.6.0\n")
    write_neutral(lock)
    assert lock.read_text() == "numpy==2.4.6\ntorch==2.13.0\n"
