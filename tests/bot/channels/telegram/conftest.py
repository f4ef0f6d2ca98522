"""The real gateway with the real aiogram, between a fake assistant and a fake Telegram."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from bot.channels import outbox
from data.settings import Settings
from tests.bot.channels.telegram.fake_telegram import TOKEN, FakeTelegram


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAUSES_S", (0.01,))


@pytest.fixture
async def telegram() -> FakeTelegram:
    return FakeTelegram()


@pytest.fixture
async def telegram_server(telegram: FakeTelegram) -> AsyncIterator[TestServer]:
    server = TestServer(telegram.app())
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def settings(settings: Settings, telegram_server: TestServer) -> Settings:
    return dataclasses.replace(settings, telegram_token=TOKEN, telegram_api=str(telegram_server.make_url("")))
