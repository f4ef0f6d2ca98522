"""Films and their ratings as the public rating sets list them, and the rows of a catalog they become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

ITEM_COLUMNS = ("item_id", "title", "aliases", "year", "genre", "rating", "popularity")
INTERACTION_COLUMNS = ("user_id", "item_id", "rating", "timestamp")


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
    """One rating in stars; `timestamp` in seconds since 1970."""

    user_id: str
    item_id: str
    rating: float
    timestamp: int


def item_rows(films: Iterable[Film], ratings: Iterable[Rating]) -> list[dict[str, object]]:
    """A row of items.csv per film, with the mean and the number of its ratings."""
    stars: dict[str, list[float]] = defaultdict(list)
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


def interaction_rows(ratings: Iterable[Rating]) -> Iterable[dict[str, object]]:
    """A row of interactions.csv per rating, in the order given; whole stars without a fraction."""
    return ({**vars(rating), "rating": f"{rating.rating:g}"} for rating in ratings)
