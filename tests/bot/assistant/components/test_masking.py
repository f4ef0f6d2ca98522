"""Titles taken out of messages."""

from __future__ import annotations

from typing import Any

from bot.assistant.components.masking import masked
from data.pack import load_pack
from data.settings import Settings


def mask(text: str, language: str, pack: str, *titles: str) -> str:
    items: list[dict[str, Any]] = [{"span": [text.index(title), text.index(title) + len(title)]} for title in titles]
    return masked(
        text, {"pack": "teas", "language": language, "items": items}, {"teas": load_pack(pack, Settings().home)}
    )


def test_a_title_becomes_this_item(tea_pack: str) -> None:
    assert mask("can't get enough of Dragon Well", "en", tea_pack, "Dragon Well") == "can't get enough of this tea"


def test_every_title_does(tea_pack: str) -> None:
    assert mask("Lapsang or Dragon Well?", "en", tea_pack, "Dragon Well", "Lapsang") == "this tea or this tea?"


def test_chinese_uses_the_measure_word(tea_pack: str) -> None:
    assert mask("龙井真好喝", "zh", tea_pack, "龙井") == "这款茶真好喝"


def test_a_message_without_titles_stays(tea_pack: str) -> None:
    assert mask("something green", "en", tea_pack) == "something green"
