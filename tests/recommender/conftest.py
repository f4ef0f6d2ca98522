"""A small pack made here, its trained ranker, and the encoder; made once, used by all tests of the ranker."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.catalog import Catalog, load_catalog
from data.pack import load_pack
from data.settings import Settings
from recommender.model.checkpoint import folder_of, save
from recommender.model.encoder import TextEncoder
from recommender.pipeline.ranking import PackRanker
from recommender.training.network import Schedule
from recommender.training.progress import Progress
from recommender.training.run import Profile, read_material, train

TINY = Profile(Schedule(epochs=24, tokens=60, warm_up=10, validate_every=6), instructions=200)
PACK = """
name: lamps
item:
  en: {one: lamp, other: lamps}
  zh: {one: 灯, measure: 盏}
facets:
  style: {type: category, multi: true, label: {en: style, zh: 风格}}
  maker: {type: category, label: {en: maker, zh: 品牌}}
  price: {type: number, unit: euro, label: {en: price, zh: 价格}}
  year: {type: year, label: {en: year, zh: 年份}}
  dimmable: {type: flag, label: {en: dimmable, zh: 可调光}}
"""
STYLES = ("modern", "rustic", "industrial", "vintage")
MAKERS = ("Lumo", "Hellas", "Noor")


def write_pack(folder: Path, items: int = 40, users: int = 30, name: str = "lamps") -> Path:
    """A pack of `items` lamps; people buy lamps of one style, so that there is something to learn."""
    folder.mkdir(parents=True)
    (folder / "pack.yml").write_text(PACK.replace("lamps\n", f"{name}\n", 1), encoding="utf-8")
    rng = np.random.default_rng(5)
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["item_id", "title", "style", "maker", "price", "year", "dimmable"])
        for number in range(items):
            style = STYLES[number % 4] if number % 5 else f"{STYLES[number % 4]}|{STYLES[(number + 1) % 4]}"
            price = "" if number == 7 else 10 + 3 * number
            writer.writerow(
                [f"L{number}", f"Lamp {number}", style, MAKERS[number % 3], price, 1980 + number, number % 2]
            )
    if users:
        with (folder / "interactions.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["user_id", "item_id", "rating", "timestamp"])
            for user in range(users):
                chosen = rng.permutation([n for n in range(items - 2) if n % 4 == user % 4])[:8]
                for step, number in enumerate(chosen):
                    writer.writerow([f"u{user}", f"L{number}", int(rng.integers(3, 6)), 1_000_000 + 3600 * step])
    return folder


def train_lamps(home: Path, encoder: TextEncoder, users: int = 30) -> Path:
    """Writes, trains and saves the ranker of a small pack under `home`; returns the checkpoint's folder."""
    write_pack(home / "packs" / "lamps", users=users)
    material = read_material(load_pack("lamps", home), home, encoder, "tiny")
    save(train(material, encoder, TINY, 0, Progress()), folder_of(home, "lamps"))
    return folder_of(home, "lamps")


@pytest.fixture(scope="session")
def encoder() -> TextEncoder:
    torch.set_num_threads(1)
    return TextEncoder()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, encoder: TextEncoder) -> Path:
    """A home with the trained pack `lamps`. Not to be written to."""
    home = tmp_path_factory.mktemp("home")
    train_lamps(home, encoder)
    return home


@pytest.fixture(scope="session")
def lamps(home: Path, encoder: TextEncoder) -> PackRanker:
    return PackRanker.open("lamps", home, encoder)


@pytest.fixture(scope="session")
def catalog(home: Path) -> Catalog:
    return load_catalog(load_pack("lamps", home), home)


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    return replace(Settings(), home=home, packs=("lamps",), device="cpu").completed()
