"""Trains the assistant, unless nothing it is made from has changed: python -m bot.assistant.train [--force]."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bot.assistant.paths import CONFIG, EVALUATION, FOLDER, NAME, READING, SKILLS, digest_file, model_file
from bot.assistant.quiet import be_quiet
from data.catalog import data_folder
from data.errors import DataError
from data.pack import load_pack
from data.settings import PROJECT, Settings
from data.tables import find_items

NOT_TRAINED = {
    "serve.py",
    "understand.py",
    "quiet.py",
    "lean.py",
    "train.py",
    "checks.py",
    "calibration.py",
    "endpoints.yml",
    "credentials.yml",
    "held_out.yml",
}
"""Files of the assistant and of packs that leave the trained model as it is."""


def main() -> int:
    """0 when there is a model that fits; 1 when training failed; 2 for bad content, its problems one a line."""
    parser = argparse.ArgumentParser(prog="python -m bot.assistant.train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    force = parser.parse_args().force
    try:
        return train(Settings.from_environment(), force)
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2


def train(settings: Settings, force: bool = False) -> int:
    """Trains into `home`/models/assistant. Raises DataError for skills or packs that cannot be used."""
    digest = digest_of_inputs(settings)
    stored, model = digest_file(settings), model_file(settings)
    if not force and model.is_file() and stored.is_file() and stored.read_text() == digest:
        print(f"assistant: {model} fits its skills, packs and code; nothing to do", flush=True)
        return 0
    began = time.monotonic()
    print(f"assistant: training for {', '.join(settings.packs)}", flush=True)
    be_quiet()
    from bot.assistant.checks import check_content

    print(f"assistant: {check_content(settings)}", flush=True)
    stored.unlink(missing_ok=True)
    if not _train_into(model):
        print("assistant: training failed, see above", file=sys.stderr)
        return 1
    stored.write_text(digest)
    print(f"assistant: trained in {time.monotonic() - began:.0f} s into {model}", flush=True)
    return 0


def _train_into(model: Path) -> bool:
    """The new model replaces the old one only when it is whole."""
    model.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.parent) as folder:
        # Rasa's cache does not see what a component loads; an empty one makes every training a whole one.
        os.environ["RASA_CACHE_DIRECTORY"] = str(Path(folder) / "cache")
        from rasa.model_training import train as rasa_train

        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            result = rasa_train(
                domain=str(SKILLS), config=str(CONFIG), training_files=[str(SKILLS)], output=folder,
                fixed_model_name=NAME, force_training=True,
            )  # fmt: skip
        if result.code != 0 or not result.model:
            print(said.getvalue(), file=sys.stderr)
            return False
        os.replace(result.model, model)
    return True


def digest_of_inputs(settings: Settings) -> str:
    """SHA-256 over the name and bytes of every file that shapes the model."""
    total = hashlib.sha256(",".join(settings.packs).encode())
    for path in sorted(set(_inputs(settings))):
        total.update(f"{_name(path, settings)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _inputs(settings: Settings) -> Iterable[Path]:
    own = (path for path in FOLDER.rglob("*") if path.suffix in (".py", ".yml") and EVALUATION not in path.parents)
    yield from (path for path in own if path.name not in NOT_TRAINED)
    yield from READING.rglob("*.py")
    yield from READING.rglob("*.yml")
    yield from (PROJECT / "data").glob("*.py")
    for name in settings.packs:
        pack = load_pack(name, settings.home)
        yield from (path for path in pack.folder.glob("*.yml") if path.name not in NOT_TRAINED)
        items = find_items(data_folder(pack, settings.home))
        if items:
            yield items


def _name(path: Path, settings: Settings) -> str:
    """The path without the machine's own part, so that a moved checkout trains nothing anew."""
    for root in (settings.home, PROJECT):
        if path.is_relative_to(root):
            return str(path.relative_to(root))
    return path.name


if __name__ == "__main__":
    sys.exit(main())
