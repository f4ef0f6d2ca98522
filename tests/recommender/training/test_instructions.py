"""Instructions say what is true of their item, in words that repeat with the seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.catalog import Catalog, eligible
from data.errors import DataError
from data.pack import load_pack
from recommender.training.instructions import InstructionWriter
from recommender.training.phrasebook import say
from recommender.training.templates import load_phrasebooks
from tests.recommender.conftest import write_pack


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(target=st.integers(0, 39), seed=st.integers(0, 10**6), kind=st.sampled_from(["sentences", "held"]))
def test_the_item_meets_every_constraint_of_its_instruction(
    catalog: Catalog, target: int, seed: int, kind: str
) -> None:
    writer = InstructionWriter(catalog, load_phrasebooks(catalog.pack))
    said = writer.write(target, [1, 2], np.random.default_rng(seed), kind)
    assert eligible(catalog.items[target], said.constraints)
    assert said.text.strip()
    assert "{" not in said.text
    for index, constraint in enumerate(said.constraints):
        catalog.check(constraint, str(index))


def test_the_same_seed_writes_the_same_words(catalog: Catalog) -> None:
    def words() -> list[str]:
        writer, rng = InstructionWriter(catalog, load_phrasebooks(catalog.pack)), np.random.default_rng(3)
        return [writer.write(n, [5], rng).text for n in range(20)]

    assert words() == words()


def test_both_languages_are_written(catalog: Catalog) -> None:
    writer, rng = InstructionWriter(catalog, load_phrasebooks(catalog.pack)), np.random.default_rng(0)
    languages = {writer.write(n % 40, [5], rng).language for n in range(80)}
    assert languages == {"en", "zh"}


def test_held_templates_are_never_among_the_trained(catalog: Catalog) -> None:
    book = load_phrasebooks(catalog.pack)["en"]
    lines = {kind: {template.line for template in book.templates[kind]} for kind in ("sentences", "held")}
    assert lines["held"]
    assert not lines["held"] & lines["sentences"]


def test_a_template_is_said_with_its_slots_filled() -> None:
    line = "(find|find) me {wanted}[ now]"
    assert say(line, {"wanted": "a red lamp"}, np.random.default_rng(0)).startswith("find me a red lamp")


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "packs" / "lamps")
    (folder / "instructions.yml").write_text(
        "en:\n  sentences: {search: ['{colour} lamp', '(a'], chat: [hi]}\n  values: {shade: {red: [red]}}\n"
        "  held_levels: {price: {tiny: [small]}}\n  ranges: {price: {about: [x], around: [y]}}\nde: {}\n"
    )
    with pytest.raises(DataError) as refused:
        load_phrasebooks(load_pack("lamps", tmp_path))
    text = "\n".join(refused.value.problems)
    assert "lamps/instructions.yml: en.sentences.search[0]: '{colour} lamp': no slot 'colour'" in text
    assert "lamps/instructions.yml: en.sentences.search[1]: '(a'" in text
    assert "en.sentences.chat: no such task; there are recommend, next, rerank" in text
    assert "en.values.shade: no such facet in pack 'lamps'; it has style, maker, price, year, dimmable" in text
    assert "en.held_levels.price.tiny: no such level of price; it has high, low" in text
    assert "en.ranges.price.around: no such range; there are at_least, at_most" in text
    assert "lamps/instructions.yml: de: no such language; there are en, zh" in text
