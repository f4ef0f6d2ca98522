"""Whole turns about open titles, wishes that contradict earlier ones, and answers to questions in words."""

READINGS = [{"item_id": "4", "title": "Sencha"}, {"item_id": "5", "title": "Gyokuro"}]


def _named(role: str = "like") -> dict:
    return {"item_id": "4", "title": "Sencha", "role": role, "candidates": READINGS}


async def test_a_title_of_several_items_is_asked_about(person):
    reply = await person.says("like", "I love Sencha", items=[_named()])
    assert reply.utters == ["utter_which_title"]
    assert [choice["title"] for choice in reply.choices] == ["Sencha", "Gyokuro"]


async def test_the_button_does_with_the_item_what_was_said(person, resources):
    asked = await person.says("like", "I love Sencha", items=[_named()])
    await person.presses(asked.choice("Gyokuro"))
    assert [(past.item_id, past.kind) for past in resources.store.interactions(person.user_id, "teas")] == [
        ("5", "like")
    ]


async def test_the_place_of_the_button_does_the_same(person, resources):
    await person.says("dislike", "Sencha is awful", items=[_named("unlike")])
    await person.says("nlu_fallback", "the second one")
    stored = resources.store.interactions(person.user_id, "teas")
    assert [(past.item_id, past.kind) for past in stored] == [("5", "dislike")]


async def test_a_title_that_only_one_item_of_the_list_has_is_not_asked_about(person, wish):
    await person.says("recommend", "Japanese", constraints=[wish("price", "is", 30)])
    reply = await person.says("explain", "why Sencha", items=[_named("about")])
    assert reply.utters[0].startswith("utter_why")
    assert "Gyokuro" in reply.text


async def test_a_wish_that_no_item_has_beside_an_earlier_one_takes_its_place_and_is_asked_about(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    reply = await person.says("refine", "black", constraints=[wish("kind", "is", "Black")])
    assert reply.chips == ["black"]
    assert "utter_instead_or_both" in reply.utters
    assert [choice["title"] for choice in reply.choices][:2] == ["Green or black", "Only black"]


async def test_as_well_makes_the_two_wishes_alternatives(person, wish):
    await person.says("recommend", "green", constraints=[wish("kind", "is", "Green")])
    await person.says("refine", "black", constraints=[wish("kind", "is", "Black")])
    reply = await person.says("nlu_fallback", "as well")
    assert reply.chips == ["green or black"]


async def test_yes_to_the_question_means_both(person, wish):
    await person.says("recommend", "China", constraints=[wish("origin", "is", "China")])
    await person.says("refine", "Japan", constraints=[wish("origin", "is", "Japan")])
    assert (await person.says("affirm", "yes")).chips == ["China or Japan"]


async def test_no_to_the_question_keeps_the_new_wish(person, wish):
    await person.says("recommend", "China", constraints=[wish("origin", "is", "China")])
    await person.says("refine", "Japan", constraints=[wish("origin", "is", "Japan")])
    assert (await person.says("deny", "no")).utters == ["utter_instead_kept"]
    assert (await person.says("refine", "cheap", constraints=[wish("price", "at_most", 9)])).chips[0] == "Japan"


async def test_instead_in_words_keeps_the_new_wish(person, wish):
    await person.says("recommend", "China", constraints=[wish("origin", "is", "China")])
    await person.says("refine", "日本的", language="zh", constraints=[wish("origin", "is", "Japan")])
    assert (await person.says("refine", "换掉", language="zh")).text == "好，那就保持这样。"


async def test_somebody_who_said_instead_is_not_asked(person, wish):
    await person.says("recommend", "China", constraints=[wish("origin", "is", "China")])
    reply = await person.says("refine", "Japan instead", constraints=[wish("origin", "is", "Japan")], replaces=True)
    assert "utter_instead_or_both" not in reply.utters


async def test_wishes_that_an_item_meets_together_are_not_asked_about(person, wish):
    await person.says("recommend", "black", constraints=[wish("kind", "is", "Black")])
    reply = await person.says("refine", "smoky", constraints=[wish("kind", "is", "Smoky")])
    assert reply.chips == ["black", "smoky"]
    assert "utter_instead_or_both" not in reply.utters


async def test_a_button_of_a_clarification_can_be_chosen_in_words(person, wish):
    await person.says("nlu_fallback", "mumble", ranking=("recommend", "human"))
    assert (await person.says("nlu_fallback", "talk to a person please")).utters == ["utter_handoff"]


async def test_after_a_choice_in_words_the_next_failure_is_the_first_again(person):
    await person.says("nlu_fallback", "mumble", ranking=("recommend", "human"))
    await person.says("nlu_fallback", "the first")
    assert (await person.says("nlu_fallback", "mumble", ranking=("more",))).utters == ["utter_clarify"]
