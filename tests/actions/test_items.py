"""Items asked about, compared, rated and chosen."""

from __future__ import annotations

import dataclasses

import pytest

from data.catalog import Catalog

SENCHA = {"item_id": "4", "title": "Sencha", "role": "about"}
GYOKURO = {"item_id": "5", "title": "Gyokuro", "role": "about"}
KEEMUN = {"item_id": "7", "title": "Keemun", "role": "about"}


def _row(reply, facet):
    return next(row for row in reply.custom["compare"]["rows"] if row["facet"] == facet)


async def test_the_first_two_are_compared_facet_by_facet(person):
    await person.says("recommend", "tea")
    places = [{"index": 1, "role": "about"}, {"index": 2, "role": "about"}]
    reply = await person.says("compare", "compare the first two", positions=places)
    assert [item["title"] for item in reply.custom["compare"]["items"]] == ["Lapsang", "Assam"]
    assert _row(reply, "kind") == {
        "facet": "kind", "label": "kind", "values": ["black and smoky", "black"], "differs": True,
    }  # fmt: skip


async def test_what_is_alike_is_not_marked_as_different(person):
    reply = await person.says("compare", "Sencha or Gyokuro", items=[SENCHA, GYOKURO])
    assert _row(reply, "kind")["differs"] is False


async def test_the_verdict_goes_by_the_wishes(person, wish):
    await person.says("recommend", "cheap", constraints=[wish("price", "at_most", 10)])
    reply = await person.says("compare", "which is better", items=[SENCHA, GYOKURO])
    assert "Of these, Sencha is the one that fits price up to 10." in reply.text
    assert "Gyokuro falls short on price up to 10: its price is 30." in reply.text


async def test_the_verdict_in_chinese_states_the_same_facts(person, wish):
    await person.says("recommend", "便宜的", language="zh", constraints=[wish("price", "at_most", 10)])
    reply = await person.says("compare", "哪个好", language="zh", items=[SENCHA, GYOKURO])
    assert "符合“价格10以下”的是“Sencha”。" in reply.text
    assert "“Gyokuro”不符合“价格10以下”：它的价格是30。" in reply.text
    assert _row(reply, "organic")["values"] == ["是", "是"]


async def test_without_a_wish_no_verdict_is_made_up(person):
    reply = await person.says("compare", "compare", items=[SENCHA, GYOKURO])
    assert "utter_compare_no_need" in reply.utters


async def test_bare_numbers_point_into_the_list(person):
    await person.says("recommend", "tea")
    reply = await person.says("compare", "compare 1 and 3")
    assert [item["title"] for item in reply.custom["compare"]["items"]] == ["Lapsang", "Darjeeling"]


async def test_one_item_alone_is_asked_what_to_compare_it_with(person):
    await person.says("recommend", "tea", count=2)
    asked = await person.says("compare", "compare Sencha", items=[SENCHA])
    reply = await person.presses(asked.choice("Lapsang"))
    assert [item["title"] for item in reply.custom["compare"]["items"]] == ["Sencha", "Lapsang"]


async def test_more_than_three_are_not_put_side_by_side(person):
    await person.says("recommend", "tea")
    places = [{"index": place, "role": "about"} for place in (1, 2, 3, 4)]
    reply = await person.says("compare", "compare the first four", positions=places)
    assert len(reply.custom["compare"]["items"]) == 3
    assert "utter_compare_too_many" in reply.utters


async def test_with_nothing_to_compare_it_asks(person):
    assert (await person.says("compare", "compare them")).utters == ["utter_compare_which"]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("when was it harvested", "Sencha: harvest is 2022."),
        ("how much is Sencha", "Sencha: price is 9."),
        ("what is the origin of Sencha", "Sencha: origin is Japan."),
    ],
)
async def test_one_thing_asked_of_an_item_is_told(person, text, fact):
    assert (await person.says("explain", text, items=[SENCHA])).text == fact


async def test_whether_it_is_something_is_answered_with_yes_or_no(person, wish):
    yes = await person.says("explain", "is it a green tea", items=[SENCHA], constraints=[wish("kind", "is", "Green")])
    no = await person.says("explain", "is it a green tea", items=[KEEMUN], constraints=[wish("kind", "is", "Green")])
    assert yes.text == "Yes. Sencha: kind is green."
    assert no.text == "No, going by my data. Keemun: kind is black."


async def test_what_the_catalog_does_not_hold_is_said_to_be_unknown(person):
    reply = await person.says("explain", "how long is Sencha brewed", items=[SENCHA])
    assert reply.text.startswith("I don't know that about Sencha.")


async def test_it_means_the_item_asked_about_before(person):
    await person.says("recommend", "tea")
    await person.says("explain", "tell me about Keemun", items=[KEEMUN])
    assert (await person.says("explain", "how much is it")).text == "Keemun: price is 11."


