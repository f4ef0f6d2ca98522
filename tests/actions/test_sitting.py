"""Context over time: an earlier visit's need is offered again and never silently kept; corrections; unknown words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.resources import now


@pytest.fixture
def next_day(resources):
    """Lets a night pass."""

    def pass_by() -> None:
        resources.clock = lambda: now() + timedelta(hours=20)

    return pass_by


async def _green(person, wish):
    return await person.says("recommend", "a green tea", constraints=[wish("kind", "is", "Green")])


async def test_a_greeting_on_the_next_day_offers_the_need_of_before(person, wish, next_day):
    await _green(person, wish)
    next_day()
    reply = await person.says("greet", "hello")
    assert reply.utters == ["utter_greet_earlier"]
    resumed = await person.presses(reply.choice("Go on with: green"))
    assert resumed.chips == ["green"]


async def test_a_new_wish_on_the_next_day_begins_anew_and_offers_the_old_one(person, wish, next_day):
    await _green(person, wish)
    next_day()
    reply = await person.says("recommend", "something from India", constraints=[wish("origin", "is", "India")])
    assert reply.chips == ["India"]
    assert reply.utters[0] == "utter_set_aside"
    assert (await person.presses(reply.choice("Go on with: green"))).chips == ["green"]


async def test_within_the_hour_a_wish_joins_what_was_wanted(person, wish):
    await _green(person, wish)
    reply = await person.says("refine", "from Japan", constraints=[wish("origin", "is", "Japan")])
    assert reply.chips == ["green", "Japan"]


async def test_more_on_the_next_day_goes_on_and_says_so(person, wish, next_day):
    await _green(person, wish)
    next_day()
    reply = await person.says("more", "more")
    assert reply.utters[0] == "utter_picked_up"
    assert reply.chips == ["green"]


async def test_words_lead_back_after_the_new_beginning(person, wish, next_day):
    await _green(person, wish)
    next_day()
    await person.says("recommend", "from India", constraints=[wish("origin", "is", "India")])
    assert (await person.says("resume", "go on with yesterday's")).chips == ["green"]


async def test_without_anything_before_there_is_nothing_to_go_on_with(person):
    assert (await person.says("resume", "continue where we left off")).utters == ["utter_resume_nothing"]


async def test_undo_after_the_new_beginning_ends_at_the_empty_need_first(person, wish, next_day):
    await _green(person, wish)
    next_day()
    await person.says("recommend", "from India", constraints=[wish("origin", "is", "India")])
    assert (await person.says("undo", "undo")).custom["need"]["constraints"] == []
    assert (await person.says("undo", "undo")).chips == ["green"]


async def test_small_talk_loses_nothing(person, wish):
    await _green(person, wish)
    await person.says("thanks", "thanks")
    assert (await person.says("more", "more")).chips == ["green"]


@pytest.mark.parametrize("text", ["no, I said *not* black", "我说的是不要红茶", "I meant nothing black"])
async def test_a_correction_takes_the_wrong_reading_back(person, wish, text):
    await person.says("recommend", "tea", constraints=[wish("kind", "is", "Black")])
    reply = await person.says("refine", text, language="en", constraints=[wish("kind", "is_not", "Black")])
    assert reply.chips == ["not black"]
    assert reply.utters[0] == "utter_corrected"


async def test_what_was_misheard_goes_and_what_was_said_before_stays(person, wish):
    await person.says("recommend", "smoky", constraints=[wish("kind", "is", "Smoky")])
    await person.says(
        "refine", "dark, from India", constraints=[wish("kind", "is", "Black"), wish("origin", "is", "India")]
    )
    reply = await person.says("deny", "no, I said green", constraints=[wish("kind", "is", "Green")])
    assert reply.chips == ["smoky", "India", "green"]


async def test_a_no_with_a_wish_is_a_wish(person, wish):
    await _green(person, wish)
    reply = await person.says("deny", "no, nothing smoky", constraints=[wish("kind", "is_not", "Smoky")])
    assert reply.chips == ["green", "not smoky"]


async def test_words_that_the_pack_does_not_know_are_said_back_and_ranked_by(person, wish, ranker):
    await _green(person, wish)
    reply = await person.says(
        "refine", "grassy, hand rolled", constraints=[wish("price", "at_most", 30)], unheard=["hand rolled"]
    )
    assert "I can't filter by “hand rolled”" in reply.text
    assert "hand rolled" in ranker.requests[-1]["need"]["text"]
