"""Somebody of whom nothing is known here: a questionnaire, neighbours of its answers, the taste of another pack."""

from __future__ import annotations

import dataclasses

import pytest


@pytest.fixture
def coffees(resources, catalog):
    """A second shop whose items are other ones."""
    items = tuple(
        dataclasses.replace(item, item_id=f"c{item.item_id}", title=f"{item.title} coffee") for item in catalog.items
    )
    pack = dataclasses.replace(catalog.pack, name="coffees")
    resources.settings = dataclasses.replace(resources.settings, packs=("teas", "coffees"))
    resources._catalogs["coffees"] = dataclasses.replace(catalog, pack=pack, items=items)


async def test_a_newcomer_is_offered_the_questionnaire(person):
    assert "/get_to_know" in [choice["payload"] for choice in (await person.says("greet", "hi")).choices]


async def test_who_has_a_history_is_greeted_with_what_fits_it(person, ranker):
    await person.presses('/feedback{"kind": "like", "item_id": "4"}')
    await person.says("start_over", "start over")
    reply = await person.says("greet", "hi")
    assert reply.utters[0] == "utter_greet_known"
    assert len(reply.items) == 5
    assert [past["item_id"] for past in ranker.requests[-1]["history"]] == ["4"]


@pytest.mark.usefixtures("coffees")
async def test_the_taste_of_another_pack_speaks_where_nothing_is_known(person, resources, ranker):
    resources.store.record_interaction(person.user_id, "coffees", "c1", "like")
    reply = await person.says("recommend", "", pack="teas")
    assert ranker.requests[-1]["need"]["text"] == "Lapsang coffee black smoky China"
    assert "Lapsang coffee" in reply.text


@pytest.mark.usefixtures("coffees")
async def test_what_is_wanted_here_counts_more_than_another_packs_taste(person, resources, ranker, wish):
    resources.store.record_interaction(person.user_id, "coffees", "c1", "like")
    await person.says("recommend", "green tea", pack="teas", constraints=[wish("kind", "is", "Green")])
    assert ranker.requests[-1]["need"]["text"] == "green tea"


async def test_answers_of_the_questionnaire_are_the_history_that_neighbours_are_found_by(person, ranker):
    for item_id, value in (("1", 5), ("2", 1)):
        await person.presses(f'/feedback{{"kind": "rating", "item_id": "{item_id}", "value": {value}}}')
    assert [(past["item_id"], past["rating"]) for past in ranker.requests[-1]["history"]] == [("1", 5.0), ("2", 1.0)]
