"""Whole turns through the actions, with a store and a ranker on a real socket."""

from __future__ import annotations

import json

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
    assert gift.chips == ["like Assam"]
    assert ranker.requests[-1]["history"] == []
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


async def test_why_this_tells_the_reasons_of_the_ranker(person):
    await person.says("recommend", "tea", count=2)
    reply = await person.says("explain", "why the first", positions=[{"index": 1, "role": "about"}])
    assert reply.text == "Lapsang: matches “a cosy evening”."


async def test_why_not_names_the_wish_that_fails_with_the_fact(person, wish):
    await person.says(
        "recommend", "green, not smoky", constraints=[wish("kind", "is", "Green"), wish("harvest", "at_least", 2021)]
    )
    reply = await person.says(
        "explain", "why not Lapsang", items=[{"item_id": "1", "title": "Lapsang", "role": "about"}]
    )
    assert reply.text == ("Lapsang doesn't fit green and 2021 or later: kind is black and smoky and harvest is 2019.")
    assert json.loads(reply.choices[0]["payload"].removeprefix("/remove_chip"))["drop"] == [
        {"facet": "kind", "op": "is", "value": "Green"},
        {"facet": "harvest", "op": "at_least", "value": 2021},
    ]


async def test_why_not_a_refused_item_says_that_it_was_refused(person):
    await person.says("dislike", "no Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "unlike"}])
    reply = await person.says("explain", "why not Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "about"}])
    assert reply.text == "You told me Sencha isn't for you, so I left it out."


async def test_clarification_asks_then_gives_examples_then_offers_a_human(person):
    replies = [await person.says("nlu_fallback", "mumble", ranking=("more", "explain", "human")) for _ in range(3)]
    assert [reply.utters for reply in replies] == [
        ["utter_clarify"],
        ["utter_clarify_examples"],
        ["utter_clarify_human"],
    ]
    assert [choice["title"] for choice in replies[0].choices] == [
        "Show me more",
        "Explain the choice",
        "Talk to a person",
    ]
    assert "/human" in [choice["payload"] for choice in replies[2].choices]


async def test_the_bot_never_says_the_same_text_three_times_running(person):
    texts = [(await person.says("nlu_fallback", "mumble")).text for _ in range(8)]
    texts += [(await person.says("out_of_scope", "the weather")).text for _ in range(5)]
    assert all(len({*texts[i : i + 3]}) > 1 for i in range(len(texts) - 2))


async def test_yes_applies_the_message_that_was_asked_about(person, wish):
    asked = await person.says("nlu_fallback", "grn te", ranking=("refine",), maybe=[wish("kind", "is", "Green")])
    assert "“green”" in asked.text
    assert (await person.says("affirm", "yes")).chips == ["green"]


async def test_yes_to_the_offer_of_a_human_asks_for_one(person, resources):
    for _ in range(3):
        await person.says("nlu_fallback", "mumble", ranking=("more",))
    assert (await person.says("affirm", "yes please")).utters == ["utter_handoff"]


async def test_yes_to_ways_out_takes_the_first(person, wish):
    await person.says("recommend", "x", constraints=[wish("origin", "is", "India"), wish("kind", "is", "Green")])
    assert (await person.says("affirm", "ok")).chips == ["green"]


async def test_yes_to_did_you_also_mean_adds_the_wish(person, wish):
    await person.says("recommend", "tea", maybe=[wish("kind", "is", "Smoky")])
    assert (await person.says("affirm", "yes")).chips == ["smoky"]


async def test_yes_to_a_plain_list_asks_what_next(person):
    await person.says("recommend", "tea")
    assert (await person.says("affirm", "yes")).utters == ["utter_affirm_list"]


async def test_a_button_of_an_older_clarification_applies_its_own_message(person, wish):
    first = await person.says("nlu_fallback", "grn", maybe=[wish("kind", "is", "Green")])
    await person.says("nlu_fallback", "blck", maybe=[wish("kind", "is", "Black")])
    assert (await person.presses(first.choices[0]["payload"])).chips == ["green"]


async def test_no_apologises_and_asks_to_say_it_differently(person):
    await person.says("nlu_fallback", "mumble")
    assert (await person.says("deny", "no")).text == "Sorry, my mistake. How would you put it?"


async def test_asking_for_a_human_stores_a_packet_with_all_that_was_said(person, resources, wish, monkeypatch):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")], count=1)
    packets = []
    monkeypatch.setattr(resources.store, "request_handoff", lambda *request: packets.append(request))
    reply = await person.says("human", "a person please")
    conversation_id, reason, packet = packets[0]
    assert (conversation_id, reason) == (person.conversation_id, "asked")
    assert packet["need"] == "green"
    assert packet["shown"] == [{"item_id": "4", "title": "Sencha"}]
    assert packet["transcript"][0] == {"from": "user", "text": "green"}
    assert "colleague" in reply.text


async def test_whatever_fails_is_answered_with_an_apology(person, resources, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(resources.store, "save_need", broken)
    reply = await person.says("start_over", "start over")
    assert reply.text == "Something went wrong on my side, sorry. Please say that again in a moment."


async def test_somebody_who_came_past_the_gateway_is_answered_and_remembered(person, resources, wish):
    person.conversation_id = "rasa-shell"
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    assert (await person.says("refine", "cheap", constraints=[wish("price", "at_most", 9)])).chips == [
        "green",
        "price up to 9",
    ]


async def test_a_forged_user_in_the_metadata_is_not_believed(person, resources):
    victim = resources.store.open_conversation("web").user_id
    person.user_id = victim
    await person.says("like", "I love Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "like"}])
    assert resources.store.interactions(victim, "teas") == []


async def test_small_talk_has_its_variants_in_turn(person):
    assert [(await person.says("thanks", "thanks")).text for _ in range(2)] == ["You're welcome!", "Any time."]
