"""The gateway as a process of its own, killed in the middle: what Telegram sent is answered, and answered once."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import TestServer, unused_port

from data.settings import PROJECT
from data.store import Store
from tests.bot.channels.fake_assistant import FakeAssistant
from tests.bot.channels.telegram.fake_telegram import BROKEN, TOKEN, FakeTelegram, said


@asynccontextmanager
async def running(home: Path, assistant: TestServer, telegram: TestServer) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process; killed with SIGKILL when the block ends."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSTRUCTREC_")}
    kept.pop("DATABASE_URL", None)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.channels", cwd=PROJECT, stderr=asyncio.subprocess.DEVNULL,
        env={**kept, "INSTRUCTREC_HOME": str(home), "INSTRUCTREC_GATEWAY_PORT": str(unused_port()),
             "INSTRUCTREC_ASSISTANT_URL": str(assistant.make_url("")), "INSTRUCTREC_REPLY_TIMEOUT_S": "20",
             "INSTRUCTREC_TELEGRAM_TOKEN": TOKEN, "INSTRUCTREC_TELEGRAM_API": str(telegram.make_url(""))},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def test_killed_while_thinking_and_while_sending_it_answers_each_message_once(
    tmp_path: Path,
    assistant: FakeAssistant,
    assistant_server: TestServer,
    telegram: FakeTelegram,
    telegram_server: TestServer,
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'instructrec.db'}")
    telegram.faults["sendMessage"] = [BROKEN] * 100_000
    telegram.send(said(1, "one"))
    async with running(tmp_path, assistant_server, telegram_server):
        await telegram.until(lambda: bool(assistant.asked) and bool(store.unsent("telegram")), timeout_s=60)
        assistant.delay_s = 30.0
        telegram.send(said(2, "two"))
        await telegram.until(lambda: assistant.messages == ["one", "two"], timeout_s=60)
    assistant.delay_s = 0.0
    telegram.faults.clear()
    async with running(tmp_path, assistant_server, telegram_server):
        telegram.send(said(3, "three"))
        await telegram.until(lambda: "You said: three" in telegram.texts, timeout_s=60)
    assert telegram.texts == ["You said: one", "You said: two", "You said: three"]
    assert assistant.messages == ["one", "two", "two", "three"]
