"""The built page, a fake gateway that serves it, and a headless Chromium to look at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.bot.web.browsing import build_page, chromium
from tests.bot.web.fake_gateway import FakeGateway


@pytest.fixture(scope="session")
def built_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built by the command that people use, into a home of its own."""
    home = tmp_path_factory.mktemp("home")
    build_page(home)
    return home / "web"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The machine's Chromium, else the one that Playwright installed."""
    async with async_playwright() as playwright:
        launched = await chromium(playwright)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(built_page: Path) -> FakeGateway:
    return FakeGateway(built_page)


@pytest_asyncio.fixture(loop_scope="session")
async def address(gateway: FakeGateway) -> AsyncIterator[str]:
    """Where the fake gateway listens on loopback."""
    server = TestServer(gateway.app())
    await server.start_server(shutdown_timeout=0.1)
    yield str(server.make_url("/"))
    gateway.disconnect()
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context(viewport={"width": 1100, "height": 820}, locale="en-GB", reduced_motion="reduce")
    opened.set_default_timeout(8_000)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, address: str) -> Page:
    """The page, opened and connected."""
    opened = await context.new_page()
    await opened.goto(address)
    await opened.get_by_role("log").wait_for(state="attached")
    return opened
