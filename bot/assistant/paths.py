"""Where the assistant's own files lie, and where its trained model is kept."""

from __future__ import annotations

from pathlib import Path

from data.settings import PROJECT, Settings

FOLDER = Path(__file__).resolve().parent
SKILLS = FOLDER / "skills"
CONFIG = FOLDER / "config.yml"
ENDPOINTS = FOLDER / "endpoints.yml"
CREDENTIALS = FOLDER / "credentials.yml"
EVALUATION = FOLDER / "evaluation"
READING = PROJECT / "data" / "reading"
NAME = "assistant"


def model_file(settings: Settings) -> Path:
    """The trained assistant."""
    return settings.home / "models" / NAME / f"{NAME}.tar.gz"


def digest_file(settings: Settings) -> Path:
    """Digest of everything that the trained assistant was made from."""
    return settings.home / "models" / NAME / f"{NAME}.digest"
