"""Asking back: by gain, with counts, never more than three times in a row, and always with a way not to answer."""

from __future__ import annotations

import dataclasses

import pytest

from data.catalog import Catalog

HARVEST = {
    "eligible": 50, "facet": "harvest", "gain_bits": 2.0,
    "values": [
        {"op": "between", "value": [2017.0, 2019.0], "eligible": 15},
        {"op": "between", "value": [2020.0, 2021.0], "eligible": 20},
        {"op": "between", "value": [2022.0, 2024.0], "eligible": 15},
    ],
}  # fmt: skip


@pytest.fixture
def large_shop(resources, catalog, ranker):
    """The tea shop with five of each tea, so that a question helps; three facets may be asked for."""
    facets = {
        name: dataclasses.replace(facet, ask={"en": f"Which {name}?", "zh": f"哪种{name}？"}, ask_back=True)
        for name, facet in catalog.pack.facets.items()
    }
    items = [dataclasses.replace(item, item_id=f"{item.item_id}-{n}") for n in range(5) for item in catalog.items]
    ranker.catalog = Catalog(dataclasses.replace(catalog.pack, facets=facets), tuple(items), "")
    resources._catalogs["teas"] = ranker.catalog


@pytest.mark.usefixtures("large_shop")
async def test_the_answers_carry_counts_and_can_be_skipped(person):
    reply = await person.says("recommend", "tea")
    titles = [choice["title"] for choice in reply.choices]
    assert titles[:5] == ["Japan (20)", "China (15)", "India (15)", "Skip", "Just show me"]


@pytest.mark.usefixtures("large_shop")
async def test_the_ranker_tells_what_to_ask_and_a_range_is_one_answer(person, ranker):
    ranker.best_split = HARVEST
    asked = await person.says("recommend", "tea")
    reply = await person.presses(asked.choice("2020–2021 (20)"))
    assert reply.chips == ["2020–2021"]


@pytest.mark.usefixtures("large_shop")
async def test_a_question_that_is_skipped_is_followed_by_another(person):
    asked = await person.says("recommend", "tea")
    reply = await person.presses(asked.choice("Skip"))
    assert reply.text == "Fine, another question then: Which kind?"
    assert reply.items == []


@pytest.mark.usefixtures("large_shop")
async def test_after_just_show_me_nothing_more_is_asked(person):
    asked = await person.says("recommend", "tea")
    shown = await person.presses(asked.choice("Just show me"))
    later = await person.says("recommend", "another tea")
    assert len(shown.items) == 5
    assert "utter_ask_back" not in later.utters


@pytest.mark.usefixtures("large_shop")
async def test_at_most_three_questions_come_in_a_row(person, ranker):
    ranker.best_split = HARVEST
    reply = await person.says("recommend", "tea")
    asked = 0
    while any(choice["title"] == "Skip" for choice in reply.choices):
        asked += 1
        ranker.best_split = None
        first = next(choice for choice in reply.choices if choice["payload"].startswith("/clarified"))
        reply = await person.presses(first["payload"])
    assert asked <= 3


async def test_a_short_list_is_not_followed_by_a_question(person):
    assert "utter_ask_back" not in (await person.says("recommend", "tea")).utters
