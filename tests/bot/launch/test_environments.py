"""Environments: half-made ones are made anew, and nobody downloads CUDA by accident."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bot.launch import environments
from bot.launch.environments import Environment, drop_if_broken, environment_step, torch_backend
from bot.launch.steps import Runner, StepError

HERE = (sys.version_info[0], sys.version_info[1])
UV = """#!/bin/sh
echo "$@" >> {calls}
case "$1" in
  venv) mkdir -p "$5/bin" && ln -s {python} "$5/bin/python" && : > "$5/pyvenv.cfg";;
  pip) exit {status};;
esac
"""


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment to be made from an empty lock file by this Python."""
    lock = tmp_path / "locks" / "app.txt"
    lock.parent.mkdir()
    lock.write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    return Environment("app", tmp_path / ".venv", lock, [HERE])


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A PATH on which this Python is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python3").symlink_to(sys.executable)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def write_uv(tmp_path: Path, status: int = 0) -> str:
    uv = tmp_path / "uv"
    uv.write_text(UV.format(calls=tmp_path / "calls", python=sys.executable, status=status))
    uv.chmod(0o755)
    return str(uv)


def make(environment: Environment, uv: str, environ: dict[str, str], tmp_path: Path) -> list[str]:
    runner = Runner(tmp_path / "logs", out=io.StringIO())
    return runner.run([environment_step(environment, uv, environ, tmp_path)])


def calls(tmp_path: Path) -> list[str]:
    return [line.split()[0] for line in (tmp_path / "calls").read_text().splitlines()]


def test_it_is_made_once(environment: Environment, environ: dict[str, str], tmp_path: Path) -> None:
    uv = write_uv(tmp_path)
    assert make(environment, uv, environ, tmp_path) == ["environment-app"]
    assert make(environment, uv, environ, tmp_path) == []
    assert calls(tmp_path) == ["venv", "pip", "pip"]


def test_a_changed_lock_is_installed_into_the_same_environment(
    environment: Environment, environ: dict[str, str], tmp_path: Path
) -> None:
    uv = write_uv(tmp_path)
    make(environment, uv, environ, tmp_path)
    environment.lock.write_text("# newer\n")
    assert make(environment, uv, environ, tmp_path) == ["environment-app"]
    assert calls(tmp_path) == ["venv", "pip", "pip", "pip", "pip"]


def test_one_left_half_made_is_made_anew(environment: Environment, environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(StepError, match="uv could not install app.txt"):
        make(environment, write_uv(tmp_path, status=1), environ, tmp_path)
    assert environment.unfinished.exists()
    make(environment, write_uv(tmp_path), environ, tmp_path)
    assert not environment.unfinished.exists()
    assert calls(tmp_path).count("venv") == 2


def test_one_whose_python_does_not_run_is_removed(environment: Environment, environ: dict[str, str]) -> None:
    (environment.folder / "bin").mkdir(parents=True)
    environment.python.symlink_to("/nowhere/python")
    assert drop_if_broken(environment, environ)
    assert not environment.folder.exists()


def test_one_of_another_python_is_removed(tmp_path: Path, environ: dict[str, str]) -> None:
    environment = Environment("app", tmp_path / ".venv", tmp_path / "app.txt", [(3, 47)])
    (environment.folder / "bin").mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    assert drop_if_broken(environment, environ)


def test_one_that_works_stays(environment: Environment, environ: dict[str, str]) -> None:
    (environment.folder / "bin").mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    assert not drop_if_broken(environment, environ)


def test_one_that_is_not_as_locked_is_a_failure_that_names_the_package(
    environment: Environment, environ: dict[str, str], tmp_path: Path
) -> None:
    environment.lock.write_text("no-such-package==1.2\n")
    with pytest.raises(StepError) as failed:
        make(environment, write_uv(tmp_path), environ, tmp_path)
    assert "not installed as locked: no-such-package 1.2 (missing)" in str(failed.value)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "app.txt"
    path.write_text("numpy==2.4.6\ntorch==2.13.0\n")
    return path


def test_without_a_gpu_torch_comes_without_cuda(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "has_nvidia_gpu", lambda: False)
    assert torch_backend(lock, {}) == "cpu"


def test_with_a_gpu_uv_finds_out_which_cuda(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "has_nvidia_gpu", lambda: True)
    assert torch_backend(lock, {}) == "auto"


def test_a_wheel_that_is_here_is_taken_as_it_is(lock: Path, tmp_path: Path) -> None:
    (tmp_path / "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl").touch()
    assert torch_backend(lock, {"PIP_FIND_LINKS": str(tmp_path)}) is None


def test_the_choice_of_the_person_stands(lock: Path) -> None:
    assert torch_backend(lock, {"UV_TORCH_BACKEND": "cu130"}) is None


def test_a_lock_without_torch_needs_no_choice(tmp_path: Path) -> None:
    (tmp_path / "assistant.txt").write_text("rasa==3.6.21\n")
    assert torch_backend(tmp_path / "assistant.txt", {}) is None
