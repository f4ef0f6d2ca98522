"""A reader over a small catalog of well-known films, with the phrases of the movies pack."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from data.catalog import Catalog, load_catalog
from data.pack import Pack, load_pack
from data.reading import Reader
from data.tables import write_csv

FILMS = """
1|Toy Story|1995|Animation,Children's,Comedy|3.9|450
2|Heat|1995|Action,Crime,Thriller|3.9|220
3|Seven|1995|Crime,Thriller|3.8|236
4|The Usual Suspects|1995|Crime,Thriller|4.4|267
5|Casino|1995|Drama|3.5|91
6|Fargo|1996|Crime,Drama,Thriller|4.2|508
7|Braveheart|1995|Action,Drama,War|4.1|297
8|Star Wars|1977|Action,Adventure,Romance,Sci-Fi,War|4.4|583
9|The Empire Strikes Back|1980|Action,Adventure,Drama,Romance,Sci-Fi,War|4.2|367
10|Pulp Fiction|1994|Crime,Drama|4.1|394
11|The Godfather|1972|Action,Crime,Drama|4.3|413
12|The Godfather: Part II|1974|Action,Crime,Drama|4.2|209
13|Sabrina|1995|Comedy,Romance|3.2|190
14|Sabrina|1954|Comedy,Romance|3.8|95
15|Big|1988|Comedy,Fantasy|3.6|150
16|Speed|1994|Action,Romance,Thriller|3.6|230
17|Scream|1996|Horror,Thriller|3.4|478
18|Alien|1979|Action,Horror,Sci-Fi,Thriller|4.0|291
19|Aliens|1986|Action,Sci-Fi,Thriller,War|3.9|284
20|The Silence of the Lambs|1991|Drama,Thriller|4.3|390
21|Schindler's List|1993|Drama,War|4.5|298
22|The Shawshank Redemption|1994|Drama|4.4|283
23|Twelve Monkeys|1995|Drama,Sci-Fi|3.8|392
24|Titanic|1997|Action,Drama,Romance|4.2|350
25|True Romance|1993|Action,Crime,Romance|3.4|90
26|Monty Python and the Holy Grail|1974|Comedy|4.1|316
27|Monty Python's Life of Brian|1979|Comedy|3.9|139
28|Unforgiven|1992|Western|3.9|182
29|Chinatown|1974|Film-Noir,Mystery,Thriller|4.1|147
30|Singin' in the Rain|1952|Musical,Romance|4.0|137
31|The Wizard of Oz|1939|Adventure,Children's,Drama,Musical|4.1|246
32|Hoop Dreams|1994|Documentary|4.1|117
33|The Princess Bride|1987|Action,Adventure,Comedy,Fantasy,Romance|4.2|324
34|Nosferatu|1922|Horror|3.6|54
35|Tokyo Drifters Unknown|1961|Crime|2.1|1
36|Bad Boys|1995|Action|3.1|57
37|Blade Runner|1982|Film-Noir,Sci-Fi|4.1|275
38|High Noon|1952|Western|4.1|88
39|Old Small Picture|1949|Drama|2.4|2
40|Rear Window|1954|Mystery,Thriller|4.4|209
"""
ALIASES = {
    "3": "Se7en|七宗罪",
    "18": "异形",
    "24": "泰坦尼克号",
    "11": "教父",
    "21": "辛德勒的名单",
    "22": "肖申克的救赎",
}


def today() -> datetime.date:
    """A fixed day, so that "ten years ago" stays where it is."""
    return datetime.date(2026, 6, 1)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    columns = ("item_id", "title", "year", "genre", "rating", "popularity")
    rows = [dict(zip(columns, line.split("|"), strict=True)) for line in FILMS.strip().splitlines()]
    for row in rows:
        row["genre"] = row["genre"].replace(",", "|")
        row["aliases"] = ALIASES.get(row["item_id"], "")
    write_csv(folder / "packs" / "movies" / "items.csv", ("item_id", "title", "aliases", *columns[2:]), rows)
    return folder


@pytest.fixture(scope="session")
def movies(home: Path) -> tuple[Pack, Catalog]:
    pack = load_pack("movies", home)
    return pack, load_catalog(pack, home)


@pytest.fixture(scope="session")
def reader(movies: tuple[Pack, Catalog], home: Path) -> Reader:
    return Reader.load([movies], home, today)
