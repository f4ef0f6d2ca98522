"""Nothing is lost and nothing doubled: reloads, broken streams, refused sends, ended sessions."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.bot.web.fake_gateway import FakeGateway, Wire
from tests.bot.web.films import SLATE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def say(page: Page, words: str) -> None:
    await page.get_by_label("Your message").fill(words)
    await page.keyboard.press("Enter")


async def test_a_message_is_shown_at_once_and_once(page: Page, gateway: FakeGateway) -> None:
    async def answer(message: Wire) -> None:
        await gateway.say("Sure.")

    gateway.answer = answer
    await say(page, "something funny")
    await expect(page.locator(".bubble")).to_have_text(["something funny", "Sure."])
    await expect(page.get_by_label("Your message")).to_be_focused()


async def test_an_echo_without_an_id_settles_the_message_by_its_words(page: Page, gateway: FakeGateway) -> None:
    gateway.echoes_ids = False
    await say(page, "hello")
    await say(page, "hello")
    await expect(page.locator("[data-seq] .bubble")).to_have_text(["hello", "hello"])
    await expect(page.locator(".outbox > *")).to_have_count(0)


async def test_messages_reach_the_gateway_in_the_order_of_writing(page: Page, gateway: FakeGateway) -> None:
    gateway.refusals = [503]
    for number in range(5):
        await say(page, f"message {number}")
    await expect(page.locator("[data-seq] .bubble")).to_have_text([f"message {number}" for number in range(5)])


async def test_a_reload_shows_the_conversation_again(page: Page, gateway: FakeGateway) -> None:
    await say(page, "something funny")
    await expect(page.locator("[data-seq] .bubble")).to_have_text(["something funny"])
    await gateway.say(**SLATE)
    await expect(page.locator(".card")).to_have_count(4)
    await page.reload()
    await expect(page.locator(".bubble")).to_have_text(["something funny", str(SLATE["text"])])
    await expect(page.locator(".chip")).to_have_count(3)
    await expect(page.locator(".choice")).to_have_count(2)
    assert len(gateway.sessions) == 1


async def test_a_broken_stream_resumes_after_the_last_message(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("one")
    await expect(page.get_by_text("one", exact=True)).to_be_visible()
    gateway.disconnect()
    await gateway.say("two")  # said while nobody listens
    await expect(page.locator(".bubble")).to_have_text(["one", "two"])
    await gateway.say("three")
    await expect(page.locator(".bubble")).to_have_text(["one", "two", "three"])
    assert gateway.resumes[-1] == 1


async def test_a_long_outage_is_told_and_then_over(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("before")
    await expect(page.get_by_text("before")).to_be_visible()
    gateway.streams_open = False
    gateway.disconnect()
    await expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
    await gateway.say("meanwhile")
    gateway.streams_open = True
    await expect(page.locator(".bubble")).to_have_text(["before", "meanwhile"])
    await expect(page.get_by_text("Connection lost. Trying again…")).to_be_hidden()


async def test_many_breaks_lose_and_double_nothing(page: Page, gateway: FakeGateway) -> None:
    expected = [f"message {number}" for number in range(12)]
    for number, words in enumerate(expected):
        await gateway.say(words)
        if number % 3 == 0:
            gateway.disconnect()
            await page.wait_for_timeout(120)
    await expect(page.locator(".bubble")).to_have_text(expected)


async def test_the_same_message_from_replay_and_stream_counts_once(page: Page, gateway: FakeGateway) -> None:
    message = await gateway.say("only once")
    await expect(page.locator(".bubble")).to_have_text(["only once"])
    gateway.messages.clear()
    gateway._store({**message})
    await gateway.say("next", seq=2)
    await expect(page.locator(".bubble")).to_have_text(["only once", "next"])


async def test_messages_that_come_out_of_order_stand_in_order(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("third", seq=3)
    await gateway.say("first", seq=1)
    await gateway.say("second", seq=2)
    await expect(page.locator(".bubble")).to_have_text(["first", "second", "third"])


async def test_a_send_that_fails_for_a_moment_is_repeated_with_the_same_id(page: Page, gateway: FakeGateway) -> None:
    gateway.refusals = [503, 429]
    await say(page, "still there?")
    await expect(page.locator("[data-seq] .bubble")).to_have_text(["still there?"])
    assert len(gateway.posts) == 3
    assert len({post["id"] for post in gateway.posts}) == 1


async def test_a_send_that_fails_for_good_is_sent_again_by_hand_with_the_same_id(
    page: Page, gateway: FakeGateway
) -> None:
    gateway.refusals = [422]
    await say(page, "hello?")
    await expect(page.get_by_text("Not sent. not now")).to_be_visible()
    await expect(page.locator(".typing")).to_be_hidden()
    await page.get_by_role("button", name="Send again").click()
    await expect(page.locator("[data-seq] .bubble")).to_have_text(["hello?"])
    await expect(page.locator(".is-failed")).to_have_count(0)
    assert len(gateway.posts) == 2
    assert gateway.posts[0]["id"] == gateway.posts[1]["id"]


async def test_a_message_that_was_stored_but_not_acknowledged_is_not_doubled(page: Page, gateway: FakeGateway) -> None:
    gateway.refusals = [0]
    await say(page, "once please")
    await expect(page.locator(".bubble")).to_have_text(["once please"])
    await page.wait_for_timeout(1_200)  # long enough for the repeated attempt
    await expect(page.locator(".bubble")).to_have_text(["once please"])
    assert [message["text"] for message in gateway.messages] == ["once please"]


async def test_a_message_that_was_not_acknowledged_survives_a_reload(page: Page, gateway: FakeGateway) -> None:
    gateway.refusals = [422]
    await say(page, "do not lose me")
    await expect(page.get_by_role("button", name="Send again")).to_be_visible()
    await page.reload()
    await expect(page.locator("[data-seq] .bubble")).to_have_text(["do not lose me"])
    assert gateway.posts[0]["id"] == gateway.posts[1]["id"]


async def test_an_ended_session_is_replaced_and_what_was_being_said_is_kept(page: Page, gateway: FakeGateway) -> None:
    await gateway.say("before")
    await expect(page.get_by_text("before")).to_be_visible()
    gateway.forget_conversation()
    await say(page, "after")
    await expect(page.get_by_text("Your earlier conversation has ended.")).to_be_visible()
    await expect(page.locator("[data-seq] .bubble")).to_have_text(["after"])
    await gateway.say("I am here")
    await expect(page.locator(".bubble")).to_have_text(["after", "I am here"])


async def test_a_token_of_yesterday_is_exchanged_for_a_fresh_one_of_the_same_conversation(
    page: Page, gateway: FakeGateway
) -> None:
    await gateway.say("said yesterday")
    await expect(page.locator(".bubble")).to_have_count(1)
    await page.evaluate(
        "key => localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), at: 1 }))",
        "instructrec.session",
    )
    await page.reload()
    await expect(page.locator(".bubble")).to_have_text(["said yesterday"])
    kept = await page.evaluate("JSON.parse(localStorage.getItem('instructrec.session'))")
    assert (kept["token"], kept["conversation_id"]) == ("token-2", "c1")
    assert gateway.sessions[1]["token"] == "token-1"


async def test_a_new_conversation_starts_empty_after_a_question(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    await say(page, "something else")
    await expect(page.locator(".bubble")).to_have_count(2)
    await page.get_by_role("button", name="New conversation").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".bubble")).to_have_count(2)
    await page.get_by_role("button", name="New conversation").click()
    await page.get_by_role("button", name="Start afresh").click()
    await expect(page.locator(".bubble")).to_have_count(0)
    await expect(page.locator(".chip")).to_have_count(0)
    await expect(page.get_by_role("heading", name="What would you enjoy today?")).to_be_visible()
    await gateway.say("Hello again.")
    await expect(page.locator(".bubble")).to_have_text(["Hello again."])
    assert gateway.sessions[1]["authorization"] == "Bearer token-1"


async def test_erasing_asks_first_and_then_forgets_everything(page: Page, gateway: FakeGateway) -> None:
    await say(page, "my secret")
    await expect(page.locator("[data-seq] .bubble")).to_have_count(1)
    await page.get_by_role("button", name="Your data").click()
    await page.get_by_role("button", name="Erase my data").click()
    assert gateway.erased == 0
    await page.get_by_role("dialog", name="Erase my data").get_by_role("button", name="Erase my data").click()
    await expect(page.get_by_text("Your data has been erased.")).to_be_visible()
    await expect(page.locator(".bubble")).to_have_count(0)
    assert gateway.erased == 1


async def test_the_conversation_can_be_downloaded_as_text(page: Page, gateway: FakeGateway) -> None:
    await gateway.say(**SLATE)
    await expect(page.locator(".card")).to_have_count(4)
    await page.get_by_role("button", name="Your data").click()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download conversation").click()
    words = (await (await download.value).path()).read_text(encoding="utf-8")
    assert "InstructRec: Five funny animated films from the nineties" in words
    assert "  2. A Close Shave (1995 · animation, comedy, thriller)" in words


async def test_two_pages_of_one_person_show_the_same_conversation(
    context: BrowserContext, page: Page, gateway: FakeGateway
) -> None:
    second = await context.new_page()
    await second.goto(page.url)
    await say(page, "from the first page")
    await expect(second.locator(".bubble")).to_have_text(["from the first page"])
    await say(second, "from the second")
    await expect(page.locator(".bubble")).to_have_text(["from the first page", "from the second"])


async def test_who_is_too_fast_is_told_so_and_the_message_goes_out_by_itself(page: Page, gateway: FakeGateway) -> None:
    gateway.refusals = [429, 429, 429]
    await say(page, "again and again")
    await expect(page.locator(".is-pending .state")).to_have_text("That was a lot at once. I'll send this in 1 second.")
    await expect(page.locator(".messages .from-user .bubble")).to_have_text("again and again")
    assert len({post["id"] for post in gateway.posts}) == 1


async def test_a_first_word_goes_when_the_answer_comes_also_after_a_reload(page: Page, gateway: FakeGateway) -> None:
    await say(page, "something slow")
    await gateway.say("One moment, I'm looking …", type="notice", passing=True)
    await expect(page.locator(".notice")).to_have_text("One moment, I'm looking …")
    await expect(page.locator(".typing")).to_be_visible()
    await gateway.say("Here it is.")
    await expect(page.locator(".from-bot .bubble")).to_have_text("Here it is.")
    await expect(page.locator(".notice")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".from-bot .bubble")).to_have_text("Here it is.")
    await expect(page.locator(".notice")).to_have_count(0)


async def test_the_menu_asks_for_a_code_that_links_another_chat(page: Page, gateway: FakeGateway) -> None:
    await page.get_by_role("button", name="Your data").click()
    await page.get_by_role("button", name="Continue in another chat").click()
    await expect(page.locator(".messages .from-user .bubble")).to_have_text("Link my chats")
    assert [post["text"] for post in gateway.posts] == ["Link my chats"]
