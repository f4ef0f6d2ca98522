"""The page can be used by everybody, everywhere, and keeps to its own site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.bot.web.browsing import SOURCE
from tests.bot.web.fake_gateway import FakeGateway
from tests.bot.web.films import COMPARE, SLATE, film

pytestmark = pytest.mark.asyncio(loop_scope="session")
AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def fill(page: Page, gateway: FakeGateway) -> None:
    """A conversation with everything in it."""
    await gateway.say(**SLATE)
    await gateway.say(**COMPARE)
    await gateway.say("A colleague has joined.", type="notice", **{"from": "system"})
    await gateway.say("Hello, Mara here.", **{"from": "agent"})
    await page.get_by_role("button", name="I like it: A Close Shave").click()
    gateway.refusals = [422]
    await page.get_by_label("Your message").fill("and this one fails")
    await page.keyboard.press("Enter")
    await page.locator(".is-failed").wait_for()
    await gateway.say(
        "Which one?", choices=[{"title": "The first", "payload": "1"}, {"title": "The last", "payload": "2"}]
    )
    await page.get_by_role("button", name="The last").wait_for()


async def faults(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds, as rule and element."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate("rules => axe.run(document, rules)", RULES)
    return [(fault["id"], node["html"][:160]) for fault in found["violations"] for node in fault["nodes"]]


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def schemed(request: pytest.FixtureRequest, browser: Browser, address: str) -> AsyncIterator[Page]:
    """The page in light and in dark; axe is injected, which the policy would refuse."""
    scheme = request.param
    context = await browser.new_context(color_scheme=scheme, locale="en-GB", bypass_csp=True, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("list", name="For example").wait_for()
    yield page
    await context.close()


async def test_axe_finds_nothing_on_the_welcome_page(schemed: Page) -> None:
    assert await faults(schemed) == []


async def test_axe_finds_nothing_in_a_full_conversation(schemed: Page, gateway: FakeGateway) -> None:
    await fill(schemed, gateway)
    assert await faults(schemed) == []


async def test_axe_finds_nothing_in_the_dialogs(schemed: Page) -> None:
    for name in ("New conversation", "Your data"):
        await schemed.get_by_role("button", name=name).click()
        await schemed.get_by_role("dialog", name=name).wait_for()
        assert await faults(schemed) == []
        await schemed.keyboard.press("Escape")


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
async def test_no_width_makes_the_page_scroll_sideways(page: Page, gateway: FakeGateway, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 640})
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    await fill(page, gateway)
    await gateway.say(
        long, type="slate", slate={"items": [film("9", long, long, facets={"genre": [long]})], "eligible": 1},
        need={"chips": [{"title": long, "payload": "x"}]}, choices=[{"title": long, "payload": "y"}],
    )  # fmt: skip
    await page.locator("[data-item='9']").wait_for()
    widths = await page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('.scroller, .foot, .header')]"
        ".map(one => one.scrollWidth - one.clientWidth)"
    )
    assert widths == [0, 0, 0, 0]


async def test_the_log_is_announced_politely_but_not_when_it_is_replayed(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("fresh")
    log = page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await page.reload()
    await expect(page.get_by_text("fresh", exact=True)).to_be_visible()
    await expect(log).to_have_attribute("aria-live", "off")
    await gateway.say("news")
    await expect(log).to_have_attribute("aria-live", "polite")


async def test_everything_is_reached_and_pressed_by_keyboard(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    await page.locator(".card").first.wait_for()
    await page.get_by_role("button", name="Show me more").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-seq].from-user")).to_have_count(1)
    await expect(page.get_by_label("Your message")).to_be_focused()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Remove: 1990–1999")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(page.locator("[data-seq].from-user")).to_have_count(2)


async def test_the_focus_goes_to_the_next_chip_when_one_is_gone(page: Page, gateway: FakeGateway) -> None:
    async def answer(message: dict[str, Any]) -> None:
        await gateway.say("Gone.", need={"chips": [{"title": "animation", "payload": "a"}]})

    gateway.answer = answer
    await gateway.say(**SLATE)
    await page.get_by_role("button", name="Remove: comedy").click()
    await expect(page.get_by_role("button", name="Remove: animation")).to_be_focused()


async def test_an_answer_taller_than_the_window_is_shown_from_its_start(page: Page, gateway: FakeGateway) -> None:
    await page.set_viewport_size({"width": 600, "height": 500})
    await gateway.say(**SLATE)
    await page.locator(".chip").first.wait_for()
    await page.wait_for_timeout(100)  # the bar of chips has grown and the log has shrunk
    await expect(page.locator(".message .bubble")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="Latest message")).to_be_visible()


async def test_an_answer_that_no_longer_fits_beside_the_chips_is_shown_from_its_start(
    page: Page, gateway: FakeGateway
) -> None:
    await gateway.say("A first answer.\n" * 3)
    await gateway.say(**{**SLATE, "need": None, "choices": []})
    answer = page.locator(".message").nth(1)
    await page.locator(".card").first.wait_for()
    height = await answer.evaluate("one => one.offsetHeight")
    around = await page.locator(".scroller").evaluate("one => innerHeight - one.offsetHeight")
    await page.set_viewport_size({"width": 1100, "height": height + around + 30})
    await gateway.say(**SLATE)  # fits, until its chips take room
    await page.locator(".chip").first.wait_for()
    await page.wait_for_timeout(100)
    await expect(answer).not_to_be_in_viewport(ratio=0.5)
    await expect(page.locator(".message .bubble").last).to_be_in_viewport(ratio=1)


async def test_the_end_stays_in_view_while_the_composer_grows(page: Page, gateway: FakeGateway) -> None:
    for number in range(20):
        await gateway.say(f"message {number}")
    last = page.locator(".message").last
    await expect(last).to_contain_text("message 19")
    await page.get_by_label("Your message").fill("line\n" * 8)
    await expect(last).to_be_in_viewport(ratio=1)


async def test_buttons_are_large_enough_to_press(page: Page, gateway: FakeGateway) -> None:
    await fill(page, gateway)
    sizes = await page.locator("button:visible").evaluate_all(
        "all => all.map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24)"
    )
    assert sizes == []


async def test_the_page_asks_no_other_site_and_keeps_to_its_policy(
    browser: Browser, gateway: FakeGateway, address: str
) -> None:
    context = await browser.new_context(locale="en-GB")
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def note(message: ConsoleMessage) -> None:
        if (
            message.type in ("error", "warning") and "422" not in message.text
        ):  # 422 is the refusal that `fill` provokes
            complaints.append(message.text)

    page.on("console", note)
    await page.goto(address)
    await page.get_by_role("log").wait_for(state="attached")
    item = film("3", "Elsewhere", url="https://example.org/3", image="https://example.org/3.png")
    await gateway.say(type="slate", slate={"items": [item], "eligible": 1})
    await fill(page, gateway)
    await page.get_by_role("button", name="Your data").click()
    assert complaints == []
    assert asked != []
    assert [url for url in asked if not url.startswith(address)] == []
    await context.close()


async def test_no_script_or_style_stands_in_the_page_itself(page: Page) -> None:
    assert await page.evaluate("[...document.querySelectorAll('script:not([src]), style, [style]')].length") == 0
