"""Who did what with which item, from tables with other columns than ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.catalog import load_catalog, load_interactions
from data.errors import DataError
from data.importing.interactions import read_interactions, seconds
from data.importing.write import import_pack


def table(folder: Path, text: str, name: str = "interactions.csv") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_other_names_of_the_columns_are_understood(tmp_path: Path) -> None:
    path = table(tmp_path, "User,movieId,Score,Date\nann,7,4.5,1970-01-02\n")
    assert read_interactions(path) == [{"user_id": "ann", "item_id": "7", "rating": 4.5, "timestamp": 86400.0}]


def test_without_ratings_and_times_each_is_worth_one_and_the_lines_are_in_order(tmp_path: Path) -> None:
    rows = read_interactions(table(tmp_path, "user,item\nann,7\nann,3\n"))
    assert [row["rating"] for row in rows] == [1.0, 1.0]
    assert rows[0]["timestamp"] < rows[1]["timestamp"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("86400", 86400.0),
        ("1700000000123", 1700000000.123),
        ("1970-01-02T00:00:01Z", 86401.0),
        ("1970-01-01 01:00:00+01:00", 0.0),
        ("last Tuesday", None),
    ],
)
def test_a_moment_is_read_from_numbers_and_dates(cell: str, expected: float | None) -> None:
    assert seconds(cell) == expected


def test_a_table_without_users_is_refused_with_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no column 'user_id' \(nor user, userid, uid, …\); it has item, when"):
        read_interactions(table(tmp_path, "item,when\n7,1\n"))


def test_an_empty_user_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"interactions\.csv: line 3: user: empty"):
        read_interactions(table(tmp_path, "user,item\nann,7\n,3\n"))


def test_titles_and_interactions_alone_are_a_pack_whose_facet_is_how_often_an_item_was_chosen(tmp_path: Path) -> None:
    table(tmp_path / "songs", "item_id,title\n1,Alto\n2,Bello\n", "items.csv")
    table(tmp_path / "songs", "user,item\nann,2\nbob,2\nbob,1\n")
    pack = import_pack(tmp_path / "songs", "songs", tmp_path / "var").pack
    items = load_catalog(pack, tmp_path / "var").items
    assert [(item.title, item.facets["popularity"]) for item in items] == [("Alto", 1.0), ("Bello", 2.0)]


def test_interactions_alone_make_a_pack_of_the_items_they_name(tmp_path: Path) -> None:
    table(tmp_path / "clicks", "user,item\nann,b\nbob,a\n")
    imported = import_pack(tmp_path / "clicks", "clicks", tmp_path / "var")
    assert [item.title for item in load_catalog(imported.pack, tmp_path / "var").items] == ["b", "a"]
    assert len(load_interactions(imported.pack, tmp_path / "var")) == 2


def test_titles_alone_are_refused(tmp_path: Path) -> None:
    table(tmp_path / "songs", "item_id,title\n1,Alto\n2,Bello\n", "items.csv")
    with pytest.raises(DataError, match="no column that people could ask for, and no interactions"):
        import_pack(tmp_path / "songs", "songs", tmp_path / "var")
