"""What comes before the first import of Rasa: no telemetry, one thread, no TensorFlow, no person's words in the logs."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TextIO

from bot.assistant.lean import load_lean
from bot.assistant.paths import CONFIG

VARIABLES = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "CUDA_VISIBLE_DEVICES": "-1",
}

NOISE = ("pkg_resources is deprecated", "Slot auto-fill has been removed")
"""Warnings of Rasa that come whatever one does."""


def be_quiet() -> None:
    """Sets the variables that are not set, keeps TensorFlow out, and silences what Rasa's old pins warn of.

    Rasa logs every user's text until `configure_structlog` has run.
    """
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)
    warnings.showwarning = _show
    load_lean(CONFIG)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog()


def _show(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning that is worth reading, one line of it. A filter would not do: imported libraries reset the filters."""
    text = str(message)
    is_about_code = issubclass(category, (DeprecationWarning, PendingDeprecationWarning, FutureWarning))
    if not is_about_code and not any(noise in text for noise in NOISE):
        print(f"{category.__name__}: {text}", file=file or sys.stderr)
