"""Doubts about a pack's phrases."""

from __future__ import annotations

from pathlib import Path

from data.catalog import load_catalog
from data.pack import load_pack
from data.reading.lint import lint

PACK = """
name: phones
item: {en: {one: phone, other: phones}, zh: {one: 手机, measure: 部}}
facets: {brand: {type: category}}
"""
PHRASES = "values: {brand: {Huawei: {strong: [harmony, nova]}, Google: {strong: [harmonies]}}}"


def test_values_without_words_shared_phrases_and_titles_are_reported(tmp_path: Path) -> None:
    folder = tmp_path / "phones"
    folder.mkdir()
    (folder / "pack.yml").write_text(PACK, encoding="utf-8")
    (folder / "items.csv").write_text("item_id,title,brand\na,Nova,Huawei\nb,Pixel,Google\nc,Edge,Motorola\n")
    (folder / "phrases.en.yml").write_text(PHRASES, encoding="utf-8")
    pack = load_pack(folder, tmp_path)
    assert lint(pack, load_catalog(pack, tmp_path)) == [
        "phones/phrases.zh.yml: missing",
        "phones/phrases.en.yml: values.brand: 'Motorola' has no phrases and no label",
        "phones/phrases.en.yml: values.brand: 'harmony' names Huawei and Google",
        "phones/phrases.en.yml: values.brand.Huawei: 'nova' is also the title 'Nova'",
    ]
