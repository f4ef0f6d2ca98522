"""The widget: one line on somebody's page, under that page's own strict policy, opens the chat in a frame."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, ConsoleMessage, Page, expect

from tests.bot.web.fake_gateway import FakeGateway
from tests.bot.web.test_page_access import AXE, RULES

pytestmark = pytest.mark.asyncio(loop_scope="session")
SHOP = """<!doctype html><html lang="en"><head><title>Shop</title>
<script src="{bot}widget.js" data-greet-after="{greet}" data-colour="#8a2f4b" defer></script></head>
<body><main><h1>Shop</h1><p>Buy things.</p></main></body></html>"""


@pytest_asyncio.fixture(loop_scope="session")
async def shop(gateway: FakeGateway, address: str) -> AsyncIterator[str]:
    """A page on another site whose policy allows the bot's scripts and frames and no inline anything."""
    gateway.embedders = "http://localhost:*"

    async def page(request: web.Request) -> web.Response:
        policy = f"default-src 'self'; script-src {address}; frame-src {address}; require-trusted-types-for 'script'"
        text = SHOP.format(bot=address, greet=request.query.get("greet", "0"))
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", page)
    server = TestServer(app, host="localhost")
    await server.start_server(shutdown_timeout=0.1)
    yield str(server.make_url("/"))
    await server.close()
    gateway.embedders = ""


@pytest_asyncio.fixture(loop_scope="session")
async def visit(context: BrowserContext, shop: str) -> AsyncIterator[Page]:
    page = await context.new_page()
    await page.goto(shop)
    yield page
    await page.close()


async def test_the_launcher_opens_the_chat_and_a_message_is_answered(visit: Page, gateway: FakeGateway) -> None:
    await visit.get_by_role("button", name="Open chat").click()
    chat = visit.frame_locator("iframe")
    await chat.get_by_label("Your message").fill("a comedy")
    await chat.get_by_label("Your message").press("Enter")
    await expect(chat.get_by_role("log")).to_contain_text("a comedy")
    assert gateway.posts[-1]["text"] == "a comedy"


async def test_escape_in_the_chat_closes_it_and_the_launcher_has_the_focus(visit: Page) -> None:
    await visit.get_by_role("button", name="Open chat").click()
    chat = visit.frame_locator("iframe")
    await chat.get_by_label("Your message").press("Escape")
    await expect(visit.locator("iframe")).to_be_hidden()
    await expect(visit.get_by_role("button", name="Open chat")).to_be_focused()


async def test_the_close_button_in_the_chat_closes_it(visit: Page) -> None:
    await visit.get_by_role("button", name="Open chat").click()
    await visit.frame_locator("iframe").get_by_role("button", name="Close chat").click()
    await expect(visit.locator("iframe")).to_be_hidden()


async def test_messages_that_come_while_it_is_closed_are_counted_and_opening_clears_the_count(
    visit: Page, gateway: FakeGateway
) -> None:
    async with visit.expect_response("**/api/v1/events*"):  # what comes before the stream is open is no news
        await visit.get_by_role("button", name="Open chat").click()
    await visit.frame_locator("iframe").get_by_label("Your message").press("Escape")
    await expect(visit.locator("iframe")).to_be_hidden()
    await gateway.say("One more thing.")
    await expect(visit.locator(".count")).to_have_text("1")
    await visit.get_by_role("button", name="Open chat").click()
    await expect(visit.locator(".count")).to_be_hidden()


async def test_the_page_s_own_policy_refuses_nothing_of_it(context: BrowserContext, shop: str) -> None:
    page, said = await context.new_page(), list[str]()

    def keep(message: ConsoleMessage) -> None:
        if message.type == "error" and "favicon" not in message.location["url"]:
            said.append(message.text)

    page.on("console", keep)
    await page.goto(shop)
    await page.get_by_role("button", name="Open chat").click()
    await page.frame_locator("iframe").get_by_label("Your message").wait_for()
    assert said == []
    await page.close()


async def test_it_greets_once_and_never_again_in_this_browser(context: BrowserContext, shop: str) -> None:
    page = await context.new_page()
    await page.goto(f"{shop}?greet=0.05")
    await page.get_by_role("button", name="Looking for something? I can help.").wait_for()
    await page.get_by_role("button", name="Dismiss").click()
    await page.reload()
    await page.wait_for_timeout(300)
    assert await page.get_by_role("button", name="Dismiss").count() == 0
    await page.close()


async def test_on_a_phone_the_chat_fills_the_screen(visit: Page) -> None:
    await visit.set_viewport_size({"width": 320, "height": 600})
    await visit.get_by_role("button", name="Open chat").click()
    box = await visit.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 320, "height": 600}


async def test_the_brand_colour_reaches_the_chat(visit: Page) -> None:
    await visit.get_by_role("button", name="Open chat").click()
    mark = visit.frame_locator("iframe").locator(".mark")
    await expect(mark).to_have_css("background-color", "rgb(138, 47, 75)")


async def test_axe_finds_nothing_on_a_page_with_it(context: BrowserContext, shop: str) -> None:
    unbound = await context.browser.new_context(bypass_csp=True, locale="en-GB")  # type: ignore[union-attr]
    page = await unbound.new_page()
    await page.goto(shop)
    await page.get_by_role("button", name="Open chat").click()
    await page.frame_locator("iframe").get_by_label("Your message").wait_for()
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("rules => axe.run(document, {...rules, iframes: false})", RULES)
    await unbound.close()
    assert [(fault["id"], node["html"][:160]) for fault in found["violations"] for node in fault["nodes"]] == []
