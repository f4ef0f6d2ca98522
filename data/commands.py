"""The commands of the data layer: `instructrec prepare` and `instructrec pack`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from data.catalog import data_folder, load_catalog
from data.errors import DataError
from data.importing.write import import_pack
from data.pack import load_pack
from data.settings import Settings
from data.sources import movielens
from data.tables import find_items

prepare = typer.Typer(add_completion=False)
Source = Callable[[Path, Path, Path | None, Callable[[str], None]], None]
SOURCES: dict[str, Source] = {"movielens": movielens.prepare}
"""How the catalog of a pack with `prepare: NAME` in its pack.yml is built."""


@prepare.command()
def prepare_packs(
    packs: Annotated[
        list[str] | None, typer.Argument(help="Packs to prepare; default: those of INSTRUCTREC_PACKS.")
    ] = None,
    source: Annotated[Path | None, typer.Option(help="Folder that has the source's files.")] = None,
    force: Annotated[bool, typer.Option(help="Build again what is there.")] = False,
) -> None:
    """Builds the catalogs of packs whose items come from a public source, and checks every catalog.

    \b
    instructrec prepare movies
    instructrec prepare movies --source ~/ml-100k --force
    """
    settings = Settings.from_environment()
    given = source or (Path(settings.movielens) if settings.movielens else None)
    for name in packs or settings.packs:
        pack = load_pack(name, settings.home)
        if pack.prepare and (force or find_items(data_folder(pack, settings.home)) is None):
            _source(pack.prepare, name)(
                settings.home / "packs" / name, settings.home / "cache" / pack.prepare, given, print
            )
        catalog = load_catalog(pack, settings.home)
        print(f"{name}: {len(catalog.items):,} items, facets {', '.join(pack.facets)}")


def _source(name: str, pack: str) -> Source:
    if name not in SOURCES:
        raise DataError(f"{pack}/pack.yml: prepare: no source {name!r}; there are {', '.join(SOURCES)}")
    return SOURCES[name]


pack_import = typer.Typer(add_completion=False)


@pack_import.command()
def import_pack_of_items(
    source: Annotated[Path, typer.Argument(help="Folder or file with the items (csv, jsonl, json, parquet).")],
    name: Annotated[str, typer.Option(help="Name of the new pack.")],
    item_en: Annotated[str, typer.Option(help="What one item is called in English; default: from the name.")] = "",
    item_zh: Annotated[str, typer.Option(help="What one item is called in Chinese.")] = "",
    like: Annotated[str, typer.Option(help="Pack whose facets and phrases are taken, e.g. for MovieLens files.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Import again over a pack of that name.")] = False,
) -> None:
    """Makes a pack of a table of items; a pack.yml beside the table is taken as it is, else facets are inferred.

    \b
    instructrec pack import wines.csv --name wines
    instructrec pack import ~/ml-1m --name films --like movies
    """
    settings = Settings.from_environment()
    imported = import_pack(source.expanduser(), name, settings.home, replace, {"en": item_en, "zh": item_zh}, like)
    print(f"{name}: {imported.items:,} items and {imported.interactions:,} interactions in {imported.pack.folder}")
    for facet in imported.pack.facets.values():
        several = ", several values" if facet.multi else ""
        print(f"  {facet.name}: {facet.type}{several}{f', {facet.unit}' if facet.unit else ''}")
    if imported.left:
        print(f"left out: {', '.join(imported.left)}")
    print(f"Look through {imported.pack.folder / 'pack.yml'}, then:")
    print(f"INSTRUCTREC_PACKS={name} instructrec train --pack {name}")
