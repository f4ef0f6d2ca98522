from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

from data.catalog import Catalog
from data.reading import Reader
from data.reading.gold import Fact, facts, parse_gold
from tests.data.reading.messages import messages, misread

REQUESTS = Path(__file__).with_name("requests.yml")
EXACT = 0.85
"""Share of requests whose constraints must all be read, none too many."""


@pytest.fixture(scope="module")
def reader(restaurants: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    home = tmp_path_factory.mktemp("home")
    return Reader.load([(restaurants.pack, restaurants)], home, lambda: datetime.date(2026, 1, 1))


def heard(reader: Reader, text: str) -> frozenset[Fact]:
    return facts([wish.constraint for wish in reader.read(text).constraints])


def test_expectations_name_values_of_the_catalog(restaurants: Catalog) -> None:
    requests = yaml.safe_load(REQUESTS.read_text(encoding="utf-8"))
    for text, wishes in (request for language in requests.values() for request in language):
        for facet, _, value in parse_gold(wishes, restaurants.pack, text):
            known = restaurants.values.get(facet)
            assert known is None or value in known, (facet, value)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_most_requests_in_new_words_are_read_exactly(reader: Reader, restaurants: Catalog, language: str) -> None:
    requests = yaml.safe_load(REQUESTS.read_text(encoding="utf-8"))[language]
    expected = {text: parse_gold(wishes, restaurants.pack, text) for text, wishes in requests}
    wrong = [(text, heard(reader, text)) for text in expected if heard(reader, text) != expected[text]]
    assert len(wrong) <= (1 - EXACT) * len(requests), wrong


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nine_of_ten_messages_of_very_different_people_are_read_exactly(
    reader: Reader, restaurants: Catalog, language: str
) -> None:
    lines = messages(restaurants.pack, language)
    wrong = misread(reader, lines)
    assert len(wrong) <= 0.1 * len(lines), wrong


def test_food_of_beijing_is_a_preference_and_restaurants_of_beijing_are_all_of_them(reader: Reader) -> None:
    assert [c.constraint.as_dict() for c in reader.read("推荐一些北京美食").constraints] == [
        {"facet": "cuisine", "op": "is", "value": "beijing", "strength": "prefer"}
    ]
    assert reader.read("推荐一些北京的餐厅").constraints == ()
