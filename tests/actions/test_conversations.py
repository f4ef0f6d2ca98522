"""Whole turns about what to recommend, with a store and a ranker on a real socket."""

from __future__ import annotations

import dataclasses

import pytest

NO_RANKER = ("down", "slow", "nonsense", "refuses")


async def test_a_request_is_answered_with_a_slate_that_fits(person, wish):
    reply = await person.says("recommend", "a green tea", constraints=[wish("kind", "is", "Green")])
    assert reply.items == ["4", "5", "6", "8", "10"]
    assert reply.chips == ["green"]
    assert reply.text == "I'd go for these 5 teas (green):"


async def test_the_person_is_answered_in_chinese(person, wish):
    reply = await person.says("recommend", "来点绿茶", language="zh", constraints=[wish("kind", "is", "Green")])
    assert reply.text == "按“绿茶”，我挑了5款茶："
    assert reply.chips == ["绿茶"]


async def test_a_button_is_answered_in_the_language_of_the_last_words(person):
    await person.says("recommend", "推荐一下", language="zh")
    assert (await person.presses("/more")).text.startswith("再来")


async def test_a_refinement_shows_only_what_fits_and_was_not_shown(person, wish):
    first = await person.says("recommend", "an Indian or Chinese tea", count=2)
    second = await person.says("refine", "nothing smoky", constraints=[wish("kind", "is_not", "Smoky")])
    assert first.items == ["1", "2"]
    assert not set(second.items) & {"1", "2", "10"}
    assert second.chips == ["not smoky"]


async def test_when_only_shown_ones_fit_they_come_again_and_it_says_so(person, wish):
    await person.says("recommend", "tea", count=3)
    reply = await person.says("refine", "from 2019", constraints=[wish("harvest", "is", 2019)])
    assert reply.items == ["1"]
    assert reply.utters[0] == "utter_slate_again"


async def test_every_version_of_the_need_is_kept(person, wish, resources):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    await person.says("refine", "cheap", constraints=[wish("price", "at_most", 9)])
    versions = resources.store.needs(person.conversation_id, "teas")
    assert [(need.version, len(need.constraints)) for need in versions] == [(1, 1), (2, 2)]


async def test_a_message_that_comes_again_after_a_crash_changes_nothing_twice(person, wish, resources):
    await person.says("refine", "newer", constraints=[wish("kind", "is", "Green")])
    del person.events[:]
    await person.says("refine", "newer", constraints=[wish("kind", "is", "Green")])
    assert [need.version for need in resources.store.needs(person.conversation_id, "teas")] == [1]


async def test_more_never_shows_an_item_twice_and_says_when_it_is_over(person, wish):
    shown = (await person.says("recommend", "tea", count=4)).items
    for _ in range(2):
        shown += (await person.says("more", "more", count=4)).items
    assert len(shown) == len(set(shown)) == 10
    over = await person.says("more", "more")
    assert over.items == []
    assert over.utters == ["utter_exhausted_plain"]
    assert [choice["payload"] for choice in over.choices] == ["/start_over", "/human"]


async def test_zero_results_come_with_counted_ways_out_that_work(person, wish):
    reply = await person.says(
        "recommend", "green from India", constraints=[wish("kind", "is", "Green"), wish("origin", "is", "India")]
    )
    assert reply.items == []
    assert "0 left" in reply.text
    assert "without green: 3; without India: 5" in reply.text or "without India: 5; without green: 3" in reply.text
    freed = await person.presses(reply.choice("Without India (5)"))
    assert freed.chips == ["green"]
    assert len(freed.items) == 5


async def test_a_broken_must_of_the_ranker_never_reaches_the_person(person, wish, ranker):
    ranker.trouble = "rogue"
    reply = await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")], count=10)
    assert reply.items == ["4", "5", "6", "8", "10"]  # of the ten that it sent


@pytest.mark.parametrize("trouble", NO_RANKER)
async def test_without_a_ranker_popular_items_that_fit_come_and_it_says_so(person, wish, ranker, trouble):
    ranker.trouble = trouble
    reply = await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    assert reply.items == ["4", "6", "5", "8", "10"]
    assert reply.utters == ["utter_degraded"]
    assert "recommender isn't answering" in reply.text


