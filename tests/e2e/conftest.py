"""The real bot and a browser that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.launch.processes import not_set_up
from data.catalog import Catalog, load_catalog
from data.pack import load_pack
from data.settings import Settings
from tests.bot.web.browsing import build_page, chromium
from tests.e2e.chat_page import ChatPage
from tests.e2e.four_processes import FourProcesses, own_settings


@pytest.fixture(scope="session")
def bot_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a home of their own that holds a freshly built page."""
    settings = own_settings(tmp_path_factory.mktemp("e2e") / "home", Settings.from_environment())
    build_page(settings.home)
    missing = not_set_up(settings)
    assert not missing, "the end-to-end tests need what set-up makes; missing: " + "; ".join(missing)
    return settings


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bot(bot_settings: Settings) -> AsyncIterator[FourProcesses]:
    """The four processes, ready."""
    processes = FourProcesses(bot_settings)
    try:
        await processes.start()
        yield processes
    finally:
        processes.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await chromium(playwright)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(bot: FourProcesses, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[ChatPage]:
    """The page of a person who was never here; the parameter of the fixture sets the language."""
    context = await browser.new_context(locale=getattr(request, "param", "en-GB"), reduced_motion="reduce")
    yield await ChatPage.open(context, bot.address)
    await context.close()


@pytest.fixture(scope="session")
def catalog(bot_settings: Settings) -> Catalog:
    """The catalog that the bot recommends from."""
    return load_catalog(load_pack("movies", bot_settings.home), bot_settings.home)
