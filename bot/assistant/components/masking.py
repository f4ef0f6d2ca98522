"""A message with its titles taken out, because "Dead Man was great" is praise and nothing about the dead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.pack import LANGUAGES, Pack

MASKED = "masked_text"


def masked(text: str, reading: Mapping[str, Any], packs: Mapping[str, Pack]) -> str:
    """`text` with "this film" or "这部电影" for every title that was read, as the pack of the reading calls its items."""
    pack = packs.get(reading["pack"] or "")
    if pack is None or not reading["items"]:
        return text
    word = _this_item(pack, reading["language"])
    spans = sorted({(item["span"][0], item["span"][1]) for item in reading["items"]}, reverse=True)
    for start, end in spans:
        text = text[:start] + word + text[end:]
    return text


def _this_item(pack: Pack, language: str) -> str:
    words = pack.item[language]
    return f"this {words['one']}" if language == LANGUAGES[0] else f"这{words.get('measure', '个')}{words['one']}"
