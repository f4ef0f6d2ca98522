"""Telegram by webhook: only with the secret token, and acknowledged once it is stored."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.channels.telegram.channel import webhook_secret
from data.settings import Settings
from data.store import Store, StoreError
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.telegram.fake_telegram import FakeTelegram, said


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return dataclasses.replace(settings, telegram_webhook_url="https://bot.example/telegram/webhook")


async def deliver(http: ClientSession, gateway: TestServer, update: Any, secret: str) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with http.post(gateway.make_url("/telegram/webhook"), json=update, headers=headers) as response:
        return response.status


async def test_the_webhook_is_set_with_a_secret(
    telegram: FakeTelegram, gateway: TestServer, settings: Settings
) -> None:
    await telegram.until(lambda: bool(telegram.made("setWebhook")))
    (call,) = telegram.made("setWebhook")
    assert call["url"] == "https://bot.example/telegram/webhook"
    assert call["secret_token"] == webhook_secret(settings)
    assert call["allowed_updates"] == ["message", "callback_query"]


async def test_an_update_with_the_secret_is_answered_once(
    http: ClientSession, gateway: TestServer, telegram: FakeTelegram, settings: Settings, assistant: FakeAssistant
) -> None:
    for _ in range(3):
        assert await deliver(http, gateway, said(1, "hello"), webhook_secret(settings)) == 200
    await telegram.until(lambda: bool(telegram.texts))
    assert (telegram.texts, assistant.messages) == (["You said: hello"], ["hello"])


@pytest.mark.parametrize("secret", ["", "wrong", "\u00e9"])
async def test_an_update_without_the_secret_is_refused(
    http: ClientSession, gateway: TestServer, store: Store, secret: str
) -> None:
    assert await deliver(http, gateway, said(1, "hello"), secret) == 401
    assert store.find_chat("telegram", "7") is None


async def test_what_is_no_update_is_refused(http: ClientSession, gateway: TestServer, settings: Settings) -> None:
    assert await deliver(http, gateway, {"hello": 1}, webhook_secret(settings)) == 400


async def test_an_update_that_was_not_stored_is_not_acknowledged(
    http: ClientSession, gateway: TestServer, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "receive", fail)
    assert await deliver(http, gateway, said(1, "hello"), webhook_secret(settings)) == 503
