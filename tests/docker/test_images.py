"""What the Dockerfiles name exists in the project."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import tomllib

from bot.launch.processes import all_processes
from data.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
PROCESSES = {process.name: process for process in all_processes(Settings().completed())}
FOREIGN = {
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "PYTHONWARNINGS",
    "TOKENIZERS_PARALLELISM",
    "OMP_NUM_THREADS",
    "MPLCONFIGDIR",
}
"""Variables that are read by Python and libraries."""


@pytest.fixture(params=sorted(PROCESSES))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_there_is_one_image_per_process(images) -> None:
    assert set(images) == set(PROCESSES)


def test_what_is_copied_exists(images, name: str) -> None:
    image = images[name]
    copied = [rest.split()[:-1] for rest in image.all("COPY", last_stage=False) if not rest.startswith("--from")]
    sources = [source for parts in copied for source in parts]
    assert sources
    assert [source for source in sources if not (PROJECT / source).exists()] == []


def test_it_runs_the_module_that_the_launcher_runs(images, name: str) -> None:
    assert images[name].command[1:] == list(PROCESSES[name].command[1:])


def test_its_module_is_copied_and_exists(images, name: str) -> None:
    module = images[name].command[2].replace(".", "/")
    assert (PROJECT / f"{module}.py").is_file() or (PROJECT / module / "__main__.py").is_file()
    copied = [rest.split()[0] for rest in images[name].all("COPY")]
    assert any(module == folder or module.startswith(folder + "/") for folder in copied)


def test_its_python_is_the_one_it_installs_into(images, name: str) -> None:
    python = images[name].command[0]
    assert python.endswith("/bin/python")
    assert any(f"uv venv {python.split('/')[0]} " in f"{run} " for run in images[name].all("RUN"))


def test_it_runs_on_the_python_of_its_lock(images, name: str) -> None:
    wanted = "3.10" if name == "assistant" else "3.11"
    assert images[name].all("FROM") == [f"python:{wanted}-slim"]


def test_its_port_is_the_default_one(images, name: str) -> None:
    assert images[name].all("EXPOSE") == [str(PROCESSES[name].port)]


def test_its_health_check_asks_what_the_launcher_asks(images, name: str) -> None:
    _, script, url, *key = images[name].health
    process = PROCESSES[name]
    assert (PROJECT / script).is_file()
    assert url == f"http://127.0.0.1:{process.port}{process.ready_path}"
    assert key == ([process.ready_key] if process.ready_key else [])


def test_it_does_not_run_as_root(images, name: str) -> None:
    assert images[name].all("USER") == ["10001"]
    assert any("useradd --uid 10001" in run for run in images[name].all("RUN"))


def test_its_variables_are_settings_or_known(images, name: str) -> None:
    from bot.launch.processes import QUIET

    known = {*Settings().as_environment(), *QUIET, *FOREIGN}
    assert set(images[name].variables) - known == set()


def test_its_settings_can_be_read(images, name: str) -> None:
    settings = Settings.from_environment(images[name].variables)
    assert settings.home == Path("/var/lib/instructrec")
    assert (settings.gateway_bind if name == "gateway" else settings.bind) == "0.0.0.0"


def test_its_home_is_a_volume_that_its_user_owns(images, name: str) -> None:
    assert images[name].all("VOLUME") == ["/var/lib/instructrec"]
    assert any("chown instructrec /var/lib/instructrec" in run for run in images[name].all("RUN"))


def test_its_extras_and_lock_exist(images, name: str) -> None:
    runs = " ".join(images[name].all("RUN"))
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = re.findall(r"--extra (\S+)", runs)
    assert named
    assert set(named) - set(extras) == set()
    assert [lock for lock in re.findall(r"-c (\S+)", runs) if not (PROJECT / lock).is_file()] == []


def test_the_page_is_built_by_a_script_that_exists(images) -> None:
    import json

    scripts = json.loads((PROJECT / "bot" / "web" / "package.json").read_text())["scripts"]
    built = re.findall(r"npm run (\S+)", " ".join(images["gateway"].all("RUN", last_stage=False)))
    assert built == ["build"]
    assert "build" in scripts


def test_the_ranker_can_be_built_for_a_gpu(images) -> None:
    assert images["ranker"].all("ARG") == ["TORCH_BACKEND=cpu"]
    assert "--torch-backend ${TORCH_BACKEND}" in " ".join(images["ranker"].all("RUN"))


def test_nothing_made_on_this_machine_is_sent_to_the_engine() -> None:
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert {".git", ".venv*", "var", "**/node_modules", "**/__pycache__"} <= set(ignored)


@pytest.mark.parametrize("name", ["gateway", "assistant", "actions", "ranker"])
def test_every_module_of_ours_that_its_code_imports_is_copied(images, name: str) -> None:
    copied = [
        source for rest in images[name].all("COPY") if not rest.startswith("--from") for source in rest.split()[:-1]
    ]
    missing = [module for module in imported_by(copied) if not is_below(module, copied)]
    assert missing == []


def is_below(module: Path, copied: list[str]) -> bool:
    return any(module == Path(source) or Path(source) in module.parents for source in copied)


def imported_by(copied: list[str]) -> set[Path]:
    """The files of ours that the copied modules import, by what their imports name; evaluation runs outside images."""
    found: set[Path] = set()
    for source in copied:
        path = PROJECT / source
        for file in [path] if path.suffix == ".py" else path.rglob("*.py"):
            if "evaluation" not in file.parts and file.name not in ("commands.py", "command.py"):
                found |= {own for name in names_imported(file) if (own := file_of(name)) is not None}
    return found


def names_imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }


def file_of(name: str) -> Path | None:
    """The file of one of our modules, relative to the project; None for others."""
    path = Path(*name.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if (PROJECT / file).is_file() and path.parts[0] in ("actions", "bot", "data", "recommender"):
            return file
    return None
