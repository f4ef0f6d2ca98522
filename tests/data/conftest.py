"""A small pack that no code knows: cameras, with every type of facet."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.pack import Pack, load_pack

PACK = """
name: cameras
item:
  en: {one: camera, other: cameras}
  zh: {one: 相机, measure: 台}
subtitle: [brand]
facets:
  brand: {type: category}
  feature: {type: category, multi: true, column: features}
  price: {type: number, unit: ¥}
  year: {type: year}
  waterproof: {type: flag}
  maker_note: {type: text, column: note}
"""
ITEMS = """item_id,title,aliases,brand,features,price,year,waterproof,note
a,Alpha One,A1|阿尔法,Sony,zoom|flash,1000,2019,true,made in Thailand
b,Beta Two,,Canon,zoom,2000,2021,false,
c,Gamma Three,,Nikon,,,2023,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the cameras pack."""
    target = tmp_path / "cameras"
    target.mkdir()
    (target / "pack.yml").write_text(PACK, encoding="utf-8")
    (target / "items.csv").write_text(ITEMS, encoding="utf-8")
    return target


@pytest.fixture
def pack(folder: Path, tmp_path: Path) -> Pack:
    """The cameras pack, loaded."""
    return load_pack(folder, tmp_path / "var")
