"""A person finds a film: the real four processes, driven through the page in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from data.catalog import Catalog
from tests.e2e.chat_page import ChatPage

pytestmark = pytest.mark.asyncio(loop_scope="session")

FUNNY_NINETIES = "a funny animated film from the nineties"


def facet_of(catalog: Catalog, item_ids: list[str], facet: str) -> list[object]:
    return [catalog[item_id].facets[facet] for item_id in item_ids]


def are_funny_animated_nineties(catalog: Catalog, item_ids: list[str]) -> bool:
    """Whether every item is a comedy, animated and of 1990 to 1999 by the catalog."""
    genres = [set(genres) for genres in facet_of(catalog, item_ids, "genre")]  # type: ignore[call-overload]
    years = facet_of(catalog, item_ids, "year")
    return all({"Comedy", "Animation"} <= genre for genre in genres) and all(1990 <= year <= 1999 for year in years)  # type: ignore[operator]


async def test_every_film_shown_is_what_was_asked_for(chat: ChatPage, catalog: Catalog) -> None:
    await chat.ask(FUNNY_NINETIES)
    shown = await chat.slate()
    assert len(shown) >= 3
    assert len(set(shown)) == len(shown)
    assert are_funny_animated_nineties(catalog, shown), await chat.log()


async def test_a_card_shows_the_title_of_the_catalog(chat: ChatPage, catalog: Catalog) -> None:
    await chat.ask(FUNNY_NINETIES)
    titles = await chat.last_slate.locator(".card-title").all_inner_texts()
    assert titles == [catalog[item_id].title for item_id in await chat.slate()]


async def test_a_refusal_changes_the_list_and_keeps_the_rest_of_the_wish(chat: ChatPage, catalog: Catalog) -> None:
    await chat.ask(FUNNY_NINETIES)
    before = await chat.slate()
    await chat.ask("nothing for children")
    after = await chat.slate()
    assert after != before
    assert after != []
    assert are_funny_animated_nineties(catalog, after), await chat.log()
    assert [genres for genres in facet_of(catalog, after, "genre") if "Children's" in genres] == []  # type: ignore[operator]


async def test_a_like_is_answered_and_remembered(chat: ChatPage) -> None:
    await chat.ask(FUNNY_NINETIES)
    item_id = (await chat.slate())[0]
    like = chat.last_slate.first.locator("[data-kind=like]")
    await chat.press(like)
    await expect(chat.page.locator(f"[data-item='{item_id}'] [data-kind=like]").first).to_have_attribute(
        "aria-pressed", "true"
    )
    kept = (await chat.known())["interactions"]
    assert [(entry["item_id"], entry["kind"]) for entry in kept] == [(item_id, "like")]


async def test_a_reload_shows_the_same_conversation(chat: ChatPage) -> None:
    await chat.ask(FUNNY_NINETIES)
    await chat.ask("nothing for children")
    before, chips = await chat.log(), await chat.chips()
    await chat.page.reload()
    await expect(chat.page.locator(".message")).to_have_count(len(before))
    await expect(chat.page.locator(".chip")).to_have_count(len(chips))
    assert await chat.log() == before
    assert await chat.chips() == chips


async def test_a_removed_chip_takes_its_wish_out_of_the_need(chat: ChatPage, catalog: Catalog) -> None:
    await chat.ask(FUNNY_NINETIES)
    chips = await chat.chips()
    assert len(chips) == 3
    comedy = next(index for index, chip in enumerate(chips) if "comedy" in chip.lower())
    await chat.press(chat.page.locator(".chip").nth(comedy))
    await expect(chat.page.locator(".chip")).to_have_count(2)
    assert await chat.chips() == chips[:comedy] + chips[comedy + 1 :]
    assert all("Animation" in genres for genres in facet_of(catalog, await chat.slate(), "genre"))  # type: ignore[operator]


@pytest.mark.parametrize("chat", ["zh-CN"], indirect=True)
async def test_a_chinese_request_is_understood_and_answered_in_chinese(chat: ChatPage, catalog: Catalog) -> None:
    await chat.ask("推荐一部九十年代的搞笑动画片")
    shown = await chat.slate()
    assert shown != []
    assert are_funny_animated_nineties(catalog, shown), await chat.log()
    bubble = chat.page.locator(".message.from-bot .bubble").first
    await expect(bubble).to_have_attribute("lang", "zh")


async def test_markup_and_a_typed_command_are_words(chat: ChatPage) -> None:
    await chat.ask("/restart <img src=x onerror=alert(1)>")
    await expect(chat.page.locator(".from-user .bubble")).to_have_text("/restart <img src=x onerror=alert(1)>")
    await expect(chat.page.locator(".message img")).to_have_count(0)
