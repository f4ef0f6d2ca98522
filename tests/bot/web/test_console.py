"""The agent console in a browser: keyboard only, under its content policy, and nothing that anybody wrote runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.bot.channels.colleague import PASSWORD
from tests.bot.web.browsing import SOURCE
from tests.bot.web.console_desk import Desk, open_desk
from tests.bot.web.test_page_escapes import CORPUS

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path, built_page: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, built_page) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session", params=[False], ids=["with its policy"])
async def console(browser: Browser, desk: Desk, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """The console of Ann, who logged in with the keyboard; without its content policy where `params` says so."""
    viewport = {"width": 1300, "height": 800}
    context = await browser.new_context(
        bypass_csp=request.param, viewport=viewport, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(8_000)
    page = await context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    await page.goto(f"{desk.address}/agent/")
    await page.locator("#name:focus").wait_for()
    await page.keyboard.type("Ann")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".desk").wait_for()
    yield page
    await context.close()


def suggestion(words: str) -> Any:
    items = [{"item_id": words, "title": words, "subtitle": words, "reasons": [{"kind": "text", "text": words}]}]
    need = {"pack": "movies", "version": 1, "chips": []}
    return {"type": "slate", "text": words, "slate": {"items": items, "eligible": 1}, "need": need}


async def test_a_conversation_is_taken_answered_and_given_back_with_the_keyboard_only(
    console: Page, desk: Desk
) -> None:
    desk.assistant.reply = lambda message: [{"custom": suggestion("Heat")}]
    desk.request(need="a comedy", language="en")
    await expect(console.locator(".entry-need")).to_have_text("a comedy")
    await console.keyboard.press("j")
    await console.get_by_role("button", name="Take", exact=True).wait_for()
    await console.keyboard.press("t")
    await console.locator("#reply:focus").wait_for()
    await console.keyboard.type("Hello!")
    await console.keyboard.press("Enter")
    await expect(console.locator(".from-agent .bubble")).to_have_text("Hello!")
    await console.keyboard.press("Escape")
    await console.keyboard.press("s")
    await console.locator("dialog.picking").wait_for()
    await console.get_by_role("button", name="Send one").press("Enter")
    await expect(console.locator(".from-agent .item-title")).to_have_text("Heat")
    await console.get_by_role("button", name="Resolve").press("Enter")
    await expect(console.get_by_text("Nobody is waiting", exact=True)).to_be_visible()
    said = [(message["from"], message["text"]) for message in await desk.person.messages()]
    assert ("agent", "Hello!") in said and ("system", "Ann has left the conversation.") in said


async def test_the_tab_says_how_many_wait(console: Page, desk: Desk) -> None:
    await expect(console).to_have_title("Agent console")
    desk.request(need="a comedy")
    await expect(console).to_have_title("(1) Agent console")


async def test_what_the_person_writes_comes_as_it_is_written(console: Page, desk: Desk) -> None:
    desk.request(need="a comedy")
    await console.locator(".entry").click()
    await desk.person.call("POST", "/typing", json={"typing": True})
    await expect(console.locator(".person-types")).to_have_text("Person is typing…")
    await desk.person.say("anybody there?")
    await expect(console.locator(".from-user .bubble")).to_have_text("anybody there?")


async def test_a_canned_answer_of_the_persons_language_is_two_keys_away(console: Page, desk: Desk) -> None:
    await desk.person.say("你好")
    desk.request(need="京菜")
    await console.locator(".entry").click()
    await console.get_by_role("button", name="Take", exact=True).click()
    await console.locator("#reply:focus").wait_for()
    await console.keyboard.press("Escape")
    await console.keyboard.press("/")
    await console.keyboard.press("Enter")
    await expect(console.locator("#reply")).to_have_value(
        "您好，让您久等了。您和机器人的对话我已经看过了，请问有什么可以帮您？"
    )


async def test_axe_finds_nothing(browser: Browser, console: Page, desk: Desk) -> None:
    desk.request(need="a comedy", constraints=[{"facet": "genre", "op": "is", "value": "Comedy"}])
    await console.locator(".entry").click()
    await console.get_by_role("button", name="Take", exact=True).click()
    await console.locator("#reply:focus").wait_for()
    found = await console.evaluate((SOURCE / "node_modules/axe-core/axe.min.js").read_text() + "; axe.run()")
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found["violations"]] == []


@pytest.mark.parametrize("console", [True], indirect=True, ids=["without its policy"])
async def test_markup_in_any_field_is_words(console: Page, desk: Desk) -> None:
    for words in CORPUS:
        await _everywhere(console, desk, words)
    assert await console.evaluate("window.ran") is None
    foreign = "script:not([src]), iframe, math, style, img, a, details, [onerror], [onload]"
    await expect(console.locator("body").locator(foreign)).to_have_count(0)


async def _everywhere(console: Page, desk: Desk, words: str) -> None:
    """The words as need, constraint, title, reason, person's and bot's text, button, note, reply and suggestion."""
    custom = {**suggestion(words), "choices": [{"title": words, "payload": "/x"}]}
    desk.assistant.reply = lambda message: [{"custom": custom}]
    await desk.person.say(words)
    titled = [{"item_id": "1", "title": words}]
    handoff_id = desk.store.request_handoff(
        desk.person.conversation_id, words,
        {"need": words, "text": words, "constraints": [{"facet": words, "op": words, "value": words}],
         "shown": titled, "liked": titled, "refused": titled},
    )  # fmt: skip
    desk.store.handoffs.add_note(handoff_id, words[:64], words)
    await console.locator(".entry").click()
    await console.get_by_role("button", name="Take", exact=True).click()
    await console.locator("#reply:focus").wait_for()
    await console.locator("#reply").fill(words)
    await console.keyboard.press("Enter")
    await expect(console.locator(".from-agent .bubble").last).to_have_text(words)
    await console.get_by_role("button", name="Insert a recommendation").click()
    await expect(console.locator("dialog.picking .item-title")).to_have_text(words)
    await console.keyboard.press("Escape")
    await console.get_by_role("button", name="Resolve").click()
    await console.locator(".blank").wait_for()
    await console.wait_for_timeout(50)
