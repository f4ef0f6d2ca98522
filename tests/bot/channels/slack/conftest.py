"""The real gateway with Slack's real clients, between a fake assistant and a fake Slack."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels import outbox
from data.settings import Settings
from tests.bot.channels.slack.fake_slack import SECRET, FakeSlack, Workspace


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAUSES_S", (0.01,))


@pytest.fixture
async def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
async def slack_server(slack: FakeSlack) -> AsyncIterator[TestServer]:
    server = TestServer(slack.app())
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def settings(settings: Settings, slack_server: TestServer) -> Settings:
    return dataclasses.replace(
        settings,
        slack_bot_token="xoxb-for-tests",
        slack_signing_secret=SECRET,
        slack_api=str(slack_server.make_url("/api/")),
    )


@pytest.fixture
def workspace(http: ClientSession, gateway: TestServer) -> Workspace:
    return Workspace(http, str(gateway.make_url("/slack/events")))
