"""Messages made from a catalog: titles plain and misspelt, misspelt values, and phrases for values that nobody listed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

import yaml

from bot.assistant.evaluation.cases import Case
from bot.assistant.importers.packs import PackWords
from bot.assistant.importers.words import HAN
from data.catalog import Catalog, load_catalog
from data.pack import LANGUAGES
from data.reading.gold import Fact

CARRIERS = Path(__file__).with_name("carriers.yml")
AFTER_NOUN = re.compile(r"(with|that|about|for|where|of|in|full|from|set|to|which|who|when)\b")
SHORTEST = 5
"""Letters of a word that a typo leaves recognisable."""
TITLES = 150
"""Per language: half of them the best known, half drawn from the rest."""
VALUES = 120


def made_cases(words: PackWords, home: Path, seed: int) -> list[Case]:
    """All made messages of one pack; the same seed makes the same ones."""
    catalog = load_catalog(words.pack, home)
    carriers = yaml.safe_load(CARRIERS.read_text(encoding="utf-8"))
    cases: list[Case] = []
    for language in LANGUAGES:
        rng = random.Random(f"{seed} {language}")
        cases += _titles(catalog, language, carriers[language]["title"], rng)
        cases += _misspelt_values(words, language, carriers[language]["value"], rng)
        cases += _unseen_values(words, language, carriers[language], rng)
    return cases


def _titles(catalog: Catalog, language: str, carriers: Sequence[str], rng: random.Random) -> Iterator[Case]:
    named = [(name, item.item_id) for item in catalog.items for name in (item.title, *item.aliases)]
    fitting = [(name, item_id) for name, item_id in named if _is_of(name, language)]
    owners: dict[str, set[str]] = {}
    for name, item_id in fitting:
        owners.setdefault(name.casefold(), set()).add(item_id)
    fitting = [(name, item_id) for name, item_id in fitting if len(owners[name.casefold()]) == 1]
    best = fitting[: TITLES // 2]
    for name, item_id in [*best, *rng.sample(fitting[len(best) :], min(TITLES // 2, len(fitting) - len(best)))]:
        carrier = rng.choice(carriers)
        yield Case(
            carrier.format(title=name), language, catalog.pack.name, item_id=item_id, kind=f"title clean {language}"
        )
        misspelt = one_typo(name, rng)
        if misspelt:
            text = carrier.format(title=misspelt)
            yield Case(text, language, catalog.pack.name, item_id=item_id, kind=f"title one typo {language}")


def _misspelt_values(words: PackWords, language: str, carriers: Sequence[str], rng: random.Random) -> Iterator[Case]:
    """Listed phrases with one typo: kind fuzzy. Only where letters are typed; Chinese is entered by whole words."""
    known: Mapping[str, Any] = words.phrases.get(language, {}).get("values") or {}
    listed = [
        (facet, value, str(phrase))
        for facet, by_value in known.items()
        for value, groups in by_value.items()
        for phrase in groups.get("strong", ())
        if re.fullmatch(rf"[a-z-]{{{SHORTEST},}}", str(phrase))
    ]
    for facet, value, phrase in rng.sample(listed, min(VALUES, len(listed))):
        text = rng.choice(carriers).format(value=one_typo(phrase, rng), **_item_words(words, language))
        yield _value_case(text, words, language, facet, value, "fuzzy")


def _unseen_values(words: PackWords, language: str, carriers: Mapping[str, Any], rng: random.Random) -> Iterator[Case]:
    """The held-out phrases of instructions.yml, which neither the lexicon nor the ranker's training has: kind unseen."""
    path = words.pack.file("instructions.yml")
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    held = ((content or {}).get(language) or {}).get("held_values") or {}
    for facet, by_value in held.items():
        for value, phrases in by_value.items():
            for phrase in phrases:
                place = "value_after" if AFTER_NOUN.match(str(phrase)) else "value"
                text = rng.choice(carriers[place]).format(value=phrase, **_item_words(words, language))
                yield _value_case(text, words, language, facet, value, "unseen")


def _value_case(text: str, words: PackWords, language: str, facet: str, value: Any, kind: str) -> Case:
    fact: Fact = (facet, "is", str(value))
    return Case(text, language, words.pack.name, constraints=frozenset({fact}), kind=kind)


def _item_words(words: PackWords, language: str) -> Mapping[str, str]:
    names = words.pack.item[language]
    return {"item": names["one"], "items": names.get("other", names["one"])}


def _is_of(name: str, language: str) -> bool:
    is_chinese = bool(HAN.search(name))
    return is_chinese == (language == "zh") and len(name) >= (3 if is_chinese else SHORTEST)


def one_typo(text: str, rng: random.Random) -> Optional[str]:
    """`text` with one letter dropped, doubled, replaced or swapped in one of its long words; None without one."""
    words = [match.span() for match in re.finditer(rf"[A-Za-z]{{{SHORTEST},}}", text)]
    if not words:
        return None
    start, stop = rng.choice(words)
    place = rng.randrange(start + 1, stop - 1)
    letter = text[place]
    other = rng.choice([c for c in "abcdefghijklmnopqrstuvwxyz" if c != letter.lower()])
    made = [text[:place] + new + text[place + 1 :] for new in ("", letter * 2, other)]
    swapped = text[place + 1] + letter
    if place + 2 < stop and swapped[0] != letter:
        made.append(text[:place] + swapped + text[place + 2 :])
    return rng.choice(made)
