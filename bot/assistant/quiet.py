"""What has to be set before Rasa is imported: no telemetry, one thread, and no person's words in the logs."""

from __future__ import annotations

import os
import warnings

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

NOISE = ("pkg_resources is deprecated", ".*Slot auto-fill has been removed")
"""Warnings of Rasa that come whatever one does."""


def be_quiet() -> None:
    """Sets every variable that is not set, drops the deprecation warnings of Rasa's old pins, and configures its logs.

    Rasa logs every user's text until `configure_structlog` has run.
    """
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning)
    for message in NOISE:
        warnings.filterwarnings("ignore", message=message)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog()
