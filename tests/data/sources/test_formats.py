from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import DataError
from data.sources.films import Film, Rating
from data.sources.formats import read
from data.sources.titles import split_title

TOY_STORY = Film("1", "Toy Story", (), 1995, ("Animation", "Children's", "Comedy"))


@pytest.mark.parametrize(
    ("raw", "title", "aliases", "year"),
    [
        ("Toy Story (1995)", "Toy Story", (), 1995),
        ("Usual Suspects, The (1995)", "The Usual Suspects", (), 1995),
        ("Hate (Haine, La) (1995)", "Hate", ("La Haine",), 1995),
        ("Star Maker, The (Uomo delle stelle, L') (1995)", "The Star Maker", ("L'Uomo delle stelle",), 1995),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", ("Se7en",), 1995),
        ("Misérables, Les", "Les Misérables", (), None),
        ("I, Worst of All (Yo, la peor de todas)", "I, Worst of All", ("Yo, la peor de todas",), None),
        ("Land Before Time III: The Time of Giving (1995)", "Land Before Time III: The Time of Giving", (), 1995),
    ],
)
def test_titles_are_read_as_people_say_them(raw: str, title: str, aliases: tuple[str, ...], year: int | None) -> None:
    assert split_title(raw) == (title, aliases, year)


def test_movielens_100k(tmp_path: Path) -> None:
    flags = "0|0|0|1|1|1" + "|0" * 13
    (tmp_path / "u.item").write_text(
        f"1|Toy Story (1995)|01-Jan-1995||http://x|{flags}\n2|Misérables, Les (1995)||||1{'|0' * 18}\n", "latin-1"
    )
    (tmp_path / "u.data").write_text("196\t1\t3\t881250949\n")
    assert read(tmp_path) == (
        [TOY_STORY, Film("2", "Les Misérables", (), 1995, ())],
        [Rating("196", "1", 3, 881250949)],
    )


def test_movielens_100k_of_recbole(tmp_path: Path) -> None:
    (tmp_path / "ml-100k.item").write_text("i\tt\ty\tc\n1\tToy Story\t1995\tAnimation Children's Comedy\n")
    (tmp_path / "ml-100k.inter").write_text("u\ti\tr\tt\n196\t1\t3\t881250949\n")
    assert read(tmp_path) == ([TOY_STORY], [Rating("196", "1", 3, 881250949)])


def test_movielens_1m(tmp_path: Path) -> None:
    (tmp_path / "movies.dat").write_text("1::Toy Story (1995)::Animation|Children's|Comedy\n", "latin-1")
    (tmp_path / "ratings.dat").write_text("1::1::5::978824268\n")
    assert read(tmp_path) == ([TOY_STORY], [Rating("1", "1", 5, 978824268)])


def test_movielens_latest(tmp_path: Path) -> None:
    (tmp_path / "movies.csv").write_text(
        'movieId,title,genres\n1,Toy Story (1995),Animation|Children|Comedy\n2,"Net, The (1995)",(no genres listed)\n'
    )
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,4.5,964982703\n")
    assert read(tmp_path) == ([TOY_STORY, Film("2", "The Net", (), 1995, ())], [Rating("1", "1", 4.5, 964982703)])


def test_the_netflix_prize(tmp_path: Path) -> None:
    (tmp_path / "movie_titles.csv").write_text("1,2003,Dinosaur Planet\n2,NULL,Lilo, and Stitch\n", "latin-1")
    (tmp_path / "combined_data_1.txt").write_text("1:\n1488844,3,2005-09-06\n2:\n822109,5,2005-05-13\n")
    films, ratings = read(tmp_path)
    assert films == [Film("1", "Dinosaur Planet", (), 2003, ()), Film("2", "Lilo, and Stitch", (), None, ())]
    assert ratings == [Rating("1488844", "1", 3, 1125964800), Rating("822109", "2", 5, 1115942400)]


def test_the_netflix_prize_with_a_file_per_film(tmp_path: Path) -> None:
    (tmp_path / "movie_titles.txt").write_text("1,2003,Dinosaur Planet\n", "latin-1")
    (tmp_path / "training_set").mkdir()
    (tmp_path / "training_set" / "mv_0000001.txt").write_text("1:\n1488844,3,2005-09-06\n")
    assert read(tmp_path)[1] == [Rating("1488844", "1", 3, 1125964800)]


def test_a_broken_line_is_refused_with_the_folder_and_the_format(tmp_path: Path) -> None:
    (tmp_path / "movies.dat").write_text("1::Toy Story (1995)\n")
    (tmp_path / "ratings.dat").write_text("")
    with pytest.raises(DataError, match="not whole, or not MovieLens-1M"):
        read(tmp_path)
