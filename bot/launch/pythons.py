"""Finds what set-up needs on this machine: uv, and Python interpreters that really run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

APP_VERSIONS = ((3, 11), (3, 12), (3, 13))
"""Python versions of `.venv`, the one its lock was resolved for first."""
ASSISTANT_VERSIONS = ((3, 10),)
"""Rasa 3.6 needs Python below 3.11."""
UV_INSTALLER = "https://astral.sh/uv/install.sh"
PROBE = (
    "import sys, platform; print(getattr(sys, '_base_executable', None) or sys.executable); "
    "print(sys.version_info[0], sys.version_info[1], platform.python_implementation())"
)


class Interpreter(NamedTuple):
    """A Python that was run and answered."""

    path: str
    version: tuple[int, int]


class MissingTool(RuntimeError):
    """Something set-up needs that is not here and could not be fetched."""


def find_uv(tools: Path, environ: Mapping[str, str]) -> str:
    """Path of a uv that runs: on PATH, else the one kept in `tools`, else fetched there. Raises MissingTool."""
    for candidate in (*_on_path("uv", environ), str(tools / "uv" / "bin" / "uv"), str(tools / "uv" / "uv")):
        if _output([candidate, "--version"], environ).startswith("uv "):
            return candidate
    return _fetch_uv(tools / "uv", environ)


def find_python(versions: Sequence[tuple[int, int]], uv: str, environ: Mapping[str, str]) -> Interpreter:
    """An interpreter of one of `versions`, the first preferred; uv fetches it when none is here. Raises MissingTool."""
    for version in versions:
        for candidate in _candidates(version, uv, environ):
            found = probe(candidate, environ)
            if found is not None and found.version == version:
                return found
    return _fetch_python(versions[0], uv, environ)


def probe(command: str, environ: Mapping[str, str]) -> Interpreter | None:
    """The interpreter behind a command, or None when it does not run: a pyenv shim may name a version not active."""
    lines = _output([command, "-c", PROBE], environ).splitlines()
    if len(lines) != 2:
        return None
    major, minor, implementation = lines[1].split()
    return Interpreter(lines[0], (int(major), int(minor))) if implementation == "CPython" else None


def index_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """What uv must be told so that it fetches from where pip is told to."""
    variables = {"UV_HTTP_TIMEOUT": "180"}
    for uv_name, pip_name in (
        ("UV_FIND_LINKS", "PIP_FIND_LINKS"),
        ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"),
        ("UV_INDEX", "PIP_EXTRA_INDEX_URL"),
        ("SSL_CERT_FILE", "PIP_CERT"),
    ):
        if environ.get(pip_name):
            separator = "," if uv_name == "UV_FIND_LINKS" else " "
            variables[uv_name] = separator.join(environ[pip_name].split())
    return {name: value for name, value in variables.items() if not environ.get(name)}


def _candidates(version: tuple[int, int], uv: str, environ: Mapping[str, str]) -> Iterator[str]:
    name = "{}.{}".format(*version)
    yield from _on_path(f"python{name}", environ)
    yield from (*_on_path("python3", environ), *_on_path("python", environ))
    yield from _in_pyenv(name, environ)
    yield from _managed(name, uv, environ)


def _on_path(name: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Every file of that name on PATH, not only the first: the first may be a shim that fails."""
    for folder in environ.get("PATH", "").split(os.pathsep):
        path = Path(folder or ".") / name
        if path.is_file() and os.access(str(path), os.X_OK):
            yield str(path)


def _in_pyenv(name: str, environ: Mapping[str, str]) -> Iterator[str]:
    roots = [Path(environ[key]) / below for key, below in (("PYENV_ROOT", ""), ("HOME", ".pyenv")) if environ.get(key)]
    for root in roots:
        for folder in sorted(root.glob(f"versions/{name}.*"), key=_numbers_of, reverse=True):
            yield str(folder / "bin" / "python")


def _managed(name: str, uv: str, environ: Mapping[str, str]) -> Iterator[str]:
    """The interpreter that uv keeps; it is not asked about PATH, where it stops at the first shim that fails."""
    only_managed = dict(environ, UV_PYTHON_PREFERENCE="only-managed")
    found = _output([uv, "python", "find", "--no-project", name], only_managed).strip()
    if found:
        yield found


def _numbers_of(folder: Path) -> list[int]:
    return [int(part) for part in folder.name.split(".") if part.isdigit()]


def _fetch_python(version: tuple[int, int], uv: str, environ: Mapping[str, str]) -> Interpreter:
    name = "{}.{}".format(*version)
    print(f"Python {name} is not on this machine: uv fetches it", flush=True)
    subprocess.run([uv, "python", "install", name], env=dict(environ), stdin=subprocess.DEVNULL)
    for candidate in _managed(name, uv, environ):
        found = probe(candidate, environ)
        if found is not None:
            return found
    raise MissingTool(
        f"Python {name}: not on PATH, not under pyenv, and uv could not fetch it. Install Python {name} "
        f"(for example: pyenv install {name}, or apt install python{name}) and run the same command again."
    )


def _fetch_uv(folder: Path, environ: Mapping[str, str]) -> str:
    print("uv is not on this machine: it is fetched into " + str(folder), flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    target = dict(environ, UV_INSTALL_DIR=str(folder), UV_UNMANAGED_INSTALL=str(folder))
    attempts = (
        [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder), "uv"],
        ["sh", "-c", f"curl -LsSf {UV_INSTALLER} | sh"],
    )
    said = []
    for command in attempts:
        tried = subprocess.run(
            command, env=target, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said.append(tried.stdout.decode("utf-8", "replace").strip())
        for candidate in (folder / "bin" / "uv", folder / "uv"):
            if _output([str(candidate), "--version"], environ).startswith("uv "):
                return str(candidate)
    raise MissingTool(
        "uv: not on PATH, and neither pip nor curl could fetch it. Install it (https://docs.astral.sh/uv) "
        "and run the same command again.\n" + "\n".join(said)
    )


def _output(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """What a command prints, or nothing when it cannot be run, fails or takes longer than 20 s."""
    try:
        result = subprocess.run(
            list(command), env=dict(environ), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=20,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.decode("utf-8", "replace") if result.returncode == 0 else ""
