from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import DataError
from data.sources import movielens
from data.sources.titles import split_title

FLAGS = "0|0|0|1|1|1" + "|0" * 13


@pytest.mark.parametrize(
    ("raw", "title", "aliases", "year"),
    [
        ("Toy Story (1995)", "Toy Story", (), 1995),
        ("Usual Suspects, The (1995)", "The Usual Suspects", (), 1995),
        ("Hate (Haine, La) (1995)", "Hate", ("La Haine",), 1995),
        ("Star Maker, The (Uomo delle stelle, L') (1995)", "The Star Maker", ("L'Uomo delle stelle",), 1995),
        ("Seven (Se7en)", "Seven", ("Se7en",), None),
        ("Misérables, Les", "Les Misérables", (), None),
        ("I, Worst of All (Yo, la peor de todas)", "I, Worst of All", ("Yo, la peor de todas",), None),
        (
            "Land Before Time III: The Time of the Great Giving (1995)",
            "Land Before Time III: The Time of the Great Giving",
            (),
            1995,
        ),
    ],
)
def test_titles_are_read_as_people_say_them(raw: str, title: str, aliases: tuple[str, ...], year: int | None) -> None:
    assert split_title(raw) == (title, aliases, year)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A folder in the form of ml-100k.zip."""
    (tmp_path / "u.item").write_text(
        f"1|Toy Story (1995)|01-Jan-1995||http://x|{FLAGS}\n2|Misérables, Les (1995)||||1{'|0' * 18}\n", "latin-1"
    )
    (tmp_path / "u.data").write_text("196\t1\t3\t881250949\n186\t1\t4\t891717742\n")
    return tmp_path


def test_the_original_files_are_read(original: Path) -> None:
    films = movielens.read_films(original)
    assert films[0] == movielens.Film("1", "Toy Story", (), 1995, ("Animation", "Children's", "Comedy"))
    assert films[1] == movielens.Film("2", "Les Misérables", (), 1995, ())
    assert movielens.read_ratings(original)[0] == movielens.Rating("196", "1", 3, 881250949)


def test_the_packaged_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "ml-100k.item").write_text("item_id\ttitle\tyear\tclass\n1\tToy Story\t1995\tAnimation Children's\n")
    (tmp_path / "ml-100k.inter").write_text("user_id\titem_id\trating\ttimestamp\n196\t1\t3\t881250949\n")
    assert movielens.read_films(tmp_path) == [movielens.Film("1", "Toy Story", (), 1995, ("Animation", "Children's"))]
    assert movielens.read_ratings(tmp_path) == [movielens.Rating("196", "1", 3, 881250949)]


def test_mean_and_number_of_ratings_become_facets(original: Path) -> None:
    rows = movielens.item_rows(movielens.read_films(original), movielens.read_ratings(original))
    assert (rows[0]["rating"], rows[0]["popularity"]) == (3.5, 2)
    assert (rows[1]["rating"], rows[1]["popularity"]) == ("", 0)


def test_another_data_set_is_refused_and_nothing_is_written(original: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="2 films; MovieLens-100K has 1682"):
        movielens.prepare(tmp_path / "out", tmp_path / "cache", original, print)
    assert not (tmp_path / "out").exists()


def test_a_given_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no MovieLens-100K here; expected u.data and u.item"):
        movielens.find_files(tmp_path, tmp_path / "empty", print)
