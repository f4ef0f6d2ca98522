"""No word of the held-out group stands anywhere that something is learnt from; there is enough of every other word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.pack import LANGUAGES, PACKS, load_pack
from data.settings import PROJECT
from recommender.training.templates import NEUTRAL, load_phrasebooks

WITH_INSTRUCTIONS = sorted(path.parent.name for path in PACKS.glob("*/instructions.yml"))
HELD = ("held_values", "held_levels")


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)
    elif isinstance(content, str):
        yield content


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def _words(text: str) -> str:
    """Lower-case words and Chinese characters, each between spaces; a last 的 says nothing."""
    words = re.findall(r"[a-z0-9]+|[\u3400-\u9fff]", re.sub(r"['’]", "", text.casefold()))
    return f" {' '.join(words)} ".removesuffix("的 ")


def _sections(pack: str) -> Iterator[tuple[str, Any]]:
    for path in PACKS.glob(f"{pack}/instructions*.yml"):
        for section in _read(path).values():
            yield from section.items()


@pytest.fixture(scope="module")
def read_elsewhere() -> str:
    """Everything that the reader, the assistant and the ranker learn words from, one phrase a line."""
    files = [*PACKS.glob("*/phrases.*.yml"), *(PROJECT / "bot" / "assistant" / "skills").rglob("*.yml"), NEUTRAL]
    texts = [text for path in files for text in _texts(_read(path))]
    texts += [
        t for pack in WITH_INSTRUCTIONS for k, v in _sections(pack) if not k.startswith("held") for t in _texts(v)
    ]
    return "\n".join(map(_words, texts))


@pytest.mark.parametrize("pack", WITH_INSTRUCTIONS)
def test_no_held_phrase_is_learnt_from(pack: str, read_elsewhere: str) -> None:
    held = [text for key, section in _sections(pack) if key in HELD for text in _texts(section)]
    assert len(held) > 100
    assert [phrase for phrase in held if _words(phrase) in read_elsewhere] == []


def test_a_held_phrase_is_found_whole_and_whatever_its_case() -> None:
    assert _words("Fists flying!") in _words("with fists  FLYING about")
    assert _words("fist") not in _words("with fists flying")
    assert _words("小鹿乱撞的") in _words("心里小鹿乱撞")


@pytest.mark.parametrize(
    ("pack", "english", "chinese", "facet"), [("movies", 200, 140, "genre"), ("restaurants", 39, 39, "cuisine")]
)
def test_there_are_many_ways_to_ask(pack: str, english: int, chinese: int, facet: str) -> None:
    books = load_phrasebooks(load_pack(pack, PROJECT / "var"))
    assert len(books["en"].templates["sentences"]) >= english
    assert len(books["zh"].templates["sentences"]) >= chinese
    for language in LANGUAGES:
        few = {value: len(words) for value, words in books[language].values[facet].items() if len(words) < 20}
        assert few == {}
        assert {len(words) > 0 for words in books[language].held_values[facet].values()} == {True}


@pytest.mark.parametrize("facet", ["district", "noise", "good_for"])
def test_the_facets_of_restaurants_have_words_enough(facet: str) -> None:
    for book in load_phrasebooks(load_pack("restaurants", PROJECT / "var")).values():
        assert min(len(words) for words in book.values[facet].values()) >= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_without_words_of_its_own_has_templates_enough(language: str) -> None:
    assert sum(len(lines) for lines in _read(NEUTRAL)[language]["sentences"].values()) >= 39
