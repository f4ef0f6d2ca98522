from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from data.catalog import Catalog
from data.pack import load_pack
from data.settings import Settings
from recommender.evaluation.by_words import Rules, bm25
from recommender.evaluation.cases import Case, Heard, cases_of, measure
from recommender.evaluation.linear import linear
from recommender.evaluation.opponents import Opponents
from recommender.evaluation.sasrec import SasrecConfig, train_sasrec
from recommender.model.encoder import TextEncoder
from recommender.training.progress import Progress
from recommender.training.run import read_material
from recommender.training.sequences import History, Split

SMALL = SasrecConfig(width=16, epochs=40, tokens=60, dropout=0.0, learning_rate=0.01, smoothing=0.9, validate_every=10)


def cycle(users: int = 40, items: int = 30) -> Split:
    """Everybody goes through the items in their order, from a place of their own."""
    rows = [(np.arange(8) + user) % items for user in range(users)]
    return Split(tuple(History(f"u{n}", row, np.full(8, 4.0), np.arange(8)) for n, row in enumerate(rows)))


def asked(text: str) -> Case:
    return replace(cases_of(cycle())[0], heard=Heard(text))


@pytest.fixture
def opponents(settings: Settings, encoder: TextEncoder) -> Opponents:
    material = read_material(load_pack("lamps", settings.home), settings.home, encoder, "tiny")
    return Opponents(material, encoder, 0, Progress())


def test_sasrec_learns_what_comes_next() -> None:
    scoring = train_sasrec(cycle(), 30, 0, torch.device("cpu"), lambda *_: None, SMALL)
    assert measure(scoring, cases_of(cycle())).values["HR@10"].mean() > 0.9


def test_sasrec_is_the_same_for_the_same_seed() -> None:
    few = replace(SMALL, epochs=2)
    first, second = (
        train_sasrec(cycle(), 30, 3, torch.device("cpu"), lambda *_: None, few)(cases_of(cycle())) for _ in range(2)
    )
    assert np.array_equal(first, second)


def test_slit_learns_what_comes_next() -> None:
    assert measure(linear(cycle(), 30)["slit"], cases_of(cycle())).values["HR@1"].mean() > 0.9


def test_a_library_that_is_not_installed_is_listed_with_the_reason(
    opponents: Opponents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "implicit.als", None)
    assert opponents.by_library == {}
    assert set(opponents.skipped) == {"itemknn", "bpr", "ials"}
    assert opponents.skipped["bpr"].startswith("implicit is not installed")


def test_without_bm25s_the_other_readers_are_still_compared(
    opponents: Opponents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bm25s", None)
    assert list(opponents.reading) == ["minilm"]
    assert opponents.skipped["bm25"].startswith("bm25s is not installed")


def test_bm25_finds_an_item_by_its_words(catalog: Catalog) -> None:
    pytest.importorskip("bm25s")
    best = bm25(catalog)([asked("lamp 17 please")])[0].argmax()
    assert catalog.items[int(best)].title == "Lamp 17"


def test_bm25_says_nothing_of_no_words(catalog: Catalog) -> None:
    pytest.importorskip("bm25s")
    assert not bm25(catalog)([asked("")]).any()


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a rustic lamp", ["style is rustic"]),
        ("modern, but not Lumo", ["style is modern", "maker is_not Lumo"]),
        ("something from the 90s", ["year at_least 1990", "year at_most 1999"]),
        ("vintage before 1995", ["style is vintage", "year at_most 1995"]),
        ("anything", []),
    ],
)
def test_rules_read_values_refusals_and_years(catalog: Catalog, text: str, meaning: list[str]) -> None:
    assert [f"{c.facet} {c.op} {c.value}" for c in Rules(catalog).read(text)] == meaning
