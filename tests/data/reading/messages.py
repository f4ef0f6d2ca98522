"""The messages of messages.yml, and how many of them a reader reads exactly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from data.pack import Pack
from data.reading import Reader
from data.reading.gold import Fact, facts, parse_gold

Message = tuple[str, frozenset[Fact]]


def messages(pack: Pack, language: str) -> list[Message]:
    """Texts about `pack` with their facts."""
    content = yaml.safe_load(Path(__file__).with_name("messages.yml").read_text(encoding="utf-8"))
    return [(text, parse_gold(wishes, pack, text)) for text, wishes in content[pack.name][language]]


def misread(reader: Reader, lines: Sequence[Message], only: str = "") -> list[str]:
    """The texts whose facts, or `only` those with an operator, are not exactly those found; * stands for any value."""
    wrong = []
    for text, wanted in lines:
        loose = {(facet, op) for facet, op, value in wanted if value == "*"}
        found = facts(wish.constraint for wish in reader.read(text).constraints)
        heard = {(f, op, "*" if (f, op) in loose else value) for f, op, value in found}
        if {fact for fact in heard if not only or fact[1] == only} != {f for f in wanted if not only or f[1] == only}:
            wrong.append(text)
    return wrong
