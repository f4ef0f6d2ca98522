"""The packs that come with the project, as they are."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from data.catalog import Catalog, load_catalog
from data.errors import DataError
from data.pack import LANGUAGES, Pack, load_pack
from data.settings import PROJECT


@pytest.fixture(scope="session")
def restaurants() -> Catalog:
    """The restaurants pack's catalog."""
    return load_catalog(load_pack("restaurants", PROJECT / "var"), PROJECT / "var")


@pytest.fixture(scope="session")
def movies() -> Catalog:
    """The films catalog; set-up prepares it."""
    home = PROJECT / "var"
    try:
        return load_catalog(load_pack("movies", home), home)
    except DataError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def phrases(restaurants: Catalog) -> dict[str, dict[str, Any]]:
    """The restaurants pack's phrases by language."""
    return {language: phrases_of(restaurants.pack, language) for language in LANGUAGES}


def phrases_of(pack: Pack, language: str) -> dict[str, Any]:
    """The content of a phrases file."""
    content = yaml.safe_load(pack.file(f"phrases.{language}.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content
