"""Cards say what the catalog says, and reasons what filter and score gave."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from actions.narrowing import question
from actions.ranking import RankedItem, Ranking, RankRequest, read_ranking, truthful
from actions.reasons import worded
from actions.slate import card, slate_message
from actions.wording import Wording
from data.catalog import Catalog
from data.need import Constraint, Need
from data.store import StoredInteraction


def test_a_card_holds_the_facets_of_the_catalog(catalog: Catalog, english: Wording):
    entry = card(RankedItem("1"), catalog, english)
    assert entry["title"] == "Lapsang"
    assert entry["subtitle"] == "2019 · black, smoky"
    assert entry["facets"] == {
        "kind": ["Black", "Smoky"],
        "origin": "China",
        "harvest": 2019,
        "price": 12.5,
        "organic": False,
    }


def test_a_card_speaks_the_persons_language(catalog: Catalog, chinese: Wording):
    entry = card(RankedItem("1", ({"kind": "similar", "item_id": "4"},)), catalog, chinese)
    assert entry["subtitle"] == "2019 · 红茶、烟熏"
    assert entry["reasons"] == [{"kind": "similar", "item_id": "4", "text": "和“Sencha”相近"}]
    assert [action["title"] for action in entry["actions"]] == ["喜欢", "不喜欢", "已经知道", "为什么推荐"]


def test_a_card_has_a_button_for_each_thing_to_do(catalog: Catalog, english: Wording):
    assert [(a["kind"], a["payload"]) for a in card(RankedItem("4"), catalog, english)["actions"]] == [
        ("like", '/feedback{"kind": "like", "item_id": "4", "pack": "teas"}'),
        ("dislike", '/feedback{"kind": "dislike", "item_id": "4", "pack": "teas"}'),
        ("seen", '/feedback{"kind": "seen", "item_id": "4", "pack": "teas"}'),
        ("explain", '/explain{"item_id": "4", "pack": "teas"}'),
    ]


def test_constraints_become_one_reason_with_ranges_merged(catalog: Catalog, english: Wording):
    reasons = worded(
        [
            {"kind": "constraint", "facet": "harvest", "op": "at_least", "value": 2019},
            {"kind": "constraint", "constraint": {"facet": "kind", "op": "is", "value": "Black"}},
            {"kind": "constraint", "facet": "harvest", "op": "at_most", "value": 2022},
            {"kind": "constraint", "facet": "unheard", "op": "is", "value": "x"},
        ],
        catalog,
        english,
    )
    assert [reason["text"] for reason in reasons] == ["2019–2022, black"]


def test_titles_in_reasons_come_from_the_catalog_and_not_from_the_ranker(catalog: Catalog, english: Wording):
    reason = {"kind": "taste", "items": [{"item_id": "2", "title": "Forged"}, {"item_id": "404", "title": "Ghost"}]}
    assert worded([reason], catalog, english)[0]["text"] == "because you liked Assam"


def test_what_two_items_share_is_named(catalog: Catalog, english: Wording, chinese: Wording):
    shared = [{"facet": "kind", "value": "Black"}, {"facet": "origin", "value": "India"}]
    reason = {"kind": "similar", "item_id": "2", "title": "Assam", "shared": shared}
    assert worded([reason], catalog, english)[0]["text"] == "similar to Assam (black, India)"
    assert worded([reason], catalog, chinese)[0]["text"] == "和“Assam”相近（红茶、India）"


def test_the_value_that_the_text_asks_for_is_named(catalog: Catalog, english: Wording):
    reasons = [{"kind": "text", "facet": "harvest", "value": 2021}]
    assert worded(reasons, catalog, english)[0]["text"] == "matches “harvest 2021”"


def test_a_reason_of_an_unknown_kind_is_left_out(catalog: Catalog, english: Wording):
    assert worded([{"kind": "astrology", "sign": "leo"}], catalog, english) == []


def test_the_most_telling_reason_comes_first(catalog: Catalog, english: Wording):
    reasons = [{"kind": "popular", "count": 25}, {"kind": "text"}, {"kind": "similar", "like": ["1", "2"]}]
    assert [r["text"] for r in worded(reasons, catalog, english)] == [
        "similar to Lapsang and Assam",
        "matches your description",
        "popular (25 people)",
    ]


def test_a_slate_carries_the_need_with_its_chips(catalog: Catalog, english: Wording):
    need = Need("teas", 3, "green tea", (Constraint("kind", "is", "Green"),))
    message = slate_message(Ranking((RankedItem("4"),), 5), need, catalog, english)
    assert message["slate"]["eligible"] == 5
    assert message["need"]["version"] == 3
    assert message["need"]["chips"] == [
        {"title": "green", "payload": '/remove_chip{"facet": "kind", "op": "is", "value": "Green"}'}
    ]
    assert "choices" not in message


def test_history_is_sent_with_what_it_says_of_the_taste():
    at = datetime(2020, 1, 1, tzinfo=timezone.utc)
    history = tuple(
        StoredInteraction(item_id, kind, rating, at)
        for item_id, kind, rating in (
            ("1", "like", None),
            ("2", "dislike", None),
            ("3", "seen", None),
            ("4", "rating", 3.5),
        )
    )
    sent = RankRequest(Need("teas"), history, ("2",), 5).as_dict()
    assert [past.get("rating") for past in sent["history"]] == [5.0, 1.0, None, 3.5]
    assert sent["history"][0] == {"item_id": "1", "timestamp": 1577836800, "rating": 5.0}
    assert sent["exclude"] == ["2"]


def test_a_reason_never_claims_a_like_that_was_not_said(catalog: Catalog, english: Wording):
    at = datetime(2020, 1, 1, tzinfo=timezone.utc)
    history = [StoredInteraction(i, kind, None, at) for i, kind in (("1", "like"), ("2", "seen"), ("3", "dislike"))]
    reasons = truthful([{"kind": "taste", "item_id": item_id} for item_id in "1234"], history)
    assert [reason["text"] for reason in worded(reasons, catalog, english)] == [
        "because you liked Lapsang",
        "goes with Assam, which you know",
        "because you liked Sencha",
    ]


def test_an_answer_without_items_is_no_ranking():
    with pytest.raises(KeyError):
        read_ranking({"eligible": 3})


def test_a_short_list_needs_no_question(catalog: Catalog):
    assert question(Need("teas"), catalog) is None


def test_the_question_is_about_the_facet_that_divides_best(catalog: Catalog):
    many = Catalog(catalog.pack, catalog.items * 6, "")
    asked = question(Need("teas"), many)
    assert asked is not None and asked.facet.name == "kind"
    assert asked.answers == (
        ((Constraint("kind", "is", "Black"),), 30),
        ((Constraint("kind", "is", "Green"),), 30),
        ((Constraint("kind", "is", "Smoky"),), 12),
    )
    assert question(Need("teas", constraints=(Constraint("kind", "is", "Green"),)), many) is None
