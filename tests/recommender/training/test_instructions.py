"""Instructions say what is true of their item, in words that repeat with the seed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.catalog import Catalog, load_catalog
from data.errors import DataError
from data.pack import load_pack
from recommender.training.instructions import Instruction, InstructionWriter
from recommender.training.phrasebook import TASKS, say
from recommender.training.templates import load_phrasebooks
from tests.recommender.conftest import write_pack

KINDS = st.sampled_from(["sentences", "held"])
LAMPS = st.integers(0, 39)
SEEDS = st.integers(0, 10**6)


@pytest.fixture(scope="module")
def writer(catalog: Catalog) -> InstructionWriter:
    return InstructionWriter(catalog, load_phrasebooks(catalog.pack))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(target=LAMPS, seed=SEEDS, kind=KINDS)
def test_the_item_meets_every_constraint_of_its_instruction(
    catalog: Catalog, writer: InstructionWriter, target: int, seed: int, kind: str
) -> None:
    said = writer.write(target, [1, 2], np.random.default_rng(seed), kind, chinese=0.5)
    assert all(catalog.items[target].meets(constraint) for constraint in said.constraints)
    assert set(said.heard) <= set(said.constraints)
    assert said.text.strip()
    assert "{" not in said.text
    for index, constraint in enumerate(said.constraints):
        catalog.check(constraint, str(index))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(target=LAMPS, seed=SEEDS, kind=KINDS)
def test_twins_ask_for_the_same_in_two_languages(writer: InstructionWriter, target: int, seed: int, kind: str) -> None:
    english, chinese = writer.write_twins(target, [1, 2], np.random.default_rng(seed), kind)
    assert (english.language, chinese.language) == ("en", "zh")
    assert replace(english, text="", language="") == replace(chinese, text="", language="")


def _written(catalog: Catalog, count: int = 300, kind: str = "sentences") -> list[Instruction]:
    writer, rng = InstructionWriter(catalog, load_phrasebooks(catalog.pack)), np.random.default_rng(4)
    return [writer.write(n % 40, [(n + 4) % 40, (n + 8) % 40], rng, kind) for n in range(count)]


def test_every_kind_of_request_is_written(catalog: Catalog) -> None:
    written = _written(catalog)
    assert {i.task for i in written} == set(TASKS)
    assert {i.preference for i in written} == {"none", "implicit", "explicit"}
    assert {i.intention for i in written} == {"none", "vague", "specific"}
    assert {i.level for i in written} == {"vague", "specific", "negation"}


def test_a_negation_says_what_is_not_wanted(catalog: Catalog) -> None:
    negations = [i for i in _written(catalog) if i.level == "negation"]
    assert len(negations) > 40
    against = [i for i in negations if any(c.op == "is_not" for c in i.constraints)]
    assert len(against) > 0.8 * len(negations)  # the rest refuses a range: "not old"


def test_a_relative_wish_compares_with_the_item_that_it_names(catalog: Catalog) -> None:
    relative = [i for i in _written(catalog, 600) if i.task == "relative"]
    assert relative
    for instruction in relative:
        (named,) = instruction.likes
        last = instruction.constraints[-1]
        assert last.op in ("at_least", "at_most")
        assert not catalog.items[named].meets(last)


def test_an_order_of_the_list_is_no_must(catalog: Catalog) -> None:
    orders = [i for i in _written(catalog, 600) if i.task == "rerank"]
    assert {c.strength for i in orders for c in i.constraints} == {"prefer"}


def test_what_is_preferred_is_mostly_said_as_such(catalog: Catalog) -> None:
    books = load_phrasebooks(catalog.pack)
    assert all("{request}" in line for book in books.values() for line in (*book.soft, *book.held_soft))


def test_held_words_replace_the_trained_ones(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "packs" / "lamps")
    (folder / "instructions.yml").write_text(
        "en: {values: {style: {rustic: [farmhouse]}}, held_values: {style: {rustic: [like a barn]}}}\n"
    )
    catalog = load_catalog(load_pack("lamps", tmp_path), tmp_path)
    held, trained = (" ".join(i.text for i in _written(catalog, 200, kind)) for kind in ("held", "sentences"))
    assert "like a barn" in held and "farmhouse" not in held
    assert "farmhouse" in trained and "like a barn" not in trained


def test_words_of_the_lexicon_are_trained_on(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "packs" / "lamps")
    (folder / "phrases.en.yml").write_text(
        "values: {style: {rustic: {strong: [cottagey, makes me cosy], weak: [wood]}}}\n"
        "levels: {price: {cheap: {at_most: 40, phrases: [a steal]}}}\n"
    )
    book = load_phrasebooks(load_pack("lamps", tmp_path))["en"]
    assert book.values["style"]["rustic"] == ("cottagey",)
    assert book.levels["price"]["cheap"].phrases == ("a steal",)


def test_texts_of_the_items_are_quoted_in_training_alone(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "packs" / "lamps")
    rows = (folder / "items.csv").read_text().splitlines()
    described = [rows[0] + ",text", *(f"{row},warm light for long evenings" for row in rows[1:])]
    (folder / "items.csv").write_text("\n".join(described) + "\n")
    catalog = load_catalog(load_pack("lamps", tmp_path), tmp_path)
    trained, held = (" ".join(i.text for i in _written(catalog, 200, kind)) for kind in ("sentences", "held"))
    assert "light for long" in trained
    assert "light for long" not in held


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
