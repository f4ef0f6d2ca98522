"""Makes the two virtual environments from their lock files: `.venv` for everything, `.venv-rasa` for the assistant."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.launch.pythons import APP_VERSIONS, ASSISTANT_VERSIONS, find_python, index_variables, probe
from bot.launch.stamps import Stamp
from bot.launch.steps import Step, StepError, Task

PROJECT = Path(__file__).resolve().parent.parent.parent
UNFINISHED = "instructrec-unfinished"
"""File that lies in an environment while packages are being installed into it."""
CHECK = """
import sys
from importlib import metadata
wrong = []
for line in open(sys.argv[1], encoding="utf-8"):
    name, _, wanted = line.strip().partition("==")
    try:
        found = metadata.version(name).split("+")[0] if wanted else ""
    except metadata.PackageNotFoundError:
        found = "missing"
    if found != wanted:
        wrong.append(f"{name} {wanted} ({found})")
sys.exit("not installed as locked: " + ", ".join(wrong) if wrong else 0)
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the lock file it is made from."""

    name: str
    folder: Path
    lock: Path
    versions: Sequence[tuple[int, int]]

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def unfinished(self) -> Path:
        """There while packages are being installed: an environment that has it was left half-made."""
        return self.folder / UNFINISHED


def app_environment(root: Path = PROJECT) -> Environment:
    """`.venv`: gateway, action server, ranker and the command line."""
    return Environment("app", root / ".venv", root / "locks" / "app.txt", APP_VERSIONS)


def assistant_environment(root: Path = PROJECT) -> Environment:
    """`.venv-rasa`: Rasa and its old pins."""
    return Environment("assistant", root / ".venv-rasa", root / "locks" / "assistant.txt", ASSISTANT_VERSIONS)


def environment_step(environment: Environment, uv: str, environ: Mapping[str, str], root: Path = PROJECT) -> Step:
    """The step that makes an environment, or brings it to its lock file; a half-made one is made anew."""
    stamp = Stamp(
        environment.folder / "instructrec-stamp",
        (environment.lock, root / "pyproject.toml"),
        {"root": str(root)},
        (environment.python, environment.folder / "pyvenv.cfg"),
    )

    def work(task: Task) -> None:
        variables = index_variables(environ)
        _make_folder(environment, uv, {**environ, **variables}, task)
        environment.unfinished.touch()
        _install_lock(environment, uv, {**environ, **variables}, task)
        _install_project(environment, uv, variables, task, root)
        task.run([str(environment.python), "-c", CHECK, str(environment.lock)])
        environment.unfinished.unlink()

    says = f"installing the {environment.name} environment ({environment.folder.name})"
    return Step(f"environment-{environment.name}", says, work, stamp=stamp)


def drop_if_broken(environment: Environment, environ: Mapping[str, str]) -> bool:
    """Removes an environment that is half-made or whose Python does not run; True when it did."""
    if not environment.folder.exists():
        return False
    found = None if environment.unfinished.exists() else probe(str(environment.python), environ)
    if found is not None and found.version in environment.versions:
        return False
    shutil.rmtree(str(environment.folder))
    return True


def torch_backend(lock: Path, environ: Mapping[str, str]) -> str | None:
    """Which builds of torch to ask for, so that nobody downloads CUDA by accident; None leaves it to the index."""
    pinned = re.search(r"^torch==([^\s+]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None or environ.get("UV_TORCH_BACKEND"):
        return None
    links = f"{environ.get('UV_FIND_LINKS', '')},{environ.get('PIP_FIND_LINKS', '')}".replace(" ", ",").split(",")
    if any(list(Path(link).glob(f"torch-{pinned.group(1)}*.whl")) for link in links if link and Path(link).is_dir()):
        return None
    return "auto" if has_nvidia_gpu() else "cpu"


def has_nvidia_gpu() -> bool:
    """True when NVIDIA's driver is loaded or its tool lists a GPU."""
    if Path("/proc/driver/nvidia/version").exists():
        return True
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    listed = subprocess.run([tool, "-L"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return listed.returncode == 0 and b"GPU" in listed.stdout


def _make_folder(environment: Environment, uv: str, environ: Mapping[str, str], task: Task) -> None:
    drop_if_broken(environment, environ)
    if not environment.folder.exists():
        interpreter = find_python(environment.versions, uv, environ)
        task.run([uv, "venv", "--quiet", "--python", interpreter.path, str(environment.folder)])


def _install_lock(environment: Environment, uv: str, environ: Mapping[str, str], task: Task) -> None:
    install = [uv, "pip", "install", "--python", str(environment.python)]
    backend = torch_backend(environment.lock, environ)
    attempts = [[*install, "--torch-backend", backend]] if backend else []
    attempts += [install, install]
    for attempt in attempts:
        if task.attempt([*attempt, "-r", str(environment.lock)], environ) == 0:
            return
    raise StepError(f"uv could not install {environment.lock.name}")


def _install_project(environment: Environment, uv: str, variables: Mapping[str, str], task: Task, root: Path) -> None:
    """The app environment gets the commands; the assistant only needs to find the packages."""
    if environment.name == "assistant":
        for site in environment.folder.glob("lib/python3*/site-packages"):
            (site / "instructrec.pth").write_text(f"{root}\n", encoding="utf-8")
        return
    install = [uv, "pip", "install", "--python", str(environment.python), "--no-deps"]
    isolation = [] if task.attempt([str(environment.python), "-c", "import setuptools"]) else ["--no-build-isolation"]
    task.run([*install, *isolation, "--editable", str(root)], variables)
