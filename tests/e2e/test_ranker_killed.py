"""The ranker dies in the middle of a conversation and comes back."""

from __future__ import annotations

import pytest

from data.catalog import Catalog
from tests.e2e.chat_page import ChatPage
from tests.e2e.four_processes import FourProcesses
from tests.e2e.test_conversation import are_funny_animated_nineties

pytestmark = pytest.mark.asyncio(loop_scope="session")

DEADLINE_S = 3.0
BUSY_MACHINE = 2.0
"""The deadline holds on an idle machine of 2 cores; tests may share theirs."""


async def test_the_person_is_answered_without_the_ranker_and_normally_after_its_return(
    chat: ChatPage, bot: FourProcesses, catalog: Catalog, record_property: object
) -> None:
    await chat.ask("a funny animated film from the nineties")
    bot.kill("ranker")
    try:
        took_s = await chat.ask("nothing for children")
        degraded, answer = await chat.slate(), await chat.answer()
        record_property("seconds_without_ranker", round(took_s, 2))  # type: ignore[operator]
    finally:
        await bot.restart("ranker")
    assert took_s <= DEADLINE_S * BUSY_MACHINE
    assert degraded != [], answer
    assert are_funny_animated_nineties(catalog, degraded), answer
    await chat.ask("something funny from the eighties instead")
    years = [catalog[item_id].facets["year"] for item_id in await chat.slate()]
    assert years != []
    assert all(1980 <= year <= 1989 for year in years)  # type: ignore[operator]
    explained = await chat.page.locator(".message:has(.card)").last.locator(".reasons li").count()
    assert explained > 0
