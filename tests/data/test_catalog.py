from __future__ import annotations

from pathlib import Path

import pytest

from data.catalog import Catalog, load_catalog
from data.errors import DataError
from data.need import Constraint
from data.pack import Pack, load_pack


@pytest.fixture
def catalog(pack: Pack, tmp_path: Path) -> Catalog:
    return load_catalog(pack, tmp_path)


def ids(catalog: Catalog, *constraints: Constraint) -> str:
    return "".join(item.item_id for item in catalog.eligible(constraints))


def test_cells_become_values_of_their_facets_type(catalog: Catalog) -> None:
    assert catalog["a"].facets == {
        "brand": "Sony",
        "feature": ("zoom", "flash"),
        "price": 1000,
        "year": 2019,
        "waterproof": True,
        "maker_note": "made in Thailand",
    }
    assert catalog["c"].facets["price"] is None
    assert catalog["a"].aliases == ("A1", "阿尔法")


def test_a_wanted_value_admits_the_items_that_have_it(catalog: Catalog) -> None:
    assert ids(catalog, Constraint("feature", "is", "zoom")) == "ab"
    assert ids(catalog, Constraint("feature", "is", "zoom"), Constraint("feature", "is", "flash")) == "a"


def test_an_unwanted_value_admits_all_others_unknown_ones_too(catalog: Catalog) -> None:
    assert ids(catalog, Constraint("feature", "is_not", "flash")) == "bc"


def test_bounds_include_their_number_and_exclude_the_unknown(catalog: Catalog) -> None:
    assert ids(catalog, Constraint("price", "at_most", 2000)) == "ab"
    assert ids(catalog, Constraint("year", "at_least", 2021)) == "bc"


def test_of_alternatives_one_suffices(catalog: Catalog) -> None:
    wanted = [Constraint("brand", "is", brand, group="brand?") for brand in ("Sony", "Canon")]
    assert ids(catalog, *wanted) == "ab"
    assert ids(catalog, *wanted, Constraint("price", "at_least", 1500)) == "b"


def test_a_preference_excludes_nothing(catalog: Catalog) -> None:
    assert ids(catalog, Constraint("brand", "is", "Sony", "prefer")) == "abc"


def test_flags_and_letter_case(catalog: Catalog) -> None:
    assert ids(catalog, Constraint("waterproof", "is", True)) == "a"
    assert ids(catalog, Constraint("brand", "is", "sony")) == "a"


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        (Constraint("colour", "is", "red"), "c.facet: no facet 'colour'"),
        (Constraint("brand", "is", "Leica"), "c.value: no brand 'Leica'; there are Sony, Canon, Nikon"),
        (Constraint("brand", "at_least", 3), "c.op: at_least needs a number, facet 'brand' is a category"),
        (Constraint("price", "at_most", float("nan")), "c.value: expected a finite number, got nan"),
        (Constraint("price", "at_most", "cheap"), "c.value: expected a finite number, got 'cheap'"),
    ],
)
def test_a_constraint_the_catalog_cannot_have_is_refused(
    catalog: Catalog, constraint: Constraint, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        catalog.check(constraint, "c")


def test_an_unknown_item_is_refused(catalog: Catalog) -> None:
    with pytest.raises(DataError, match="item_id 'z': no such item among the 3 of pack 'cameras'"):
        catalog["z"]


def test_a_missing_column_is_reported_with_those_that_exist(pack: Pack, folder: Path, tmp_path: Path) -> None:
    (folder / "items.csv").write_text("item_id,title,brand,features,price,year,waterproof\na,A,x,,,,\n")
    with pytest.raises(
        DataError, match="cameras/items.csv: facet 'maker_note': no such column 'note' in items.csv; it has"
    ):
        load_catalog(pack, tmp_path)


def test_bad_cells_are_reported_with_row_and_column_all_at_once(pack: Pack, folder: Path, tmp_path: Path) -> None:
    header = "item_id,title,brand,features,price,year,waterproof,note\n"
    (folder / "items.csv").write_text(header + "a,A,x,,cheap,1990,maybe,\na,,x,,1,1990,,\n")
    with pytest.raises(DataError) as caught:
        load_catalog(pack, tmp_path)
    assert list(caught.value.problems) == [
        "cameras/items.csv: row 2: price: expected a number, got 'cheap'",
        "cameras/items.csv: row 2: waterproof: expected true or false, got 'maybe'",
        "cameras/items.csv: row 3: title: empty; every item needs a title",
        "cameras/items.csv: row 3: item_id 'a' stands there twice",
    ]


def test_a_missing_catalog_names_the_command_that_prepares_it(pack: Pack, folder: Path, tmp_path: Path) -> None:
    (folder / "items.csv").unlink()
    with pytest.raises(DataError, match="run: instructrec prepare cameras"):
        load_catalog(pack, tmp_path)


def test_json_lines_are_a_catalog_too(pack: Pack, folder: Path, tmp_path: Path) -> None:
    (folder / "items.csv").unlink()
    (folder / "items.jsonl").write_text(
        '{"item_id": 7, "title": "Delta", "brand": "Leica", "features": ["zoom"], "price": 5.5, "year": 2020, '
        '"waterproof": false, "note": null}\n'
    )
    item = load_catalog(pack, tmp_path)["7"]
    assert item.facets["feature"] == ("zoom",)
    assert item.facets["price"] == 5.5


def test_names_beside_a_fetched_catalog_become_aliases(pack: Pack, folder: Path, tmp_path: Path) -> None:
    (folder / "aliases.csv").write_text(
        "item_id,language,alias\nb,zh,贝塔\nb,zh-TW,貝塔\nb,zh,贝塔二\nb,en,B2\n", "utf-8"
    )
    item = load_catalog(pack, tmp_path)["b"]
    assert item.aliases == ("贝塔", "貝塔", "贝塔二", "B2")
    assert item.names == {"zh": "贝塔", "zh-TW": "貝塔"}


def test_items_of_one_title_and_year_are_twins_and_others_of_that_title_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "pack.yml").write_text(
        "name: films\nitem: {en: {one: film}, zh: {one: 电影}}\nfacets: {year: {type: year}, price: {type: number}}\n",
        encoding="utf-8",
    )
    rows = ("item_id,title,year,price", "a,Cape Fear,1991,1", "b,Cape Fear,1962,1", "c,Ice,1997,1", "d,ice,1997,2")
    (folder / "items.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert load_catalog(load_pack(folder, tmp_path), tmp_path).twins == {"c": ("d",), "d": ("c",)}
