"""For someone else: a need and a profile of its own, beside which one's own stays exactly as it was."""

from __future__ import annotations

ASSAM = {"item_id": "2", "title": "Assam", "role": "like"}
SENCHA = {"item_id": "4", "title": "Sencha", "role": "like"}


async def test_what_is_liked_meanwhile_belongs_to_the_other_one(person, resources):
    await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    await person.says("like", "she loves Assam", items=[ASSAM])
    assert resources.store.interactions(person.user_id, "teas") == []
    assert [past.item_id for past in resources.store.interactions(person.user_id, "teas", "aunt")] == ["2"]


async def test_ratings_given_meanwhile_do_not_reach_my_next_ranking(person, ranker):
    await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    await person.presses('/feedback{"kind": "rating", "item_id": "2", "value": 5}')
    await person.says("recommend", "for me again", for_whom="self")
    assert ranker.requests[-1]["history"] == []
    assert "2" not in ranker.requests[-1]["exclude"]


async def test_the_other_one_is_known_the_next_time(person, ranker):
    await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    await person.says("like", "she loves Assam", items=[ASSAM])
    await person.says("recommend", "for me again", for_whom="self")
    await person.says("recommend", "something for my aunt", for_whom="Aunt")
    assert [past["item_id"] for past in ranker.requests[-1]["history"]] == ["2"]


async def test_what_was_shown_for_the_other_one_may_be_shown_to_me(person):
    mine = await person.says("recommend", "a tea", count=2)
    await person.says("recommend", "a tea for my aunt", for_whom="aunt", count=4)
    back = await person.says("recommend", "for me again", for_whom="self", count=3)
    assert (mine.items, back.items) == (["1", "2"], ["3", "4", "5"])


async def test_undo_takes_a_like_out_of_the_other_profile(person, resources):
    await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    await person.says("like", "she loves Assam", items=[ASSAM])
    reply = await person.says("undo", "undo")
    assert resources.store.interactions(person.user_id, "teas", "aunt") == []
    assert reply.chips == ["for your aunt"]


async def test_undo_of_the_turn_to_somebody_else_brings_my_need_back(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    assert (await person.says("undo", "undo")).chips == ["green"]


async def test_the_ledger_tells_for_whom_something_is_kept(person):
    await person.says("like", "I love Sencha", items=[SENCHA])
    await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    await person.says("like", "she loves Assam", items=[ASSAM])
    text = (await person.says("about_me", "what do you know")).text
    assert "you like Sencha" in text
    assert "For your aunt I keep separately: Assam liked" in text


async def test_everything_forgotten_holds_for_the_others_too(person, resources):
    await person.says("recommend", "a tea for my aunt", for_whom="aunt")
    await person.says("like", "she loves Assam", items=[ASSAM])
    await person.presses('/forget{"all": true}')
    assert resources.store.profiles(person.user_id, "teas") == {}
