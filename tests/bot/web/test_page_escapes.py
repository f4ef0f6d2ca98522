"""Nothing that anybody wrote becomes markup, script or an address that runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.bot.web.fake_gateway import FakeGateway
from tests.bot.web.films import KINDS

pytestmark = pytest.mark.asyncio(loop_scope="session")

CORPUS = [
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg onload=window.ran=1>",
    "\"><img src=x onerror='window.ran=1'>",
    "'\"--></style></title></textarea><script>window.ran=1</script>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<a href='javascript:window.ran=1'>press</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.ran=1>",
    "<details open ontoggle=window.ran=1>",
    "[press](javascript:window.ran=1)",
    "{{constructor.constructor('window.ran=1')()}}",
    "&lt;img src=x onerror=window.ran=1&gt;",
    "\u202e<script>window.ran=1</script>",
]
ADDRESSES = [
    "javascript:window.ran=1", " javascript:window.ran=1", "JaVaScRiPt:window.ran=1", "java\nscript:window.ran=1",
    "data:text/html,<script>window.ran=1</script>", "vbscript:window.ran=1", "//evil.example/x", 
    "https:javascript:alert(1)",
    "http://[", "blob:https://evil.example/1",
]  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def unprotected(browser: Browser, address: str) -> AsyncIterator[Page]:
    """The page without its content security policy, so that only its own care protects it."""
    context = await browser.new_context(bypass_csp=True, locale="en-GB", reduced_motion="reduce")
    page = await context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    await page.goto(address)
    await page.get_by_role("log").wait_for(state="attached")
    yield page
    await context.close()


def everywhere(words: str) -> dict[str, Any]:
    """A message that has `words` in every field that is shown."""
    choice = {"title": words, "payload": words}
    item = {
        "item_id": words, "title": words, "subtitle": words, "image": words, "url": words,
        "facets": {words: words, "genre": [words, [words]], "n": 3}, "reasons": [{"kind": words, "text": words}] * 3,
        "actions": [{**choice, "kind": kind} for kind in (*KINDS, words)],
    }  # fmt: skip
    return {
        "type": "slate", "text": words, "choices": [choice], "need": {"chips": [choice]},
        "slate": {"items": [item], "eligible": 1, "words": {"n": {"label": words}}},
    }  # fmt: skip


async def nothing_ran(page: Page) -> None:
    """Fails when a script ran or an element stands there that only markup could have made."""
    await page.wait_for_timeout(50)
    assert await page.evaluate("window.ran") is None
    foreign = (
        "script:not([src]), iframe, math, style, .message img, .choices img, .need img, .message a, [onerror], [onload]"
    )
    await expect(page.locator("body").locator(foreign)).to_have_count(0)


@pytest.mark.parametrize("words", CORPUS)
async def test_markup_in_any_field_is_shown_as_words(unprotected: Page, gateway: FakeGateway, words: str) -> None:
    await gateway.say(**everywhere(words))
    await gateway.say(words, type="notice")
    compare = {"items": [{"title": words}], "rows": [{"label": words, "values": [words], "differs": True}]}
    await gateway.say(words, type="compare", compare=compare)
    await expect(unprotected.locator(".card-title")).to_have_text(words)
    await expect(unprotected.locator(".notice")).to_have_text(words)
    await expect(unprotected.locator(".choice")).to_have_count(0)
    await nothing_ran(unprotected)


@pytest.mark.parametrize("words", CORPUS[:4])
async def test_markup_typed_by_the_person_is_shown_as_words(
    unprotected: Page, gateway: FakeGateway, words: str
) -> None:
    gateway.refusals = [400]
    for _ in range(2):  # once refused, so that the bubble with the button to send again is covered
        await unprotected.get_by_label("Your message").fill(words)
        await unprotected.keyboard.press("Enter")
    await expect(unprotected.locator(".from-user .bubble")).to_have_text([words, words])
    await nothing_ran(unprotected)


@pytest.mark.parametrize("address_given", ADDRESSES)
async def test_an_address_that_is_not_of_the_web_is_no_link(
    unprotected: Page, gateway: FakeGateway, address_given: str
) -> None:
    item = {"item_id": "1", "title": "Heat", "url": address_given, "image": address_given}
    await gateway.say(type="slate", slate={"items": [item], "eligible": 1})
    await expect(unprotected.locator(".card-title")).to_have_text("Heat")
    await expect(unprotected.locator(".card a, .card img")).to_have_count(0)
    await nothing_ran(unprotected)


async def test_names_of_object_properties_are_words_too(unprotected: Page, gateway: FakeGateway) -> None:
    facets = {"__proto__": "a", "constructor": "b", "toString": 3}
    reasons = [{"kind": "constructor", "text": "because"}]
    actions = [{"kind": "hasOwnProperty", "title": "Odd", "payload": "p"}]
    item = {"item_id": "__proto__", "title": "Heat", "facets": facets, "reasons": reasons, "actions": actions}
    await gateway.say(type="slate", slate={"items": [item], "eligible": 1, "words": {"constructor": {}}})
    await expect(unprotected.locator(".reasons li")).to_have_text("because")
    await unprotected.get_by_role("button", name="Odd: Heat").click()
    await expect(unprotected.locator(".from-user")).to_have_count(1)
