"""These tests run under Rasa's Python, as `make test` starts them; elsewhere there is nothing to collect."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from data.settings import Settings

if importlib.util.find_spec("rasa") is None:
    collect_ignore_glob = ["*"]
else:
    from bot.assistant.quiet import be_quiet

    be_quiet()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The environment's settings, with an assistant that is trained."""
    from bot.assistant.train import train

    settings = Settings.from_environment()
    assert train(settings) == 0
    return settings


@pytest.fixture
def tea_pack(tmp_path: Path) -> str:
    """The folder of a pack that nobody has heard of, with phrases and held-out phrases."""
    folder = tmp_path / "teas"
    folder.mkdir()
    (folder / "pack.yml").write_text(
        "name: teas\n"
        "item: {en: {one: tea, other: teas}, zh: {one: 茶, measure: 款}}\n"
        "facets:\n"
        "  kind:\n    type: category\n    label: {en: kind, zh: 种类}\n"
        "    values: {Green: {en: green, zh: 绿茶}, Black: {en: black, zh: 红茶}}\n"
        "  price:\n    type: number\n    label: {en: price, zh: 价格}\n"
        "    compare: {more: {en: [dearer], zh: [贵一点]}, less: {en: [cheaper], zh: [便宜一点]}}\n",
        encoding="utf-8",
    )
    (folder / "items.csv").write_text(
        "item_id,title,aliases,kind,price\n1,Dragon Well,龙井,Green,30\n2,Lapsang,正山小种,Black,25\n", encoding="utf-8"
    )
    (folder / "phrases.en.yml").write_text(
        "sentences:\n  recommend: ['pour me (a|some) {kind} brew']\nheld_out:\n  recommend: ['steep {kind} for me']\n",
        encoding="utf-8",
    )
    (folder / "phrases.zh.yml").write_text("sentences:\n  recommend: ['泡一壶{kind}']\n", encoding="utf-8")
    return str(folder)
