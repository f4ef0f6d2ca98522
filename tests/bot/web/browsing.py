"""Building the page and starting a headless Chromium, for every test that looks at the page."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from playwright.async_api import Browser, Playwright

from data.settings import PROJECT

SOURCE = PROJECT / "bot" / "web"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def build_page(home: Path) -> None:
    """Builds the page into `home`/web by the command that people use; installs what it needs when that is missing."""
    if not (SOURCE / "node_modules").is_dir():
        _npm("ci", "--no-audit", "--no-fund", home=home)
    _npm("run", "build", home=home)


def _npm(*words: str, home: Path) -> None:
    environ = {**os.environ, "INSTRUCTREC_HOME": str(home), "INSTRUCTREC_PACKS": "movies"}
    done = subprocess.run(["npm", *words], cwd=SOURCE, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"npm {' '.join(words)}: {done.stdout}{done.stderr}"


async def chromium(playwright: Playwright) -> Browser:
    """The machine's Chromium, else the one that `playwright install chromium` has put in place."""
    return await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
