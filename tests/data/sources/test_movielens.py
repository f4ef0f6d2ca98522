from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import DataError
from data.sources import movielens
from data.sources.films import Rating, item_rows
from data.sources.formats import film, read


def test_mean_and_number_of_ratings_become_facets() -> None:
    films = [film("1", "Toy Story (1995)", ["Comedy"]), film("2", "Misérables, Les (1995)", [])]
    rows = item_rows(films, [Rating("a", "1", 3, 0), Rating("b", "1", 4, 0)])
    assert (rows[0]["rating"], rows[0]["popularity"]) == (3.5, 2)
    assert (rows[1]["rating"], rows[1]["popularity"]) == ("", 0)


def write_original(folder: Path) -> None:
    (folder / "u.item").write_text(f"1|Toy Story (1995)|||x{'|0' * 19}\n", "latin-1")
    (folder / "u.data").write_text("196\t1\t3\t881250949\n186\t1\t4\t891717742\n")


def test_another_data_set_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    write_original(tmp_path)
    with pytest.raises(DataError, match="1 films; MovieLens-100K has 1682"):
        movielens.prepare(tmp_path / "out", tmp_path / "cache", tmp_path, print)
    assert not (tmp_path / "out").exists()


def test_a_given_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no MovieLens-100K here; expected u.data and u.item"):
        movielens.find_files(tmp_path, tmp_path / "empty", print)


def test_the_cache_is_taken_before_anything_is_fetched(tmp_path: Path) -> None:
    write_original(tmp_path)
    said: list[str] = []
    assert movielens.find_files(tmp_path, None, said.append) == tmp_path
    assert said == []


def test_a_folder_of_no_known_format_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there are MovieLens-100K \(u.data, u.item\); .*Netflix Prize"):
        read(tmp_path)
