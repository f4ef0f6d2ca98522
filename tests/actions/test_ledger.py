"""What is known about a person, and what is forgotten."""

from __future__ import annotations

from actions.wishes import payload

SENCHA = {"item_id": "4", "title": "Sencha", "role": "about"}


def like(item_id: str) -> str:
    return payload("feedback", kind="like", item_id=item_id)


async def test_what_is_known_is_told_by_where_it_comes_from(person, wish):
    await person.presses(like("4"))
    await person.says("rate", "3 stars for Keemun", items=[{"item_id": "7", "title": "Keemun", "role": "about"}])
    await person.says("recommend", "cheap", constraints=[wish("price", "at_most", 10)])
    reply = await person.says("about_me", "what do you know about me")
    assert "Right now you want: price up to 10, like Sencha." in reply.text
    assert "kept for next time: you like Sencha; you rated Keemun (3)." in reply.text


async def test_the_same_is_told_in_chinese(person):
    await person.presses(like("4"))
    reply = await person.says("about_me", "你知道我什么", language="zh")
    assert "长期记着的：你喜欢“Sencha”。" in reply.text


async def test_of_somebody_new_nothing_is_known(person):
    assert (await person.says("about_me", "what do you know about me")).utters == ["utter_about_nothing"]


async def test_a_like_is_forgotten_by_its_button(person, resources):
    await person.presses(like("4"))
    told = await person.says("about_me", "what do you know about me")
    await person.presses(told.choice("Forget Sencha"))
    assert resources.store.interactions(person.user_id, "teas") == []
    assert resources.store.current_need(person.conversation_id, "teas").like == ()


async def test_what_is_forgotten_does_not_come_back_by_undo(person, wish):
    await person.says("recommend", "smoky", constraints=[wish("kind", "is", "Smoky")])
    await person.says("refine", "cheap", constraints=[wish("price", "at_most", 9)])
    await person.says("forget", "forget that I like smoky", constraints=[wish("kind", "is", "Smoky")])
    await person.says("refine", "organic", constraints=[wish("organic", "is", True)])
    assert (await person.says("undo", "undo")).chips == ["price up to 9"]


async def test_the_words_for_a_forgotten_wish_go_too(person, wish, resources):
    smoky = wish("kind", "is", "Smoky", span=[0, 5])
    await person.says("recommend", "smoky tea", constraints=[smoky])
    await person.says("forget", "forget smoky", constraints=[wish("kind", "is", "Smoky")])
    assert [need.text for need in resources.store.needs(person.conversation_id, "teas")] == ["tea"]


async def test_what_was_never_known_is_not_forgotten(person, wish):
    reply = await person.says("forget", "forget that I like smoky", constraints=[wish("kind", "is", "Smoky")])
    assert reply.utters == ["utter_forget_nothing"]


async def test_liked_items_of_a_forgotten_kind_are_offered_too(person, wish):
    await person.presses(like("1"))
    reply = await person.says("forget", "forget that I like smoky", constraints=[wish("kind", "is", "Smoky")])
    assert "Forget Lapsang" in [choice["title"] for choice in reply.choices]


async def test_everything_is_forgotten_only_after_a_yes(person, resources):
    await person.presses(like("4"))
    asked = await person.says("forget", "forget everything you know about me")
    assert len(resources.store.interactions(person.user_id, "teas")) == 1
    await person.presses(asked.choice("Yes, erase it all"))
    assert resources.store.interactions(person.user_id, "teas") == []
    assert resources.store.needs(person.conversation_id, "teas")[-1].like == ()


async def test_what_is_forgotten_is_gone_from_earlier_conversations(person, wish, resources):
    await person.says("recommend", "a smoky tea", constraints=[wish("kind", "is", "Smoky")])
    later = resources.store.open_conversation("web", person.user_id).conversation_id
    earlier, person.conversation_id, person.events = person.conversation_id, later, []
    await person.says("refine", "smoky", constraints=[wish("kind", "is", "Smoky")])
    await person.says("forget", "forget that I like smoky", constraints=[wish("kind", "is", "Smoky")])
    need = resources.store.current_need(earlier, "teas")
    assert (need.constraints, need.text) == ((), "a tea")
