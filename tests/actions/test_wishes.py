"""How wishes are called, and the chips that take them back."""

from __future__ import annotations

import json

import pytest

from actions.wishes import chips, in_one_line, number, ways_round
from actions.wording import Wording
from data.catalog import Catalog
from data.need import Constraint, Need

RANGE = (Constraint("harvest", "at_least", 2019), Constraint("harvest", "at_most", 2022))


@pytest.mark.parametrize(
    ("constraints", "english_name", "chinese_name"),
    [
        ((Constraint("kind", "is", "Green"),), "green", "绿茶"),
        ((Constraint("kind", "is_not", "Smoky"),), "not smoky", "不要烟熏"),
        ((Constraint("origin", "is", "Japan"),), "Japan", "Japan"),
        (RANGE, "2019–2022", "2019–2022年"),
        ((Constraint("harvest", "at_least", 2020),), "2020 or later", "2020年及以后"),
        ((Constraint("harvest", "at_most", 2020),), "2020 or earlier", "2020年及以前"),
        ((Constraint("harvest", "is", 2020),), "2020", "2020年"),
        ((Constraint("price", "at_most", 7.5),), "price up to 7.5", "价格7.5以下"),
        ((Constraint("price", "at_least", 3.0), Constraint("price", "at_most", 9)), "price 3–9", "价格3–9"),
        ((Constraint("organic", "is", True),), "organic", "有机"),
        ((Constraint("organic", "is", "no"),), "no organic", "不要有机"),
        ((Constraint("organic", "is_not", True),), "no organic", "不要有机"),
        ((Constraint("kind", "is", "Green", "prefer"),), "ideally green", "最好绿茶"),
        (
            (Constraint("kind", "is", "Green", group="g"), Constraint("kind", "is", "Black", group="g")),
            "green or black",
            "绿茶或红茶",
        ),
    ],
)
def test_a_wish_is_called_as_people_call_it(
    constraints: tuple[Constraint, ...],
    english_name: str,
    chinese_name: str,
    catalog: Catalog,
    english: Wording,
    chinese: Wording,
):
    need = Need("teas", constraints=constraints)
    assert [chip["title"] for chip in chips(need, catalog, english)] == [english_name]
    assert [chip["title"] for chip in chips(need, catalog, chinese)] == [chinese_name]


def test_both_ends_of_a_range_are_one_chip_that_takes_both_back(catalog: Catalog, english: Wording):
    (chip,) = chips(Need("teas", constraints=RANGE), catalog, english)
    assert chip["payload"].startswith("/remove_chip{")
    assert json.loads(chip["payload"].removeprefix("/remove_chip")) == {
        "drop": [
            {"facet": "harvest", "op": "at_least", "value": 2019},
            {"facet": "harvest", "op": "at_most", "value": 2022},
        ]
    }


def test_items_liked_and_not_liked_have_chips(catalog: Catalog, english: Wording):
    need = Need("teas", like=("4",), unlike=("1", "404"))
    assert chips(need, catalog, english) == [
        {"title": "like Sencha", "payload": '/remove_chip{"item_id": "4"}'},
        {"title": "nothing like Lapsang", "payload": '/remove_chip{"item_id": "1"}'},
    ]


def test_a_title_with_braces_is_only_words(catalog: Catalog, english: Wording):
    assert in_one_line(Need("teas", like=("9",)), catalog, english) == "like {item} <b>Blend</b>"


def test_a_long_need_is_cut_in_a_sentence(catalog: Catalog, english: Wording):
    need = Need("teas", constraints=RANGE, like=("4", "5"))
    assert in_one_line(need, catalog, english, limit=2) == "2019–2022, like Sencha, …"


def test_an_empty_need_has_no_words(catalog: Catalog, english: Wording):
    assert in_one_line(Need("teas"), catalog, english) == ""


def test_going_without_a_refusal_means_allowing_it(catalog: Catalog, english: Wording, chinese: Wording):
    dropped = (Constraint("kind", "is_not", "Smoky"), Constraint("harvest", "at_least", 2020))
    assert ways_round(dropped, catalog.pack, english) == "with smoky allowed and without 2020 or later"
    assert ways_round(dropped, catalog.pack, chinese) == "不排除“烟熏”和去掉“2020年及以后”"


@pytest.mark.parametrize(("value", "text"), [(1995, "1995"), (3.888, "3.89"), (4.0, "4"), ("7.50", "7.5")])
def test_numbers_have_no_needless_digits(value: float | str, text: str):
    assert number(value) == text
