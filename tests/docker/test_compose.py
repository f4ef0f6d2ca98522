"""What the compose files name exists in the project and in each other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.launch.processes import all_processes
from bot.launch.setup import PARTS
from data.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((PROJECT / "docker" / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCESSES = {process.name: process for process in all_processes(Settings().completed())}
SETUPS = [name for name in SERVICES if name.startswith("setup-")]


def filled(value: str) -> str:
    """The value with defaults in place of what the shell may give."""
    return re.sub(r"\$\{[A-Z_]+:[-?]([^}]*)\}", r"\1", value)


@pytest.fixture(params=sorted(SERVICES))
def service(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SERVICES[request.param]


def in_profile(profile: str) -> set[str]:
    return {name for name, entry in SERVICES.items() if profile in entry["profiles"]}


def test_each_profile_runs_the_four_processes() -> None:
    assert in_profile("cpu") - set(SETUPS) == {"gateway", "assistant", "actions", "ranker"}
    assert in_profile("gpu") - set(SETUPS) == {"gateway", "assistant", "actions", "ranker-gpu"}


def test_its_dockerfile_exists_and_takes_its_arguments(service: dict[str, Any]) -> None:
    build = service["build"]
    path = PROJECT / "docker" / build["context"] / build["dockerfile"]
    assert path.is_file()
    taken = set(re.findall(r"^ARG (\w+)", path.read_text(), re.MULTILINE))
    assert set(build.get("args", {})) - taken == set()


def test_its_settings_can_be_read(service: dict[str, Any]) -> None:
    Settings.from_environment({name: filled(value) for name, value in service["environment"].items()})


def test_the_addresses_name_a_service_and_its_port(service: dict[str, Any]) -> None:
    for process in ("assistant", "actions", "ranker"):
        url = service["environment"][f"INSTRUCTREC_{process.upper()}_URL"]
        assert url == f"http://{process}:{PROCESSES[process].port}"


def test_the_gpu_ranker_is_found_under_the_name_of_the_ranker() -> None:
    assert SERVICES["ranker-gpu"]["networks"]["default"]["aliases"] == ["ranker"]


def test_only_the_gateway_is_published_and_on_loopback() -> None:
    published = {
        name: [filled(port) for port in entry["ports"]] for name, entry in SERVICES.items() if "ports" in entry
    }
    assert published == {"gateway": ["127.0.0.1:8080:8080"]}
    assert not any("network_mode" in entry for entry in SERVICES.values())


def test_what_it_waits_for_is_in_the_same_profiles(service: dict[str, Any]) -> None:
    for profile in service["profiles"]:
        assert set(service.get("depends_on", {})) - in_profile(profile) == set()


def test_it_waits_for_health_of_what_stays_and_for_the_end_of_what_runs_once(service: dict[str, Any]) -> None:
    for name, wait in service.get("depends_on", {}).items():
        once = name in SETUPS
        assert wait["condition"] == ("service_completed_successfully" if once else "service_healthy")


def test_its_volume_is_declared_and_is_the_home(service: dict[str, Any]) -> None:
    [volume] = service["volumes"]
    name, _, path = volume.partition(":")
    assert name in COMPOSE["volumes"]
    assert path == "/var/lib/instructrec"


def test_it_gains_no_privileges(service: dict[str, Any]) -> None:
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]


def test_processes_are_started_again_and_set_up_is_not() -> None:
    assert {name: entry["restart"] for name, entry in SERVICES.items()} == {
        name: "no" if name in SETUPS else "unless-stopped" for name in SERVICES
    }


@pytest.mark.parametrize("name", [name for name in SETUPS if name != "setup-page"])
def test_set_up_runs_a_part_that_exists_in_an_image_that_has_it(name: str, images) -> None:
    python, dash_m, module, only, part = SERVICES[name]["command"]
    assert (dash_m, module, only) == ("-m", "bot.launch.setup", "--only")
    assert part in PARTS
    image = images[Path(SERVICES[name]["build"]["dockerfile"]).name.split(".")[0]]
    assert python == image.command[0]
    assert {"bot/launch", "data"} <= {rest.split()[0] for rest in image.all("COPY")}


def test_every_part_is_set_up_in_each_profile() -> None:
    for profile in ("cpu", "gpu"):
        parts = {SERVICES[name]["command"][-1] for name in SETUPS if profile in SERVICES[name]["profiles"]} & set(PARTS)
        assert parts == {"data", "assistant", "ranker"}
        assert "setup-page" in in_profile(profile)


def test_the_page_comes_from_where_the_image_keeps_it(images) -> None:
    assert "cp -r page $$INSTRUCTREC_HOME/web" in SERVICES["setup-page"]["command"][2]
    assert "--from=page /page/web /app/page" in images["gateway"].all("COPY")


def test_postgresql_is_used_by_those_who_open_the_store(postgres: dict[str, Any]) -> None:
    users = {name for name, entry in postgres["services"].items() if "DATABASE_URL" in entry.get("environment", {})}
    assert users == {"gateway", "actions"}


def test_the_database_url_is_the_one_of_the_service(postgres: dict[str, Any]) -> None:
    url = filled(postgres["services"]["gateway"]["environment"]["DATABASE_URL"])
    made = postgres["services"]["postgres"]["environment"]
    assert re.fullmatch(r"postgresql\+psycopg://(\w+):.*@postgres:5432/(\w+)", url)
    assert url.split("//")[1].split(":")[0] == made["POSTGRES_USER"]
    assert url.rpartition("/")[2] == made["POSTGRES_DB"]


def test_the_store_knows_that_kind_of_database(postgres: dict[str, Any]) -> None:
    from data.store.database import Database

    url = re.sub(r"\$\{[^}]*\}", "x", postgres["services"]["gateway"]["environment"]["DATABASE_URL"])
    assert Database(url).engine.dialect.name == "postgresql"


def test_postgresql_is_not_published(postgres: dict[str, Any]) -> None:
    assert "ports" not in postgres["services"]["postgres"]


def test_the_override_names_services_that_exist(postgres: dict[str, Any]) -> None:
    assert set(postgres["services"]) - set(SERVICES) == {"postgres"}
    assert set(postgres["volumes"]) == {"postgres"}
