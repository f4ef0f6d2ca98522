"""A made-up catalog whose people drift between interests: a large, sparse set to train and measure on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.tables import write_csv

START_S = 1_600_000_000
DAY_S = 86_400


@dataclass(frozen=True)
class World:
    """What there is and how people choose."""

    users: int = 20_000
    items: int = 12_000
    clusters: int = 150
    """Groups of items that go together."""
    dimensions: int = 16
    """Of the space in which people and items lie."""
    skew: float = 0.8
    """Exponent of the items' popularity: 0 is even, 1 as in Zipf's law."""
    stay: float = 0.7
    """Chance that the next choice is of the same cluster; else it is of one that follows it, or of any."""
    follow: float = 0.2
    shortest: int = 3
    mean_length: float = 9.0
    """Interactions a person; the lengths are geometric, so most people have few."""
    one_off: float = 0.3
    """Share of people whose every choice is by popularity alone."""


def sequences(world: World, seed: int) -> Iterator[np.ndarray]:
    """(T,) items of each person, oldest first, none twice. Same world and seed, same choices."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(world.clusters, world.dimensions))
    cluster = rng.integers(world.clusters, size=world.items)
    places = centres[cluster] + 0.5 * rng.normal(size=(world.items, world.dimensions))
    popularity = (1.0 + rng.permutation(world.items)) ** -world.skew
    members = [np.flatnonzero(cluster == number) for number in range(world.clusters)]
    distance = ((centres[:, None] - centres[None]) ** 2).sum(2) + np.diag(np.full(world.clusters, np.inf))
    followers = distance.argsort(1)[:, :3]
    for _ in range(world.users):
        length = world.shortest + int(rng.geometric(1.0 / (1.0 + world.mean_length - world.shortest))) - 1
        is_one_off = rng.random() < world.one_off
        now = int(rng.integers(world.clusters))
        last: np.ndarray | None = None
        chosen: list[int] = []
        for _ in range(length):
            drawn = rng.random()
            if drawn > world.stay:
                is_next = drawn < world.stay + world.follow
                now = int(followers[now, rng.integers(3)]) if is_next else int(rng.integers(world.clusters))
            item = _choice(popularity, None if is_one_off else members[now], places, last, chosen, rng)
            chosen.append(item)
            last = places[item]
        yield np.array(chosen)


def _choice(
    popularity: np.ndarray,
    members: np.ndarray | None,
    places: np.ndarray,
    last: np.ndarray | None,
    chosen: list[int],
    rng: np.random.Generator,
) -> int:
    """One item that was not chosen before: by popularity, of a cluster also by nearness to the one before."""
    pool = members if members is not None and len(members) > len(chosen) else np.arange(len(popularity))
    weights = popularity[pool].copy()
    if members is not None and last is not None:
        weights *= np.exp(-0.5 * ((places[pool] - last) ** 2).mean(1))
    weights[np.isin(pool, chosen)] = 0.0
    total = np.cumsum(weights)
    return int(pool[np.searchsorted(total, rng.random() * total[-1], side="right")])


def write_tables(world: World, seed: int, folder: Path) -> None:
    """items.csv with nothing but ids and titles, and interactions.csv, as `instructrec pack import` takes them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "items.csv", ["item_id", "title"], [_item(n) for n in range(world.items)])
    rng = np.random.default_rng([seed, 1])
    rows = []
    for user, items in enumerate(sequences(world, seed)):
        times = START_S + np.cumsum(rng.exponential(5 * DAY_S, size=len(items))).astype(np.int64)
        rows += [
            {"user_id": f"u{user}", "item_id": f"i{item}", "rating": 1, "timestamp": int(time)}
            for item, time in zip(items, times, strict=True)
        ]
    write_csv(folder / "interactions.csv", ["user_id", "item_id", "rating", "timestamp"], rows)


def _item(number: int) -> dict[str, str]:
    return {"item_id": f"i{number}", "title": f"Item {number}"}