async def test_when_the_ranker_is_back_the_next_answer_is_ranked(person, ranker):
    ranker.trouble = "down"
    await person.says("recommend", "tea")
    ranker.trouble = ""
    assert (await person.says("more", "more")).utters == ["utter_more_plain"]


async def test_without_a_ranker_likes_are_not_claimed_to_be_met(person, ranker):
    ranker.trouble = "down"
    reply = await person.says("like", "I love Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "like"}])
    assert "like Sencha" not in reply.messages[-1]["text"]


async def test_a_dislike_acts_at_once_and_for_ever(person, resources):
    first = await person.says("recommend", "tea", count=3)
    reply = await person.says("dislike", "not the second", positions=[{"index": 2, "role": "unlike"}])
    assert reply.text.startswith("Got it, Assam is out")
    assert first.items[1] not in reply.items
    (past,) = resources.store.interactions(person.user_id, "teas")
    assert (past.item_id, past.kind) == ("2", "dislike")
    await person.says("start_over", "start over")
    again = await person.says("recommend", "tea", count=10)
    assert "2" not in again.items


async def test_a_like_button_is_stored_and_sent_to_the_ranker(person, ranker):
    await person.says("recommend", "tea", count=2)
    reply = await person.presses('/feedback{"kind": "like", "item_id": "1"}')
    assert reply.chips == ["like Lapsang"]
    sent = ranker.requests[-1]
    assert sent["need"]["like"] == ["1"]
    assert [(past["item_id"], past["rating"]) for past in sent["history"]] == [("1", 5.0)]
    assert "1" in sent["exclude"]


async def test_a_button_for_an_item_that_is_gone_is_answered(person):
    assert (await person.presses('/feedback{"kind": "like", "item_id": "404"}')).utters == [
        "utter_feedback_unknown_item"
    ]


async def test_none_of_these_brings_others(person):
    await person.says("recommend", "tea", count=3)
    reply = await person.says("dislike", "none of these")
    assert reply.items == ["4", "5", "6", "7", "8"]
    assert reply.utters[0] == "utter_noted_none"


async def test_a_like_without_an_item_asks_which(person):
    await person.says("recommend", "tea", count=2)
    reply = await person.says("like", "great!")
    assert [choice["title"] for choice in reply.choices] == ["Lapsang", "Assam"]


async def test_a_place_beyond_the_list_is_answered_with_how_long_it_was(person):
    await person.says("recommend", "tea", count=2)
    reply = await person.says("like", "the fifth", positions=[{"index": 5, "role": "like"}])
    assert reply.text == "My last list had only 2 teas. Which one do you mean?"


async def test_a_wish_that_cannot_be_filtered_is_said_to_be_so(person, wish):
    reply = await person.says("recommend", "nutty green", constraints=[wish("kind", "is", "Green")], unmet=["nutty"])
    assert reply.messages[0]["text"] == "I can't filter by “nutty”, but I've kept it in mind when choosing."
    assert reply.items


async def test_sentences_about_filters_name_no_likes(person, wish):
    await person.says("like", "I love Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "like"}])
    reply = await person.says("refine", "x", constraints=[wish("origin", "is", "India"), wish("kind", "is", "Green")])
    assert reply.messages[0]["text"].startswith("Nothing fits India, green: 0 left.")


async def test_a_doubtful_wish_is_offered_and_can_be_taken(person, wish):
    reply = await person.says("recommend", "tea", maybe=[wish("kind", "is", "Smoky")])
    assert "Did you also mean" in reply.text
    taken = await person.presses(reply.choice("Smoky"))
    assert taken.chips == ["smoky"]


async def test_a_removed_chip_takes_its_words_out_of_the_text(person, wish, ranker):
    await person.says("recommend", "a grassy tea", constraints=[wish("kind", "is", "Green", span=[2, 8])])
    reply = await person.presses('/remove_chip{"facet": "kind", "op": "is", "value": "Green"}')
    assert reply.chips == []
    assert ranker.requests[-1]["need"]["text"] == "a tea"


async def test_removing_a_liked_item_keeps_it_in_the_history(person, resources):
    await person.says("like", "I love Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "like"}])
    reply = await person.presses('/remove_chip{"item_id": "4"}')
    assert reply.chips == []
    assert resources.store.interactions(person.user_id, "teas")[0].kind == "like"


async def test_a_chip_pressed_twice_is_answered(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    payload = '/remove_chip{"facet": "kind", "op": "is", "value": "Green"}'
    await person.presses(payload)
    assert (await person.presses(payload)).utters[0] == "utter_chip_gone"


async def test_a_gift_does_not_touch_my_taste(person, resources, ranker, wish):
    await person.says("like", "I love Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "like"}])
    gift = await person.says(
        "recommend",
        "for my aunt, she loves Assam",
        for_whom="aunt",
        items=[{"item_id": "2", "title": "Assam", "role": "like"}],
    )
    assert gift.chips == ["for your aunt", "like Assam"]
    assert [past["item_id"] for past in ranker.requests[-1]["history"]] == ["2"]
    assert [past.item_id for past in resources.store.interactions(person.user_id, "teas")] == ["4"]
    assert (await person.says("recommend", "for me again", for_whom="self")).chips == ["like Sencha"]


async def test_start_over_empties_the_need_and_keeps_history_and_versions(person, resources, wish):
    await person.says(
        "like",
        "green, I love Sencha",
        constraints=[wish("kind", "is", "Green")],
        items=[{"item_id": "4", "title": "Sencha", "role": "like"}],
    )
    reply = await person.says("start_over", "start over")
    assert reply.chips == []
    assert [need.version for need in resources.store.needs(person.conversation_id, "teas")] == [1, 2]
    assert resources.store.interactions(person.user_id, "teas")[0].item_id == "4"


async def test_after_starting_over_what_was_shown_may_come_again(person):
    first = await person.says("recommend", "tea", count=2)
    await person.says("start_over", "start over")
    assert (await person.says("recommend", "tea", count=2)).items == first.items


async def test_a_newcomer_is_greeted_with_what_can_be_asked(person):
    reply = await person.says("greet", "hi")
    assert reply.utters == ["utter_greet_new"]
    assert [choice["title"] for choice in reply.choices][:2] == ["Black", "Green"]


async def test_somebody_with_history_is_greeted_with_it(person, resources):
    resources.store.record_interaction(person.user_id, "teas", "4", "like")
    assert "Sencha" in (await person.says("greet", "hi")).text


async def test_whom_it_is_for_is_a_chip_that_leads_back_to_me(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    gift = await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    assert gift.chips == ["for your aunt"]
    assert gift.custom["need"]["text"] == "a tea for my aunt"
    back = await person.presses(gift.custom["need"]["chips"][0]["payload"])
    assert back.chips == ["green"]
    assert back.custom["need"]["text"] == "green"


async def test_a_question_stands_below_the_list_with_its_answers(person, wish):
    reply = await person.says("recommend", "tea", maybe=[wish("kind", "is", "Smoky")])
    slate, asked = reply.messages
    assert "choices" not in slate["custom"]
    assert [choice["title"] for choice in asked["custom"]["choices"]] == ["Smoky", "More", "Start over"]


async def test_a_button_acts_on_the_pack_of_its_card(person, resources, catalog):
    resources.settings = dataclasses.replace(resources.settings, packs=("teas", "coffees"))
    coffees = dataclasses.replace(catalog, pack=dataclasses.replace(catalog.pack, name="coffees"))
    resources._catalogs["coffees"] = coffees
    await person.says("recommend", "coffee", pack="coffees", language="en")
    await person.presses('/feedback{"kind": "like", "item_id": "4", "pack": "teas"}')
    assert [past.item_id for past in resources.store.interactions(person.user_id, "teas")] == ["4"]
    assert resources.store.interactions(person.user_id, "coffees") == []
