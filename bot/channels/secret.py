"""The key that signs tokens: set by the operator, or made once and kept in a file that only we may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from data.settings import Settings

LEAST_CHARACTERS = 16


def secret_of(settings: Settings) -> str:
    """The key of these settings. Raises ValueError for one that could be guessed."""
    secret = settings.secret or _kept(settings.home / "secret")
    if len(secret) < LEAST_CHARACTERS:
        raise ValueError(f"secret: has {len(secret)} characters; it must have {LEAST_CHARACTERS} or more")
    return secret


def _kept(path: Path) -> str:
    """The key in the file, made when there is none; processes that start together agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
