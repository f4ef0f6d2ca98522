"""The way in: what `make` calls runs on old Pythons and knows every target."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

from bot.launch import bootstrap
from bot.launch.pythons import probe

PROJECT = Path(__file__).resolve().parents[3]
VERBS = ("run", "setup", "test", "lint", "lock", "clean")
BEGINS = ("bootstrap", "environments", "locks", "node", "pythons", "stamps", "steps")


@pytest.mark.parametrize("name", BEGINS)
def test_it_is_python_3_8(name: str) -> None:
    source = (PROJECT / "bot" / "launch" / f"{name}.py").read_text()
    tree = ast.parse(source, feature_version=(3, 8))
    newer = {"removeprefix", "removesuffix", "pairwise", "bit_count", "is_relative_to"}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert used & newer == set()


def old_pythons() -> list[str]:
    """The Pythons of this machine that are older than the app's, 3.8 at least."""
    roots = [Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions", Path("/usr")]
    candidates = [
        *roots[0].glob("3.[89].*/bin/python"),
        *roots[1].glob("bin/python3.[89]"),
        *roots[1].glob("bin/python3.10"),
    ]
    return [str(path) for path in candidates if probe(str(path), os.environ) is not None]


@pytest.mark.parametrize("python", old_pythons() or [pytest.param("", marks=pytest.mark.skip("no older Python here"))])
def test_an_older_python_that_is_here_can_run_it(python: str) -> None:
    command = [python, "-B", "-m", "bot.launch.bootstrap", "nonsense"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 2
    assert result.stderr.startswith("usage: python -m bot.launch.bootstrap")


def test_make_has_a_target_for_every_verb() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = re.search(r"^(run [a-z ]+):$", makefile, re.MULTILINE)
    assert targets is not None
    assert tuple(targets.group(1).split()) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_the_usage_names_every_verb(verb: str) -> None:
    assert re.search(rf"^  {verb}\s", bootstrap.USAGE, re.MULTILINE)


def test_clean_keeps_conversations_and_imported_packs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "var"
    for name in ("models/assistant", "stamps", "packs/teas", "logs"):
        (home / name).mkdir(parents=True)
    (home / "instructrec.db").write_text("")
    (home / "secret").write_text("")
    monkeypatch.setenv("INSTRUCTREC_HOME", str(home))
    monkeypatch.setattr(bootstrap, "PROJECT", tmp_path)
    monkeypatch.setattr(bootstrap, "app_environment", lambda: bootstrap_environment(tmp_path, ".venv"))
    monkeypatch.setattr(bootstrap, "assistant_environment", lambda: bootstrap_environment(tmp_path, ".venv-rasa"))
    assert bootstrap.main(["clean"]) == 0
    assert sorted(path.name for path in home.iterdir()) == ["instructrec.db", "packs", "secret"]
    assert (home / "packs" / "teas").is_dir()
    assert not (tmp_path / ".venv").exists()


def bootstrap_environment(root: Path, name: str) -> object:
    from bot.launch.environments import Environment

    (root / name).mkdir()
    return Environment(name, root / name, root / "lock", [(3, 11)])


def test_continuous_integration_is_one_script_that_bash_can_read() -> None:
    script = PROJECT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)]).returncode == 0
    assert "set -euo pipefail" in script.read_text()
