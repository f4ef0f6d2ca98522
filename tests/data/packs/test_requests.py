from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
import yaml

from data.catalog import Catalog
from data.reading import Reader

REQUESTS = Path(__file__).with_name("requests.yml")
WISH = re.compile(r"(?P<soft>~?)(?P<facet>\w+)(?P<op>!=|<=|>=|=)(?P<value>.+?)(?= ~?\w+(?:!=|<=|>=|=)|$)")
SIGNS = {"is": "=", "is_not": "!=", "at_least": ">=", "at_most": "<="}
EXACT = 0.85
"""Share of requests whose constraints must all be read, none too many."""


@pytest.fixture(scope="module")
def reader(restaurants: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    home = tmp_path_factory.mktemp("home")
    return Reader.load([(restaurants.pack, restaurants)], home, lambda: datetime.date(2026, 1, 1))


def expected(text: str) -> set[tuple[str, str, str]]:
    return {(m["facet"], m["op"], value) for m in WISH.finditer(text) for value in m["value"].split("|")}


def heard(reader: Reader, text: str) -> set[tuple[str, str, str]]:
    constraints = [wish.constraint for wish in reader.read(text).constraints]
    return {(c.facet, SIGNS[c.op], str(c.value)) for c in constraints}


def test_expectations_name_values_of_the_catalog(restaurants: Catalog) -> None:
    requests = yaml.safe_load(REQUESTS.read_text(encoding="utf-8"))
    for _, wishes in (request for language in requests.values() for request in language):
        for facet, _, value in expected(wishes):
            known = restaurants.values.get(facet)
            assert facet in restaurants.pack.facets and (known is None or value in known), (facet, value)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_most_requests_in_new_words_are_read_exactly(reader: Reader, language: str) -> None:
    requests = yaml.safe_load(REQUESTS.read_text(encoding="utf-8"))[language]
    wrong = [(text, heard(reader, text)) for text, wishes in requests if heard(reader, text) != expected(wishes)]
    assert len(wrong) <= (1 - EXACT) * len(requests), wrong


def test_food_of_beijing_is_a_preference_and_restaurants_of_beijing_are_all_of_them(reader: Reader) -> None:
    assert [c.constraint.as_dict() for c in reader.read("推荐一些北京美食").constraints] == [
        {"facet": "cuisine", "op": "is", "value": "beijing", "strength": "prefer"}
    ]
    assert reader.read("推荐一些北京的餐厅").constraints == ()
