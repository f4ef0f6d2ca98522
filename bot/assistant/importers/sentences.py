"""HassIL sentence templates → a bounded, repeatable number of example sentences."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError
from hassil.util import normalize_whitespace

from data.errors import DataError

Lists = Mapping[str, Sequence[str]]
"""What each {slot} of a template may be filled with."""
Rules = Mapping[str, str]
"""What each <rule> of a template stands for, itself a template."""
TRIES_PER_EXAMPLE = 4
"""How often chance may repeat itself before a template counts as used up."""


def is_template(text: str) -> bool:
    """True for text with anything to fill in or to choose from."""
    return any(mark in text for mark in "{[<(|")


def examples_of(template: str, lists: Lists, rules: Rules, count: int, where: str) -> list[str]:
    """At most `count` different sentences of `template`, the same ones every time. Raises DataError naming `where`."""
    if not is_template(template):
        return [template]
    chance = random.Random(template)
    expression = _parse(template, where)
    found: dict[str, None] = {}
    for _ in range(count * TRIES_PER_EXAMPLE):
        found[normalize_whitespace(_one(expression, lists, rules, chance, where)).strip()] = None
        if len(found) == count:
            break
    return [sentence for sentence in found if sentence]


def _parse(template: str, where: str) -> Expression:
    try:
        return parse_sentence(template).expression
    except ParseError as error:
        raise DataError(f"{where}: {template!r}: not a HassIL template: {error}") from error


def _one(expression: Expression, lists: Lists, rules: Rules, chance: random.Random, where: str) -> str:
    """One sentence, every choice by chance."""
    if isinstance(expression, TextChunk):
        return expression.original_text
    if isinstance(expression, ListReference):
        return chance.choice(_named(expression.list_name, lists, "list", where))  # type: ignore[arg-type, no-any-return]
    if isinstance(expression, RuleReference):
        body = str(_named(expression.rule_name, rules, "expansion rule", where))
        return _one(_parse(body, where), lists, rules, chance, where)
    if isinstance(expression, Alternative):
        return _one(chance.choice(expression.items), lists, rules, chance, where)
    if isinstance(expression, Permutation):
        parts = [
            _one(item, lists, rules, chance, where) for item in chance.sample(expression.items, len(expression.items))
        ]
        return " ".join(parts)
    if isinstance(expression, Group):
        return "".join(_one(item, lists, rules, chance, where) for item in expression.items)
    raise DataError(f"{where}: {type(expression).__name__} cannot be expanded")


def _named(name: str, content: Mapping[str, object], kind: str, where: str) -> object:
    if not content.get(name):
        raise DataError(f"{where}: no {kind} {name!r}; there are {', '.join(sorted(content)) or 'none'}")
    return content[name]
