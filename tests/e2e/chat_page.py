"""The chat page as a person uses it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Locator, Page, expect

ANSWER_MS = 20_000
"""Far longer than an answer takes: what matters here is that it comes."""


@dataclass(frozen=True)
class ChatPage:
    """An open chat page."""

    page: Page

    @classmethod
    async def open(cls, context: BrowserContext, address: str) -> ChatPage:
        page = await context.new_page()
        await page.goto(address)
        await page.get_by_role("log").wait_for(state="attached")
        return cls(page)

    async def ask(self, words: str, timeout_ms: float = ANSWER_MS) -> float:
        """Says `words`, waits for the answer and returns the seconds it took."""
        return await self._answered(lambda: self._write(words), timeout_ms)

    async def press(self, button: Locator, timeout_ms: float = ANSWER_MS) -> float:
        """Presses a button that says something, waits for the answer and returns the seconds it took."""
        return await self._answered(button.click, timeout_ms)

    async def _write(self, words: str) -> None:
        await self.page.locator("textarea").fill(words)
        await self.page.keyboard.press("Enter")

    async def _answered(self, act: Any, timeout_ms: float) -> float:
        answers = self.page.locator(".message.from-bot")
        before = await answers.count()
        started = time.monotonic()
        await act()
        await expect(answers.nth(before)).to_be_visible(timeout=timeout_ms)
        took_s = time.monotonic() - started
        await expect(self.page.locator(".typing")).to_be_hidden(timeout=timeout_ms)
        return took_s

    @property
    def last_slate(self) -> Locator:
        """The cards of the newest slate."""
        return self.page.locator(".message:has(.card)").last.locator(".card")

    async def slate(self) -> list[str]:
        """The item ids of the newest slate, in order."""
        return [str(await card.get_attribute("data-item")) for card in await self.last_slate.all()]

    async def answer(self) -> str:
        """The text of the newest message of the bot."""
        return await self.page.locator(".message.from-bot").last.inner_text()

    async def chips(self) -> list[str]:
        """The need as it stands above the composer."""
        return [text.strip() for text in await self.page.locator(".chip").all_inner_texts()]

    async def log(self) -> list[str]:
        """Everything said, one text a message."""
        return await self.page.locator(".message").all_inner_texts()

    async def known(self) -> dict[str, Any]:
        """What the bot knows about the person, from its own interface."""
        return await self.page.evaluate(
            """async () => {
                const { token } = JSON.parse(localStorage.getItem("instructrec.session"));
                const response = await fetch("api/v1/me", { headers: { Authorization: `Bearer ${token}` } });
                return response.json();
            }"""
        )
