"""Rules: which words call for a human without asking for one, in both languages."""

from __future__ import annotations

import pytest

from bot.channels.handoff.rules import load_rules


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("This is RIDICULOUS!!!", "anger"),
        ("you\u2019re useless", "anger"),
        ("where  is my\norder?", "order"),
        ("I was charged twice for it", "order"),
        ("气死我了，什么都推荐不出来", "anger"),
        ("我的订单到哪了", "order"),
    ],
)
def test_words_of_anger_and_of_trouble_with_an_order_call_for_a_human(text: str, reason: str) -> None:
    assert load_rules().reason(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "something like Law & Order",
        "in order to laugh",
        "an angry film about revenge",
        "便宜一点的",
        "关于投诉的电影",
        "",
    ],
)
def test_other_words_do_not(text: str) -> None:
    assert load_rules().reason(text) is None
