"""Finding uv and Python on a machine, with interpreters that are small scripts."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.launch.pythons import Interpreter, MissingTool, find_python, find_uv, index_variables, probe

Put = Callable[[str, str], Path]
SHIM = 'echo "pyenv: python3.10: command not found" >&2\nexit 127'
NO_UV = "exit 1"


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes an executable shell script below the test's folder."""

    def write(path: str, body: str) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return file

    return write


def answers(path: str, version: str, implementation: str = "CPython") -> str:
    return f'echo "{path}"\necho "{version.replace(".", " ")} {implementation}"'


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine whose PATH and home lie in the test's folder."""
    return {"PATH": f"{tmp_path / 'shims'}:{tmp_path / 'bin'}", "HOME": str(tmp_path / "home")}


def test_a_python_that_runs_tells_its_version(put: Put, environ: dict[str, str]) -> None:
    python = put("bin/python3.10", answers("/opt/python3.10", "3.10"))
    assert probe(str(python), environ) == Interpreter("/opt/python3.10", (3, 10))


def test_a_shim_that_fails_is_no_python(put: Put, environ: dict[str, str]) -> None:
    assert probe(str(put("bin/python3.10", SHIM)), environ) is None


def test_another_implementation_is_not_taken(put: Put, environ: dict[str, str]) -> None:
    assert probe(str(put("bin/python3.10", answers("/opt/pypy", "3.10", "PyPy"))), environ) is None


def test_a_file_that_is_no_program_is_no_python(tmp_path: Path, environ: dict[str, str]) -> None:
    assert probe(str(tmp_path), environ) is None


def test_a_working_python_behind_a_failing_shim_is_found(put: Put, environ: dict[str, str]) -> None:
    put("shims/python3.10", SHIM)
    put("bin/python3.10", answers("/opt/python3.10", "3.10"))
    assert find_python([(3, 10)], "no-uv", environ).path == "/opt/python3.10"


def test_a_python3_of_the_right_version_is_found(put: Put, environ: dict[str, str]) -> None:
    put("bin/python3", answers("/opt/python3", "3.11"))
    assert find_python([(3, 11)], "no-uv", environ).path == "/opt/python3"


def test_a_python3_of_another_version_is_not_taken(put: Put, environ: dict[str, str]) -> None:
    put("bin/python3", answers("/opt/python3", "3.9"))
    put("home/.pyenv/versions/3.10.9/bin/python", answers("/home/pyenv/3.10.9", "3.10"))
    assert find_python([(3, 10)], "no-uv", environ).path == "/home/pyenv/3.10.9"


def test_the_newest_of_pyenv_is_found_though_it_is_not_active(put: Put, environ: dict[str, str]) -> None:
    put("shims/python3.10", SHIM)
    put("home/.pyenv/versions/3.10.9/bin/python", answers("/home/pyenv/3.10.9", "3.10"))
    put("home/.pyenv/versions/3.10.13/bin/python", answers("/home/pyenv/3.10.13", "3.10"))
    assert find_python([(3, 10)], "no-uv", environ).path == "/home/pyenv/3.10.13"


def test_pyenv_elsewhere_is_found(put: Put, environ: dict[str, str], tmp_path: Path) -> None:
    put("pyenv/versions/3.10.2/bin/python", answers("/pyenv/3.10.2", "3.10"))
    assert find_python([(3, 10)], "no-uv", {**environ, "PYENV_ROOT": str(tmp_path / "pyenv")}).path == "/pyenv/3.10.2"


def test_the_preferred_version_wins_over_a_newer_one(put: Put, environ: dict[str, str]) -> None:
    put("shims/python3.12", answers("/opt/python3.12", "3.12"))
    put("bin/python3.11", answers("/opt/python3.11", "3.11"))
    assert find_python([(3, 11), (3, 12)], "no-uv", environ).path == "/opt/python3.11"


def test_a_newer_one_is_taken_when_the_preferred_is_not_there(put: Put, environ: dict[str, str]) -> None:
    put("bin/python3.12", answers("/opt/python3.12", "3.12"))
    found = find_python([(3, 47), (3, 12)], "no-uv", environ)
    assert found.version == (3, 12)


def test_uv_fetches_a_python_that_is_not_there(put: Put, environ: dict[str, str], tmp_path: Path) -> None:
    fetched = tmp_path / "fetched"
    kept = put("kept/python", answers("/uv/python3.47", "3.47"))
    uv = put(
        "bin/uv",
        f'case "$2" in install) : > {fetched};; find) test -e {fetched} && echo {kept};; esac',
    )
    assert find_python([(3, 47)], str(uv), environ).path == "/uv/python3.47"


def test_a_python_that_nobody_has_is_an_error_that_says_what_to_do(put: Put, environ: dict[str, str]) -> None:
    with pytest.raises(MissingTool, match=r"Python 3\.47: not on PATH, not under pyenv.*pyenv install 3\.47"):
        find_python([(3, 47)], str(put("bin/uv", NO_UV)), environ)


def test_a_uv_that_fails_is_passed_over(put: Put, tmp_path: Path) -> None:
    put("shims/uv", "exit 127")
    working = put("bin/uv", "echo uv 0.9.9")
    environ = {"PATH": f"{tmp_path / 'shims'}:{tmp_path / 'bin'}"}
    assert find_uv(tmp_path / "tools", environ) == str(working)


def test_the_uv_fetched_before_is_used(put: Put, tmp_path: Path) -> None:
    kept = put("tools/uv/bin/uv", "echo uv 0.9.9")
    assert find_uv(tmp_path / "tools", {"PATH": str(tmp_path / "bin")}) == str(kept)


def test_uv_is_told_where_pip_looks() -> None:
    environ = {"PIP_FIND_LINKS": "/wheels /more", "PIP_INDEX_URL": "https://index.example/simple"}
    assert index_variables(environ) == {
        "UV_HTTP_TIMEOUT": "180",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_DEFAULT_INDEX": "https://index.example/simple",
    }


def test_what_uv_was_told_already_stays() -> None:
    assert index_variables({"PIP_FIND_LINKS": "/wheels", "UV_FIND_LINKS": "/mine", "UV_HTTP_TIMEOUT": "9"}) == {}
