"""Whole turns about what was not understood, why something was shown, faults, and people asking for a human."""

from __future__ import annotations

import json


async def test_why_this_tells_the_reasons_of_the_ranker(person):
    await person.says("recommend", "tea", count=2)
    reply = await person.says("explain", "why the first", positions=[{"index": 1, "role": "about"}])
    assert reply.text == "Lapsang: matches “smoky”."


async def test_why_not_names_the_wish_that_fails_with_the_fact(person, wish):
    await person.says(
        "recommend", "green, not smoky", constraints=[wish("kind", "is", "Green"), wish("harvest", "at_least", 2021)]
    )
    reply = await person.says(
        "explain", "why not Lapsang", items=[{"item_id": "1", "title": "Lapsang", "role": "about"}]
    )
    assert reply.text == (
        "“green and 2021 or later” rules out Lapsang: its kind is black and smoky and harvest is 2019."
    )
    assert json.loads(reply.choices[0]["payload"].removeprefix("/remove_chip"))["drop"] == [
        {"facet": "kind", "op": "is", "value": "Green"},
        {"facet": "harvest", "op": "at_least", "value": 2021},
    ]


async def test_why_not_a_refused_item_says_that_it_was_refused(person):
    await person.says("dislike", "no Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "unlike"}])
    reply = await person.says("explain", "why not Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "about"}])
    assert reply.text == "You told me Sencha isn't for you, so I left it out."


async def test_why_not_an_item_that_fits_tells_its_place(person):
    await person.says("recommend", "tea", count=2)
    reply = await person.says("explain", "why not Sencha", items=[{"item_id": "4", "title": "Sencha", "role": "about"}])
    assert reply.text == "Nothing rules out Sencha; it came in at number 7 of 9, so others went first."


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

    monkeypatch.setattr(resources.store, "keep_turn", broken)
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
