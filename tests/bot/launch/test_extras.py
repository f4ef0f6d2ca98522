"""Every extra of pyproject.toml brings what the code of its process imports: an image has nothing else."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
import tomllib

PROJECT = Path(__file__).resolve().parents[3]
OURS = {"actions", "bot", "data", "recommender"}
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement: str) -> str:
    return normal(re.match(r"[A-Za-z0-9._-]+", requirement)[0])  # type: ignore[index]


def asked_for(extra: str) -> set[str]:
    """The distributions of an extra, through extras of extras, and those everything has."""
    found = {name_of(requirement) for requirement in PYPROJECT["dependencies"]}
    for requirement in PYPROJECT["optional-dependencies"][extra]:
        inner = re.match(r"instructrec-bot\[(.*)\]", requirement)
        found |= set().union(*map(asked_for, inner.group(1).split(","))) if inner else {name_of(requirement)}
    return found


@cache
def brought_by(name: str) -> frozenset[str]:
    """What a distribution requires without extras of its own, as installed here."""
    try:
        plain = [each for each in requires(name) or () if "extra ==" not in each]
    except PackageNotFoundError:
        return frozenset()
    return frozenset(map(name_of, plain))


def with_all_they_bring(names: Iterable[str]) -> set[str]:
    found, waiting = set(), set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= brought_by(name) - found
    return found


def imported(folder: Path) -> Iterator[tuple[str, str]]:
    """Every import from outside that a module cannot go on without, with its file."""
    for path in [folder] if folder.is_file() else sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        guarded = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Try) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            if id(node) in guarded:
                continue
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            tops = {name.split(".")[0] for name in names} - OURS - set(sys.stdlib_module_names)
            yield from ((str(path.relative_to(PROJECT)), top) for top in tops)


def lacking(folders: Iterable[str], available: set[str]) -> list[str]:
    distributions = packages_distributions()
    found = {entry for folder in folders for entry in imported(PROJECT / folder)}
    return sorted(
        f"{file} imports {top}"
        for file, top in found
        if not {normal(name) for name in distributions.get(top, [top])} & available
    )


@pytest.mark.parametrize(
    ("extra", "folders"),
    [
        ("gateway", ["bot/channels", "bot/words.py", "data/store"]),
        ("actions", ["actions", "data/store"]),
        ("ranker", [f"recommender/{part}" for part in ("model", "pipeline", "training", "serving")]),
        ("reading", ["data/reading"]),
        ("app", ["bot/launch", "bot/channels", "actions", "recommender", "data"]),
    ],
)
def test_an_extra_brings_what_its_code_imports(extra: str, folders: list[str]) -> None:
    found = lacking(folders, with_all_they_bring(asked_for(extra)))
    of_processes = [line for line in found if extra == "app" or "/commands.py " not in line]  # commands are the app's
    assert of_processes == []


def test_what_reads_text_can_do_so_in_the_assistants_environment_too() -> None:
    locked = {line.split("==")[0] for line in (PROJECT / "locks" / "assistant.txt").read_text().splitlines()}
    assert lacking(["data/reading"], locked) == []


def test_a_missing_distribution_is_found_out() -> None:
    assert lacking(["data/store"], {"pyyaml"})[-1].endswith("imports sqlalchemy")
