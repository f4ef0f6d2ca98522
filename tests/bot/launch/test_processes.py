"""Each process is given the settings that it needs: what is secret goes to the gateway only."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.launch.processes import INNER, Process, all_processes
from data.settings import Settings

OF_THE_GATEWAY = {
    "gateway_bind", "gateway_port", "embed_origins", "secret", "session_days", "reply_timeout_s", "first_word_s",
    "session_rate", "address_rate", "newcomer_rate", "code_rate", "trusted_proxies", "metrics_from", "database_url",
    "telegram_token", "telegram_webhook_url", "telegram_api",
    "slack_bot_token", "slack_signing_secret", "slack_app_token", "slack_api",
    "handoff_desk", "handoff_wait_s", "handoff_silence_s", "handoff_slack_channel",
    "chatwoot_url", "chatwoot_account", "chatwoot_inbox", "chatwoot_token", "chatwoot_secret",
}  # fmt: skip


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Process]:
    monkeypatch.setenv("INSTRUCTREC_TELEGRAM_TOKEN", "1:secret-token")
    monkeypatch.setenv("INSTRUCTREC_SECRET", "the secret signing key")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/secret-database.db")
    monkeypatch.setenv("SOMETHING_ELSE", "kept")
    return {process.name: process for process in all_processes(Settings.from_environment())}


@pytest.mark.parametrize("name", ["ranker", "assistant", "actions"])
def test_tokens_and_keys_reach_no_process_but_the_gateway(processes: dict[str, Process], name: str) -> None:
    environment = processes[name].environment()
    assert "INSTRUCTREC_TELEGRAM_TOKEN" not in environment and "INSTRUCTREC_SECRET" not in environment
    assert environment["SOMETHING_ELSE"] == "kept"
    assert Settings.from_environment(environment).telegram_token == ""


def test_the_gateway_has_every_setting(processes: dict[str, Process]) -> None:
    assert Settings.from_environment(processes["gateway"].environment()).telegram_token == "1:secret-token"


def test_only_gateway_and_actions_know_the_database(processes: dict[str, Process]) -> None:
    assert {name for name, each in processes.items() if "secret-database" in str(each.environment())} == {
        "gateway", "actions",
    }  # fmt: skip


def test_every_setting_is_either_for_all_or_for_the_gateway() -> None:
    assert {field.name for field in dataclasses.fields(Settings)} == {*INNER, *OF_THE_GATEWAY}
