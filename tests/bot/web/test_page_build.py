"""The build: from the lock file alone, into the home that was named, small, with correct types."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import yaml

from tests.bot.web.browsing import SOURCE


def test_the_build_writes_the_page_below_the_home(built_page: Path) -> None:
    assert {path.name for path in built_page.iterdir()} >= {"index.html", "icon.svg", "samples.json", "assets"}


def test_the_page_refers_to_its_files_relatively_so_that_it_can_stand_below_any_path(built_page: Path) -> None:
    index = (built_page / "index.html").read_text(encoding="utf-8")
    assert 'src="./assets/' in index
    assert 'href="./assets/' in index


def test_script_and_style_together_are_under_120_kilobytes_packed(built_page: Path) -> None:
    packed = sum(len(gzip.compress(path.read_bytes())) for path in (built_page / "assets").iterdir())
    assert packed < 120_000


def test_the_samples_of_the_pack_are_four_in_each_language(built_page: Path) -> None:
    samples = json.loads((built_page / "samples.json").read_text(encoding="utf-8"))
    assert {language: len(words) for language, words in samples.items()} == {"en": 4, "zh": 4}


def test_both_languages_have_the_same_texts() -> None:
    english, chinese = (
        yaml.safe_load((SOURCE / "src" / "texts" / f"{language}.yml").read_text(encoding="utf-8"))
        for language in ("en", "zh")
    )
    assert list(english) == list(chinese)


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_the_types_are_right(built_page: Path) -> None:
    done = subprocess.run(["npm", "run", "check"], cwd=SOURCE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_launcher_is_under_30_kilobytes_packed(built_page: Path) -> None:
    assert len(gzip.compress((built_page / "widget.js").read_bytes())) < 30_000


def test_the_demo_shop_page_embeds_it_by_one_line(built_page: Path) -> None:
    page = (built_page / "shop.html").read_text(encoding="utf-8")
    assert page.count("<script") == 1 and 'src="./widget.js"' in page
