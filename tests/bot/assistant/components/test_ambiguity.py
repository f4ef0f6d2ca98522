"""Phrases of two values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.assistant.components.ambiguity import Ambiguities
from data.pack import load_pack

PHRASES = """
values:
  kind:
    Green: {strong: [green, fresh]}
    Black: {strong: [black, fresh]}
"""


def doubts(tea_pack: str, tmp_path: Path, text: str, end: int) -> list[dict[str, Any]]:
    (Path(tea_pack) / "phrases.en.yml").write_text(PHRASES, encoding="utf-8")
    wish = {"facet": "kind", "op": "is", "value": "Green", "strength": "must", "span": [0, end], "source": "lexicon"}
    reading = {"pack": "teas", "constraints": [wish], "maybe": []}
    return Ambiguities.of([load_pack(tea_pack, tmp_path)]).doubts(text, reading)


def test_the_other_value_of_the_phrase_is_a_doubtful_wish(tea_pack: str, tmp_path: Path) -> None:
    assert [(d["facet"], d["value"]) for d in doubts(tea_pack, tmp_path, "Fresh tea", 5)] == [("kind", "Black")]


def test_a_phrase_of_one_value_leaves_no_doubt(tea_pack: str, tmp_path: Path) -> None:
    assert doubts(tea_pack, tmp_path, "green tea", 5) == []
