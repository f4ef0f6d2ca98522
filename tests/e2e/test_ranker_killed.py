"""The ranker dies in the middle of a conversation and comes back."""

from __future__ import annotations

import pytest
import yaml

from data.catalog import Catalog
from data.settings import PROJECT
from tests.e2e.chat_page import ChatPage
from tests.e2e.four_processes import FourProcesses
from tests.e2e.test_conversation import are_funny_animated_nineties, facet_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SKILL = PROJECT / "bot" / "assistant" / "skills" / "recommend"
DEADLINE_S = 3.0
BUSY_MACHINE = 2.0
"""The deadline holds on an idle machine of 2 cores; tests may share theirs."""


def degraded_openings() -> list[str]:
    """How the bot says that it answers without its ranker: the responses up to the first fact in them."""
    responses = yaml.safe_load((SKILL / "responses.yml").read_text(encoding="utf-8"))["responses"]
    texts = [entry["text"] for name, entries in responses.items() if "degraded" in name for entry in entries]
    return [text.split("{")[0].strip() for text in texts]


async def test_the_person_is_answered_without_the_ranker_and_normally_after_its_return(
    chat: ChatPage, bot: FourProcesses, catalog: Catalog
) -> None:
    await chat.ask("a funny animated film from the nineties")
    bot.kill("ranker")
    try:
        took_s = await chat.ask("nothing for children")
        degraded, answer = await chat.slate(), await chat.answer()
    finally:
        await bot.restart("ranker")
    assert took_s <= DEADLINE_S * BUSY_MACHINE, f"{took_s:.2f} s"
    assert degraded != [], answer
    assert are_funny_animated_nineties(catalog, degraded), answer
    assert any(opening in answer for opening in degraded_openings()), answer
    await chat.ask("something funny from the eighties instead")
    years, answer = facet_of(catalog, await chat.slate(), "year"), await chat.answer()
    assert len(years) >= 3, answer
    assert [year for year in years if year not in range(1980, 1990)] == [], answer
    assert not any(opening in answer for opening in degraded_openings()), answer
