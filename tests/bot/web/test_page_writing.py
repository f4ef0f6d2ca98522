"""Writing a message: keys, input methods, the limit."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.bot.web.fake_gateway import FakeGateway

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_enter_sends_and_shift_enter_starts_a_line(page: Page, gateway: FakeGateway) -> None:
    field = page.get_by_label("Your message")
    await field.press_sequentially("one")
    await page.keyboard.press("Shift+Enter")
    await field.press_sequentially("two")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-seq] .bubble")).to_have_count(1)
    assert [post["text"] for post in gateway.posts] == ["one\ntwo"]
    await expect(field).to_have_value("")


async def test_enter_that_chooses_chinese_characters_does_not_send(page: Page, gateway: FakeGateway) -> None:
    field = page.get_by_label("Your message")
    await field.focus()
    keyboard = await page.context.new_cdp_session(page)
    await keyboard.send("Input.imeSetComposition", {"text": "dianying", "selectionStart": 8, "selectionEnd": 8})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    await keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    await keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    await expect(field).to_have_value("dianying")
    assert gateway.posts == []
    await keyboard.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    await keyboard.send("Input.insertText", {"text": "电影"})
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-seq] .bubble")).to_have_text(["电影"])


async def test_the_enter_that_ends_a_composition_does_not_send(page: Page, gateway: FakeGateway) -> None:
    """Safari ends the composition before it reports the key, then only the key code 229 tells."""
    field = page.get_by_label("Your message")
    await field.fill("电影")
    await field.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True})
    await expect(field).to_have_value("电影")
    assert gateway.posts == []


async def test_blank_text_is_not_sent(page: Page, gateway: FakeGateway) -> None:
    await page.get_by_label("Your message").fill("  \n ")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send").click(force=True)
    assert gateway.posts == []


async def test_2000_characters_are_sent_and_counted(page: Page, gateway: FakeGateway) -> None:
    await page.get_by_label("Your message").fill("字" * 1_999 + "😀")
    await expect(page.locator(".counter")).to_have_text("2000 of 2000 characters")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-seq] .bubble")).to_have_count(1)


async def test_2001_characters_are_kept_marked_and_not_sent(page: Page, gateway: FakeGateway) -> None:
    field = page.get_by_label("Your message")
    await field.fill("x" * 2_001)
    await page.keyboard.press("Enter")
    await expect(page.locator(".counter")).to_have_text("1 characters too many")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_value("x" * 2_001)
    assert gateway.posts == []


async def test_a_short_text_shows_no_counter(page: Page) -> None:
    await page.get_by_label("Your message").fill("short")
    await expect(page.locator(".counter")).to_have_text("")