async def test_a_title_that_is_not_known_is_not_taken_for_another(person):
    await person.says("recommend", "tea")
    reply = await person.says("explain", "how much does Dragonwell cost these days")
    assert reply.utters == ["utter_question_which"]


async def test_a_rating_is_kept_with_its_value_and_steers_the_list(person, resources):
    reply = await person.says("rate", "1 star for Sencha", items=[SENCHA])
    kept = resources.store.interactions(person.user_id, "teas")
    assert [(past.item_id, past.kind, past.rating) for past in kept] == [("4", "rating", 1.0)]
    assert reply.text.startswith("Sencha at 1 of 5: got it, less of that kind.")
    assert "nothing like Sencha" in reply.chips
    assert reply.choice("Undo") == "/undo"


async def test_a_rating_without_a_number_is_asked_for(person, resources):
    asked = await person.says("rate", "let me rate Sencha", items=[SENCHA])
    await person.presses(asked.choice("4 of 5"))
    assert resources.store.interactions(person.user_id, "teas")[0].rating == 4.0


async def test_what_is_chosen_is_recorded_and_closed_politely(person, resources):
    shown = (await person.says("recommend", "tea")).items
    reply = await person.says("choose", "i'll take the second", positions=[{"index": 2, "role": "about"}])
    kept = resources.store.interactions(person.user_id, "teas")
    assert [(past.item_id, past.kind) for past in kept] == [(shown[1], "chosen")]
    assert reply.text == "Good choice, Assam it is. Enjoy!"


async def test_a_choice_can_be_taken_back(person, resources):
    await person.says("choose", "Sencha it is", items=[SENCHA])
    await person.says("undo", "undo")
    assert resources.store.interactions(person.user_id, "teas") == []


async def test_it_asks_which_one_is_chosen_when_that_is_open(person, resources):
    await person.says("recommend", "tea", count=3)
    reply = await person.says("choose", "i'll take it")
    assert reply.utters == ["utter_choose_which"]
    assert resources.store.interactions(person.user_id, "teas") == []


async def test_why_not_names_the_signal_that_puts_an_item_behind(person, ranker):
    ranker.contributions = {"1": {"taste": 2.0, "text": 0.5}, "8": {"taste": 0.1, "text": 0.4}}
    await person.says("recommend", "tea", count=1)
    reply = await person.says(
        "explain", "why not Genmaicha", items=[{"item_id": "8", "title": "Genmaicha", "role": "about"}]
    )
    assert reply.utters == ["utter_why_lower_ranked", "utter_why_behind_taste"]
    assert reply.text.endswith("What puts it behind Lapsang: what you liked before.")


async def test_items_of_different_packs_are_not_compared(person, resources, catalog, settings):
    mug = dataclasses.replace(catalog.items[0], item_id="m", title="Enamel Mug", aliases=())
    cups = Catalog(dataclasses.replace(catalog.pack, name="cups"), (mug,), "")
    resources.settings = dataclasses.replace(settings, packs=("teas", "cups"))
    resources._catalogs["cups"] = cups
    reply = await person.says("compare", "Sencha or the enamel mug?", items=[SENCHA])
    assert reply.utters == ["utter_compare_foreign"]
    assert "Sencha and Enamel Mug" in reply.text


async def test_a_question_about_the_list_is_answered_for_each_of_it(person):
    await person.says("recommend", "tea", count=2)
    reply = await person.says(
        "explain", "which of these is cheaper", relative=[{"facet": "price", "direction": "less"}]
    )
    assert reply.text == "Lapsang: price is 12.5. About Assam: price is 6."


async def test_a_title_that_the_reading_missed_is_found_between_the_joints(person):
    reply = await person.says("compare", "which is better, Sencha or Gyokuro?", items=[SENCHA])
    assert [item["title"] for item in reply.custom["compare"]["items"]] == ["Sencha", "Gyokuro"]


async def test_a_chinese_title_inside_a_sentence_is_found_although_the_reading_missed_it(person, resources, catalog):
    named = dataclasses.replace(catalog.items[3], names={"zh": "煎茶"})
    resources._catalogs["teas"] = Catalog(catalog.pack, (named, *catalog.items[4:]), "")
    reply = await person.says("explain", "煎茶是哪年的", language="zh")
    assert reply.text == "“Sencha”：采摘年份是2022。"


async def test_words_inside_the_title_are_no_value_that_is_asked_about(person, wish):
    blend = {"item_id": "9", "title": "{item} <b>Blend</b>", "role": "about"}
    black = wish("kind", "is", "Black", span=[16, 21])
    reply = await person.says("explain", "how old is the Blend", items=[blend], constraints=[black])
    assert reply.text == "{item} <b>Blend</b>: harvest is 2017."
