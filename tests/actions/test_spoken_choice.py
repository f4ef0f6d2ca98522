"""Answers in words to questions with buttons."""

import pytest

from actions.spoken_choice import spoken_choice

TEAS = [
    {"title": "Green tea (12)", "payload": '/clarified{"meant": "refine", "value": "Green"}'},
    {"title": "Black tea (9)", "payload": '/clarified{"meant": "refine", "value": "Black"}'},
]
WAYS = [{"title": "Without green (7)", "payload": '/remove_chip{"value": "Green"}'}]
EITHER = [
    {"title": "Green or black", "payload": '/clarified{"meant": "both"}'},
    {"title": "Only black", "payload": '/clarified{"meant": "instead"}'},
]
CHINESE = [
    {"title": "绿茶", "payload": '/clarified{"value": "Green"}'},
    {"title": "红茶", "payload": '/clarified{"value": "Black"}'},
    {"title": "转人工", "payload": "/human"},
]


def _answered(text: str, buttons: list[dict], response: str = "utter_clarify", slate: bool = False) -> str | None:
    data = {"custom": {"type": "slate", "choices": buttons}} if slate else {"buttons": buttons}
    events = [
        {"event": "user", "text": "tea"},
        {"event": "bot", "text": "?", "metadata": {"variants": {response: 1}}, "data": data},
        {"event": "user", "text": text},
    ]
    return spoken_choice(text, events)


@pytest.mark.parametrize(
    "text",
    ["Green tea", "green", "the green one please", "GREEN TEA!", "I mean the green tea", "the first", "1", "first one"],
)  # fmt: skip
def test_a_title_a_part_of_it_or_its_place_chooses_the_button(text):
    assert _answered(text, TEAS) == TEAS[0]["payload"]


@pytest.mark.parametrize("text", ["红茶", "我说的是红茶", "第二个", "第二个吧", "要红茶", "2"])
def test_the_same_in_chinese(text):
    assert _answered(text, CHINESE) == CHINESE[1]["payload"]


@pytest.mark.parametrize("text", ["the last one", "最后一个"])
def test_the_last_is_the_last_button(text):
    assert _answered(text, CHINESE) == "/human"


@pytest.mark.parametrize("text", ["tea", "yes", "no green", "something green and fruity", "the fifth", "", "…", "茶"])
def test_what_fits_no_button_or_several_chooses_none(text):
    assert _answered(text, TEAS) is None
    assert _answered(text, CHINESE) is None


@pytest.mark.parametrize("text", ["both", "either", "as well!", "都要", "两个都行"])
def test_both_chooses_the_button_that_means_both(text):
    assert _answered(text, EITHER, "utter_instead_or_both") == '/clarified{"meant": "both"}'


@pytest.mark.parametrize("text", ["instead", "only that", "换掉", "only black"])
def test_instead_chooses_the_button_that_means_instead(text):
    assert _answered(text, EITHER, "utter_instead_or_both") == '/clarified{"meant": "instead"}'


def test_a_part_of_a_title_never_takes_a_wish_back():
    assert _answered("green", WAYS, "utter_ways_out") is None


def test_below_a_list_only_a_whole_title_is_a_button():
    assert _answered("green", TEAS, "utter_slate", slate=True) is None
    assert _answered("green tea", TEAS, "utter_slate", slate=True) == TEAS[0]["payload"]


def test_nothing_is_chosen_when_the_bot_has_not_asked():
    assert spoken_choice("green", [{"event": "user", "text": "green"}]) is None


def test_a_typed_payload_chooses_nothing():
    assert _answered("/human", CHINESE) is None
