"""The file formats of public rating sets: MovieLens 100K, 1M and latest, and the Netflix Prize."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from data.errors import DataError
from data.sources.films import Film, Rating
from data.sources.titles import split_title

GENRES = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
)  # fmt: skip
"""The flags of MovieLens-100K's u.item, in their order."""
RENAMED = {"Children": "Children's"}
"""Genres that a set writes otherwise than MovieLens-100K."""
NETFLIX_TITLES = "movie_titles.*"
"""A .txt in the Prize's own archive, a .csv where it was published again."""
NOT_A_GENRE = ("unknown", "(no genres listed)", "IMAX")


@dataclass(frozen=True)
class Format:
    """A rating set's files and how they are read."""

    name: str
    files: tuple[str, ...]
    films: Callable[[Path], Iterable[Film]]
    ratings: Callable[[Path], Iterable[Rating]]

    def fits(self, folder: Path) -> bool:
        """Whether `folder` has the files, given as names or patterns."""
        return all(any(folder.glob(pattern)) for pattern in self.files)


def detect(folder: Path) -> Format | None:
    """The format of the files in `folder`; None when they are no rating set that we know."""
    return next((entry for entry in FORMATS if entry.fits(folder)), None)


def read(folder: Path) -> tuple[list[Film], list[Rating]]:
    """Films and ratings in file order. Raises DataError when the folder has no known format or a line is broken."""
    entry = detect(folder)
    if entry is None:
        known = "; ".join(f"{e.name} ({', '.join(e.files)})" for e in FORMATS)
        raise DataError(f"{folder}: no rating set that we know; there are {known}")
    try:
        return list(entry.films(folder)), list(entry.ratings(folder))
    except (ValueError, KeyError, IndexError) as error:
        raise DataError(f"{folder}: not whole, or not {entry.name}: {error}") from error


def film(item_id: str, raw_title: str, genres: Iterable[str], year: int | None = None) -> Film:
    """A film from a title such as "Hate (Haine, La) (1995)"; `year` goes before the year in the title."""
    title, aliases, year_in_title = split_title(raw_title)
    kept = tuple(RENAMED.get(genre, genre) for genre in genres if genre and genre not in NOT_A_GENRE)
    return Film(item_id, title, aliases, year if year is not None else year_in_title, kept)


def _lines(path: Path, encoding: str = "utf-8") -> Iterator[str]:
    with path.open(encoding=encoding) as file:
        for line in file:
            if line.strip():
                yield line.rstrip("\n")


def _films_100k(folder: Path) -> Iterator[Film]:
    for line in _lines(folder / "u.item", "latin-1"):
        cells = line.split("|")
        flags = zip(GENRES, cells[5:24], strict=True)
        yield film(cells[0], cells[1], [genre for genre, flag in flags if flag == "1"])


def _ratings_100k(folder: Path) -> Iterator[Rating]:
    for line in _lines(folder / "u.data"):
        yield _rating(*line.split("\t"))


def _rating(user: str, item: str, rating: str, timestamp: str) -> Rating:
    return Rating(user, item, float(rating), int(timestamp))


def _films_recbole(folder: Path) -> Iterator[Film]:
    for line in list(_lines(folder / "ml-100k.item"))[1:]:
        item_id, title, year, genres = line.split("\t")
        title = title.replace("unkonwn", "unknown")
        yield film(item_id, title, genres.split(), int(year) if year.isdigit() else None)


def _ratings_recbole(folder: Path) -> Iterator[Rating]:
    for line in list(_lines(folder / "ml-100k.inter"))[1:]:
        yield _rating(*line.split("\t"))


def _films_1m(folder: Path) -> Iterator[Film]:
    for line in _lines(folder / "movies.dat", "latin-1"):
        item_id, title, genres = line.split("::")
        yield film(item_id, title, genres.split("|"))


def _ratings_1m(folder: Path) -> Iterator[Rating]:
    for line in _lines(folder / "ratings.dat", "latin-1"):
        yield _rating(*line.split("::"))


def _films_latest(folder: Path) -> Iterator[Film]:
    with (folder / "movies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield film(row["movieId"], row["title"], row["genres"].split("|"))


def _ratings_latest(folder: Path) -> Iterator[Rating]:
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield _rating(row["userId"], row["movieId"], row["rating"], row["timestamp"])


def _films_netflix(folder: Path) -> Iterator[Film]:
    for line in _lines(next(folder.glob(NETFLIX_TITLES)), "latin-1"):
        item_id, year, title = line.split(",", 2)
        yield Film(item_id, title, (), int(year) if year.isdigit() else None, ())


def _ratings_netflix(folder: Path) -> Iterator[Rating]:
    item_id = ""
    for path in sorted([*folder.glob("combined_data_*.txt"), *folder.glob("training_set/mv_*.txt")]):
        for line in _lines(path):
            if line.endswith(":"):
                item_id = line[:-1]
                continue
            user, rating, day = line.split(",")
            moment = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc)
            yield Rating(user, item_id, float(rating), int(moment.timestamp()))


FORMATS = (
    Format("MovieLens-100K", ("u.data", "u.item"), _films_100k, _ratings_100k),
    Format("MovieLens-100K of recbole", ("ml-100k.inter", "ml-100k.item"), _films_recbole, _ratings_recbole),
    Format("MovieLens-1M", ("ratings.dat", "movies.dat"), _films_1m, _ratings_1m),
    Format("MovieLens latest", ("ratings.csv", "movies.csv"), _films_latest, _ratings_latest),
    Format("Netflix Prize", (NETFLIX_TITLES, "combined_data_*.txt"), _films_netflix, _ratings_netflix),
    Format(
        "Netflix Prize, one file a film",
        (NETFLIX_TITLES, "training_set/mv_*.txt"),
        _films_netflix,
        _ratings_netflix,
    ),
)
