"""What the page shows of each kind of message."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.web.fake_gateway import FakeGateway
from tests.bot.web.films import COMPARE, SLATE, chips, film

pytestmark = pytest.mark.asyncio(loop_scope="session")


def slate(*items: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"type": "slate", "slate": {"items": list(items), "eligible": None, **parts}}


async def test_a_newcomer_is_offered_four_requests_of_the_pack(page: Page) -> None:
    samples = page.get_by_role("list", name="For example").get_by_role("button")
    await expect(samples).to_have_count(4)
    await expect(samples.first).to_have_text("A funny animated film from the nineties")


async def test_a_sample_request_is_sent_when_pressed(page: Page, gateway: FakeGateway) -> None:
    await page.get_by_role("button", name="A funny animated film from the nineties").click()
    await expect(page.locator(".message.from-user .bubble")).to_have_text("A funny animated film from the nineties")
    await expect(page.get_by_role("heading", name="What would you enjoy today?")).to_be_hidden()
    assert [post["text"] for post in gateway.posts] == ["A funny animated film from the nineties"]


async def test_a_slate_is_numbered_cards_in_the_order_of_the_slate(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    titles = page.locator(".card-title")
    await expect(titles).to_have_count(4)
    assert [text.split("\n")[0] for text in await titles.all_inner_texts()] == [
        "The Wrong Trousers", "A Close Shave", "Toy Story", "Aladdin",
    ]  # fmt: skip
    assert await page.locator(".position").all_inner_texts() == ["1", "2", "3", "4"]
    await expect(page.locator(".eligible")).to_have_text("37 matches in all")


async def test_one_eligible_item_is_counted_in_the_singular(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**slate(film("1", "Toy Story"), eligible=1))
    await expect(page.locator(".eligible")).to_have_text("One match in all")


async def test_facets_of_any_kind_are_shown_and_unknown_ones_left_out(page: Page, gateway: FakeGateway) -> None:
    facets = {
        "dish": ["duck", "pancake"], "price_per_head": 12500, "year": 1995, "vegan": True, "pets": False,
        "awards": None,
        "rating": 4.25, "note": "",
    }  # fmt: skip
    await gateway.say(**slate(film("7", "Quanjude", facets=facets)))
    facets_shown = page.locator(".facets li")
    await expect(facets_shown).to_have_count(7)
    shown = await facets_shown.all_inner_texts()
    assert [" ".join(text.split()) for text in shown] == [
        "4.3 4.3 of 5 stars", "duck", "pancake", "price per head 12,500", "1995", "vegan", "no pets",
    ]  # fmt: skip


async def test_a_facet_that_the_subtitle_says_is_not_said_twice(page: Page, gateway: FakeGateway) -> None:
    item = film("1", "Toy Story", "1995 · 动画、喜剧", facets={"genre": ["Animation", "Comedy", "War"], "year": 1995})
    words = {"genre": {"label": "类型", "values": {"Animation": "动画", "Comedy": "喜剧", "War": "战争"}}}
    await gateway.say(**slate(item, words=words))
    await expect(page.locator(".facets li")).to_have_text(["战争"])


async def test_reasons_are_shown_and_those_beyond_two_are_folded(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    card = page.locator(".card").first
    await expect(card.get_by_text("Animated, funny, from 1993")).to_be_visible()
    folded = card.get_by_text("118 people rated it, 4.5 on average")
    await expect(folded).to_be_hidden()
    await card.get_by_text("More reasons").click()
    await expect(folded).to_be_visible()


async def test_a_title_with_an_address_is_a_link_that_opens_apart(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    link = page.get_by_role("link", name="The Wrong Trousers (opens in a new tab)")
    await expect(link).to_have_attribute("href", "https://example.org/169")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_an_image_of_this_site_is_shown_and_one_of_another_is_not(page: Page, gateway: FakeGateway) -> None:
    own, foreign = film("1", "Own", image="/icon.svg"), film("2", "Foreign", image="https://example.org/cover.png")
    await gateway.say(**slate(own, foreign))
    await expect(page.locator(".card")).to_have_count(2)
    await expect(page.locator(".card img")).to_have_count(1)
    await expect(page.locator("[data-item='1'] img")).to_have_attribute("src", page.url + "icon.svg")


async def test_a_like_is_sent_and_stays_pressed_after_a_reload(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    like = page.get_by_role("button", name="I like it: A Close Shave")
    await expect(like).to_have_attribute("aria-pressed", "false")
    await like.click()
    await expect(like).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(like).to_have_attribute("aria-pressed", "true")
    assert [post["payload"] for post in gateway.posts] == ["like-408"]


async def test_a_dislike_takes_the_like_back(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    like, dislike = (page.get_by_role("button", name=f"{name}: Toy Story") for name in ("I like it", "Not for me"))
    await like.click()
    await dislike.click()
    await expect(dislike).to_have_attribute("aria-pressed", "true")
    await expect(like).to_have_attribute("aria-pressed", "false")


async def test_explain_is_a_plain_button_that_may_be_pressed_again(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    explain = page.get_by_role("button", name="Why this one?: Toy Story")
    assert await explain.get_attribute("aria-pressed") is None
    await explain.click()
    await expect(page.locator(".from-user")).to_have_count(1)
    await explain.click()
    await expect(page.locator(".from-user")).to_have_count(2)
    assert [post["payload"] for post in gateway.posts] == ["explain-1", "explain-1"]


async def test_quick_replies_go_when_one_is_chosen(page: Page, gateway: FakeGateway) -> None:
    gateway.titles = {"more": "Show me more"}
    await gateway.say(**SLATE)
    await page.get_by_role("group", name="Suggested replies").get_by_role("button", name="Show me more").click()
    await expect(page.locator(".choice")).to_have_count(0)
    await expect(page.locator(".from-user .bubble")).to_have_text(["Show me more"])
    assert gateway.posts[0]["payload"] == "more"


async def test_the_need_shows_as_chips_of_the_latest_message_that_has_some(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    await gateway.say("You're welcome!")
    bar = page.get_by_role("region", name="What I'm looking for")
    await expect(bar.get_by_role("button")).to_have_text(["comedy", "animation", "1990–1999"])
    await gateway.say("Gone.", need=chips("comedy"))
    await expect(bar.get_by_role("button")).to_have_text(["comedy"])
    await gateway.say("All gone.", need=chips())
    await expect(bar).to_be_hidden()


async def test_the_words_around_a_chinese_answer_are_chinese_on_an_english_page(
    page: Page, gateway: FakeGateway
) -> None:
    await gateway.say(
        **{**slate(film("1", "玩具总动员"), eligible=37), "text": "这几部应该合你意：", "need": chips("喜剧")}
    )
    await expect(page.locator(".eligible")).to_have_text("共 37 个符合")
    await expect(page.get_by_role("region", name="当前需求").get_by_role("button")).to_have_text(["喜剧"])
    await gateway.say("Here you are:", **slate(film("2", "Heat"), eligible=2))
    await expect(page.locator(".eligible").last).to_have_text("2 matches in all")


async def test_a_removed_chip_sends_its_payload_once(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    chip = page.get_by_role("button", name="Remove: animation")
    await chip.click()
    await chip.click(force=True)
    await expect(page.locator(".from-user")).to_have_count(1)
    assert [post["payload"] for post in gateway.posts] == ["drop-animation"]


async def test_a_comparison_is_a_table_that_marks_what_differs(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**COMPARE)
    table = page.get_by_role("table")
    await expect(table.get_by_role("columnheader")).to_have_text(["The Wrong Trousers", "A Close Shave"])
    await expect(table.locator("tr.differs th")).to_have_text(["year (differs)", "genre (differs)"])
    await expect(table.get_by_role("cell", name="Animation, Comedy, Thriller")).to_be_visible()


async def test_typing_shows_until_the_answer_comes(page: Page, gateway: FakeGateway) -> None:
    await expect(page.locator(".typing")).to_be_hidden()
    await page.get_by_label("Your message").wait_for()
    await gateway.say("Hello.")
    await expect(page.get_by_text("Hello.")).to_be_visible()
    await gateway.typing(True)
    await expect(page.locator(".typing")).to_be_visible()
    await expect(page.get_by_role("status").filter(has_text="InstructRec is looking…")).to_be_attached()
    await gateway.say("Here it is.")
    await expect(page.locator(".typing")).to_be_hidden()


async def test_notices_and_colleagues_are_told_apart_from_the_bot(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("Mara has joined.", type="notice", **{"from": "system"})
    await gateway.say("Hello, Mara here.", **{"from": "agent"})
    await expect(page.locator(".notice")).to_have_text("Mara has joined.")
    await expect(page.locator(".from-agent .sender")).to_have_text("A colleague")


async def test_a_message_that_is_not_of_the_contract_is_left_out(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("odd", **{"from": "intruder"})
    await gateway.say("broken", slate="no slate", choices={"a": 1}, need=[1, 2])
    await gateway.say("fine")
    await expect(page.locator(".bubble")).to_have_text(["broken", "fine"])


async def test_a_chinese_browser_gets_a_chinese_page(browser: Browser, gateway: FakeGateway, address: str) -> None:
    context = await browser.new_context(locale="zh-TW")
    page = await context.new_page()
    await page.goto(address)
    await expect(page.get_by_role("heading", name="今天想来点什么？")).to_be_visible()
    await expect(page.locator(".sample").first).to_have_text("推荐一部九十年代的搞笑动画片")
    assert await page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert gateway.sessions[0]["locale"] == "zh-TW"
    await context.close()


async def test_words_carry_the_language_they_are_written_in(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("为你找到 Heat")
    await gateway.say("I found 重庆 for you, a city of many hills")
    await expect(page.locator(".bubble")).to_have_count(2)
    assert await page.locator(".bubble").evaluate_all("all => all.map(one => one.lang)") == ["zh", "en"]
