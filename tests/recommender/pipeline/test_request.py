"""What is refused before anything is computed: every message says where, what, and what exists."""

from __future__ import annotations

from typing import Any

import pytest

from data.catalog import Catalog
from data.errors import DataError
from recommender.pipeline.request import pack_of, parse_explain, parse_rate, parse_request

WISH = {"facet": "style", "op": "is", "value": "modern"}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"k": 0}, "k: expected a whole number from 1 to 1000, got 0"),
        ({"k": 10**6}, "k: expected a whole number from 1 to 1000, got 1000000"),
        ({"k": True}, "k: expected a whole number from 1 to 1000, got True"),
        ({"exclude": ["nope"]}, "exclude[0]: no item 'nope' among the 40 of pack 'lamps'"),
        ({"history": [{"item_id": "nope"}]}, "history[0].item_id: no item 'nope' among the 40 of pack 'lamps'"),
        ({"history": "L1"}, "history: expected a list, got a string"),
        (
            {"history": [{"item_id": "L1", "rating": float("nan")}]},
            "history[0].rating: expected a finite number, got nan",
        ),
        ({"history": [{"item_id": "L1"}] * 20_001}, "history: 20001 interactions; at most 20000: send the newest"),
        ({"need": []}, "need: expected an object, got a list"),
        ({"need": {"text": 5}}, "need.text: expected a string, got a number"),
        ({"need": {"text": "x" * 20_001}}, "need.text: 20001 characters; at most 20000"),
        ({"need": {"pack": "shoes"}}, "need.pack: 'shoes' in a request for pack 'lamps'"),
        ({"need": {"like": ["nope"]}}, "need.like[0]: no item 'nope' among the 40 of pack 'lamps'"),
        ({"need": {"like": [{}]}}, "need.like[0]: expected an item_id, got an object"),
        (
            {"need": {"constraints": [{**WISH, "facet": "colour"}]}},
            "need.constraints[0].facet: no facet 'colour' in pack 'lamps'; it has style, maker, price, year, dimmable",
        ),
        (
            {"need": {"constraints": [{**WISH, "op": "near"}]}},
            "need.constraints[0].op: unknown operator 'near'; there are is, is_not, at_least, at_most",
        ),
        (
            {"need": {"constraints": [{**WISH, "value": "baroque"}]}},
            "need.constraints[0].value: no style 'baroque'; there are modern, rustic, industrial, vintage",
        ),
        ({"need": {"constraints": [{**WISH, "value": ["modern"]}]}}, "need.constraints[0].value: cannot be a list"),
        ({"need": {"constraints": [{**WISH, "value": None}]}}, "need.constraints[0].value: cannot be nothing"),
        (
            {"need": {"constraints": [{"facet": "price", "op": "at_most", "value": float("nan")}]}},
            "need.constraints[0].value: expected a finite number, got nan",
        ),
        ({"need": {"constraints": [WISH] * 51}}, "need.constraints: 51 constraints; at most 50"),
        (
            {"need": {"constraint": []}},
            "need.constraint: unknown key; there are version, pack, text, constraints, like, unlike, for_whom",
        ),
        (
            {"need": {"constraints": [{**WISH, "strenght": "must"}]}},
            "need.constraints[0].strenght: unknown key; there are facet, op, value, strength, group",
        ),
        (
            {"history": [{"item_id": "L1", "stars": 5}]},
            "history[0].stars: unknown key; there are item_id, rating, timestamp",
        ),
        (
            {"need": {"constraints": [{**WISH, "strength": "maybe"}]}},
            "need.constraints[0].strength: unknown strength 'maybe'; there are must, prefer",
        ),
        ({"need": {"constraints": [{"facet": "style", "op": "is"}]}}, "need.constraints[0].value: missing"),
        (
            {"need": {"constraints": [{**WISH, "op": "at_most"}]}},
            "need.constraints[0].op: at_most needs a number, facet 'style' is a category",
        ),
        (
            {"need": {"constraints": [{"facet": "dimmable", "op": "is", "value": "perhaps"}]}},
            "need.constraints[0].value: expected true or false, got 'perhaps'",
        ),
        ({"history": [{"item_id": "L1"}] * 100_000}, "history: 100000 interactions; at most 20000: send the newest"),
        ({"limit": 3}, "request.limit: unknown key; there are pack, need, history, exclude, k, item_id, item_ids"),
    ],
)
def test_a_bad_request_is_refused_with_its_place(catalog: Catalog, body: dict[str, Any], problem: str) -> None:
    with pytest.raises(DataError) as refused:
        parse_request(body, catalog)
    assert problem in refused.value.problems


def test_an_unknown_pack_is_refused_with_what_is_served() -> None:
    with pytest.raises(DataError, match="pack: no pack 'shoes'; there are lamps"):
        pack_of({"pack": "shoes"}, {"lamps": None})


def test_what_may_be_left_out_has_its_default(catalog: Catalog) -> None:
    request = parse_request({"pack": "lamps"}, catalog)
    assert (request.k, request.history, request.exclude, request.need.constraints) == (10, (), (), ())


def test_numbers_serve_as_item_ids(catalog: Catalog) -> None:
    with pytest.raises(DataError, match=r"exclude\[0\]: no item 5"):
        parse_request({"exclude": [5]}, catalog)


def test_every_problem_of_a_request_comes_at_once(catalog: Catalog) -> None:
    wishes = [{"facet": "colour", "op": "near", "value": 3}, {**WISH, "value": "baroque"}]
    body = {"k": 0, "need": {"text": 5, "constraints": wishes}, "history": [{"item_id": "L99"}], "item_id": "L1"}
    with pytest.raises(DataError) as refused:
        parse_rate(body, catalog)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [
        "need.text", "need.constraints[0].op", "need.constraints[0].facet", "need.constraints[1].value",
        "history[0].item_id", "k", "item_ids",
    ]  # fmt: skip


def test_with_an_unknown_pack_the_form_of_the_rest_is_still_checked() -> None:
    with pytest.raises(DataError) as refused:
        pack_of({"pack": "shoes", "k": 0, "need": {"constraints": [{"facet": "colour"}]}}, {"lamps": None})
    assert [problem.split(": ")[0] for problem in refused.value.problems] == [
        "pack", "need.constraints[0].op", "need.constraints[0].value", "k",
    ]  # fmt: skip


def test_the_item_of_an_explain_request_is_checked_with_the_rest(catalog: Catalog) -> None:
    with pytest.raises(DataError) as refused:
        parse_explain({"k": 0, "item_id": "nope"}, catalog)
    assert [problem.split(": ")[0] for problem in refused.value.problems] == ["k", "item_id"]


def test_more_problems_than_anybody_reads_are_counted(catalog: Catalog) -> None:
    with pytest.raises(DataError) as refused:
        parse_request({"exclude": ["nope"] * 1000}, catalog)
    assert len(refused.value.problems) == 51
    assert refused.value.problems[-1] == "request: 950 more problems of this kind"


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("False", False), (1, True), (0, False), (True, True)])
def test_a_flag_is_true_or_false_however_it_is_written(catalog: Catalog, written: object, meant: bool) -> None:
    body = {"need": {"constraints": [{"facet": "dimmable", "op": "is", "value": written}]}}
    assert parse_request(body, catalog).need.constraints[0].value is meant
