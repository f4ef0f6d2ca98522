from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import DataError
from data.pack import Pack, load_pack


def test_a_folder_is_a_pack(pack: Pack) -> None:
    assert list(pack.facets) == ["brand", "feature", "price", "year", "waterproof", "maker_note"]
    assert pack.facets["feature"].column == "features"
    assert pack.item["en"]["other"] == "cameras"


def test_the_projects_own_packs_are_found_by_name(tmp_path: Path) -> None:
    assert "genre" in load_pack("movies", tmp_path).facets


def test_a_value_without_words_is_called_by_its_name(pack: Pack) -> None:
    assert pack.facets["brand"].value_label("Sony", "zh") == "Sony"


def test_an_unknown_pack_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="pack 'wines': no such pack or folder; there are movies"):
        load_pack("wines", tmp_path)


def test_an_unknown_facet_is_refused_with_those_that_exist(pack: Pack) -> None:
    with pytest.raises(DataError, match="no facet 'colour' in pack 'cameras'; it has brand, feature"):
        pack.facet("colour")


def test_all_problems_of_a_pack_are_reported_at_once(folder: Path, tmp_path: Path) -> None:
    (folder / "pack.yml").write_text(
        "name: x\nitem: {en: {one: x}, zh: {other: y}}\nsubtitle: [weight]\n"
        "facets: {size: {type: huge}, price: {type: number, colour: red}}\n"
    )
    with pytest.raises(DataError) as caught:
        load_pack(folder, tmp_path)
    assert [problem.split(";")[0] for problem in caught.value.problems] == [
        "cameras/pack.yml: facets.size.type: 'huge' is no type",
        "cameras/pack.yml: facets.price.colour: unknown key",
        "cameras/pack.yml: subtitle: no facet 'weight'",
        "cameras/pack.yml: item.zh.one: missing",
    ]


def test_broken_yaml_is_reported_with_its_file(folder: Path, tmp_path: Path) -> None:
    (folder / "pack.yml").write_text("name: [x")
    with pytest.raises(DataError, match="cameras/pack.yml: not YAML"):
        load_pack(folder, tmp_path)
