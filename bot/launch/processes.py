"""The four processes: how each is started, and how one sees that it is ready."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.launch.environments import app_environment, assistant_environment
from data.settings import PREFIX, Settings

QUIET: Mapping[str, str] = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUNBUFFERED": "1",
}
"""Variables that keep libraries from talking, phoning home and taking every core; one that is set already wins."""
DATABASE = "DATABASE_URL"
INNER = (
    "home", "packs", "bind", "assistant_port", "actions_port", "ranker_port", "assistant_url", "actions_url",
    "ranker_url", "text_limit", "ranker_timeout_s", "ranker_max_batch_size", "ranker_max_wait_ms", "ranker_reload_s",
    "device", "encoder", "tuned_layers", "profile", "movielens", "log_level",
)  # fmt: skip
"""Settings that any process may know. The rest is the gateway's; the action server also has the database."""
ASSISTANT_MEMORY_MB = 4096
"""Rasa stays at about 1 GB; under load one process was seen to grow to 14 GB. Above this it is started again."""


@dataclass(frozen=True)
class Process:
    """One process of the bot."""

    name: str
    command: tuple[str, ...]
    host: str
    """Address that it binds."""
    port: int
    port_setting: str
    """The variable that gives it another port."""
    ready_path: str
    """What answers 200 once it is ready."""
    ready_key: str | None = None
    """A key of that answer that must have a value."""
    memory_mb: int | None = None
    """Resident memory above which it is started again."""
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}"

    @property
    def ready_url(self) -> str:
        """What to ask whether it is ready."""
        return self.address + self.ready_path

    def environment(self) -> dict[str, str]:
        """The variables it runs with: those of this process, but of the settings only what it needs."""
        return {**QUIET, **without_settings(os.environ), **self.variables}


def without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that are no settings of the bot, some of which are secret."""
    return {name: value for name, value in environ.items() if name != DATABASE and not name.startswith(PREFIX)}


def of_all_but_the_gateway(settings: Settings) -> dict[str, str]:
    """The settings of the processes that face no network, and of the set-up: no token, no key, no password."""
    return settings.as_environment(INNER)


def all_processes(settings: Settings) -> tuple[Process, ...]:
    """Ranker, actions, assistant and gateway: those that others ask come first."""
    app, assistant = str(app_environment().python), str(assistant_environment().python)
    given = of_all_but_the_gateway(settings)
    return (
        Process(
            "ranker", (app, "-m", "recommender.serving"), settings.bind, settings.ranker_port,
            "INSTRUCTREC_RANKER_PORT", "/readyz", variables=given,
        ),
        Process(
            "actions", (app, "-m", "actions"), settings.bind, settings.actions_port,
            "INSTRUCTREC_ACTIONS_PORT", "/health", variables={**given, DATABASE: settings.database_url},
        ),
        Process(
            "assistant", (assistant, "-m", "bot.assistant.serve"), settings.bind, settings.assistant_port,
            "INSTRUCTREC_ASSISTANT_PORT", "/status", "model_id", ASSISTANT_MEMORY_MB,
            {**given, "PYTHONWARNINGS": "ignore"},
        ),
        Process(
            "gateway", (app, "-m", "bot.channels"), settings.gateway_bind, settings.gateway_port,
            "INSTRUCTREC_GATEWAY_PORT", "/readyz", variables=settings.as_environment(),
        ),
    )  # fmt: skip


def not_set_up(settings: Settings) -> list[str]:
    """What the processes need and set-up has not made yet, in words."""
    models = settings.home / "models"
    needed: list[tuple[Path, str]] = [
        (assistant_environment().python, "the environment .venv-rasa"),
        (models / "assistant" / "*.tar.gz", "a trained assistant"),
        *((models / "ranker" / pack / "model.safetensors", f"a trained ranker for {pack}") for pack in settings.packs),
        (settings.home / "web" / "index.html", "the chat page"),
    ]
    return [f"{says} ({path})" for path, says in needed if not any(path.parent.glob(path.name))]
