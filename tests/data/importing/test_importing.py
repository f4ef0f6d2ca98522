from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.catalog import load_catalog, load_interactions
from data.errors import DataError
from data.importing.write import import_pack
from data.pack import load_pack

COUNTRIES = ("France", "Italy", "Spain")


def wines(folder: Path, rows: int = 30) -> Path:
    """A table as a shop keeps it: its own column names, signs in the numbers, lists in cells."""
    lines = ["sku,name,country,grapes,price,released,organic,phone,notes,currency"]
    for n in range(rows):
        lines.append(
            f'w{n},Wine {n},{COUNTRIES[n % 3]},"Merlot, Malbec",€{n + 5}.50,{1990 + n},{"yes" if n % 2 else "no"},'
            f"0{n},a note about wine {n} that goes on for quite a while and tells of its {n} virtues at length,EUR"
        )
    path = folder / "wines.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_columns_become_facets_of_the_right_type(tmp_path: Path) -> None:
    pack = import_pack(wines(tmp_path), "wines", tmp_path / "var").pack
    assert {name: (facet.type, facet.multi, facet.unit) for name, facet in pack.facets.items()} == {
        "country": ("category", False, None),
        "grapes": ("category", True, None),
        "price": ("number", False, "€"),
        "released": ("year", False, None),
        "organic": ("flag", False, None),
    }


def test_cells_keep_their_meaning(tmp_path: Path) -> None:
    pack = import_pack(wines(tmp_path), "wines", tmp_path / "var").pack
    item = load_catalog(pack, tmp_path / "var")["w3"]
    assert item.title == "Wine 3"
    assert item.facets == {
        "country": "France",
        "grapes": ("Merlot", "Malbec"),
        "price": 8.5,
        "released": 1993,
        "organic": True,
    }
    assert item.text.startswith("a note about wine 3")


def test_what_nobody_asks_for_is_left_out_and_said(tmp_path: Path) -> None:
    assert import_pack(wines(tmp_path), "wines", tmp_path / "var").left == ("phone", "currency")


def test_a_kind_of_number_brings_its_words_of_comparison(tmp_path: Path) -> None:
    compare = import_pack(wines(tmp_path), "wines", tmp_path / "var").pack.facets["price"].compare
    assert compare is not None
    assert "cheaper" in compare["less"]["en"]
    assert "更便宜" in compare["less"]["zh"]


def test_chinese_json_of_name_and_object_pairs_is_read(tmp_path: Path) -> None:
    places = [
        [f"店{n}", {"名称": f"店{n}", "菜系": ["川菜", "湘菜"][n % 2], "推荐菜": ["烤鸭", f"菜{n}"], "人均": 20 + n}]
        for n in range(12)
    ]
    path = tmp_path / "places.json"
    path.write_text(json.dumps(places, ensure_ascii=False), encoding="utf-8")
    pack = import_pack(path, "places", tmp_path / "var", called={"zh": "餐厅"}).pack
    assert pack.item["zh"]["one"] == "餐厅"
    assert (pack.facets["人均"].unit, pack.facets["推荐菜"].multi) == ("¥", True)
    assert load_catalog(pack, tmp_path / "var").values["菜系"] == ("川菜", "湘菜")


def test_a_folder_with_interactions_is_imported_whole(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    wines(folder).rename(folder / "items.csv")
    (folder / "interactions.csv").write_text("user_id,item_id,rating,timestamp\nu,w1,4,100\n")
    imported = import_pack(folder, "shop", tmp_path / "var")
    assert imported.interactions == 1
    assert load_interactions(imported.pack, tmp_path / "var")[0].item_id == "w1"


def test_a_folder_with_a_pack_is_taken_as_it_is(folder: Path, tmp_path: Path) -> None:
    pack = import_pack(folder, "my-cameras", tmp_path / "var").pack
    assert (pack.name, list(pack.facets)[:2]) == ("my-cameras", ["brand", "feature"])


def test_an_imported_pack_is_found_by_its_name(tmp_path: Path) -> None:
    import_pack(wines(tmp_path), "wines", tmp_path / "var")
    assert load_pack("wines", tmp_path / "var").name == "wines"


def test_a_name_in_use_is_refused_and_loses_nothing(tmp_path: Path) -> None:
    import_pack(wines(tmp_path), "wines", tmp_path / "var")
    with pytest.raises(DataError, match="such a pack is there already; add --replace"):
        import_pack(wines(tmp_path, 12), "wines", tmp_path / "var")
    assert len(load_catalog(load_pack("wines", tmp_path / "var"), tmp_path / "var").items) == 30
    assert import_pack(wines(tmp_path, 12), "wines", tmp_path / "var", replace=True).items == 12


def test_a_bad_import_keeps_the_pack_that_was_there(tmp_path: Path) -> None:
    import_pack(wines(tmp_path), "wines", tmp_path / "var")
    bad = tmp_path / "bad.csv"
    bad.write_text("sku,name,country\nw1,,France\nw2,B,Italy\n")
    with pytest.raises(DataError, match="title: empty"):
        import_pack(bad, "wines", tmp_path / "var", replace=True)
    assert load_pack("wines", tmp_path / "var").facets["price"].unit == "€"


@pytest.mark.parametrize(
    ("name", "message"), [("Wines!", "expected lower-case letters"), ("movies", "a pack of the project")]
)
def test_a_bad_name_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        import_pack(wines(tmp_path), name, tmp_path / "var")


def test_unknown_items_among_the_interactions_are_refused_with_their_lines(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    wines(folder).rename(folder / "items.csv")
    (folder / "interactions.csv").write_text("user_id,item_id,rating,timestamp\nu,zz,4,soon\n")
    with pytest.raises(DataError) as caught:
        import_pack(folder, "shop", tmp_path / "var")
    assert list(caught.value.problems) == [
        "interactions.csv: line 2: item_id 'zz' is not among the items",
        "interactions.csv: line 2: timestamp: expected a number or a date, got 'soon'",
    ]


def test_a_table_without_a_title_is_refused_with_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(DataError, match="no column could be the title; .* there are a, b"):
        import_pack(path, "numbers", tmp_path / "var")


def test_a_rating_set_takes_facets_and_phrases_of_the_pack_it_is_like(tmp_path: Path) -> None:
    folder = tmp_path / "ml-1m"
    folder.mkdir()
    (folder / "movies.dat").write_text("1::Toy Story (1995)::Animation|Comedy\n", "latin-1")
    (folder / "ratings.dat").write_text("1::1::5::978824268\n")
    with pytest.raises(DataError, match="this is MovieLens-1M; say whose facets and phrases it takes: --like movies"):
        import_pack(folder, "films", tmp_path / "var")
    imported = import_pack(folder, "films", tmp_path / "var", like="movies")
    assert (imported.items, imported.interactions) == (1, 1)
    assert imported.pack.facets["genre"].value_label("Comedy", "zh") == "喜剧"
    assert load_catalog(imported.pack, tmp_path / "var")["1"].facets["genre"] == ("Animation", "Comedy")
