"""`python -m actions`: serves the actions to the assistant at the address of the settings."""

from __future__ import annotations

import logging
import os
import sys
import warnings

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")  # they speak the same protocol

from rasa_sdk.endpoint import create_app  # noqa: E402  after the warnings of its imports are quiet
from rasa_sdk.executor import ActionExecutor  # noqa: E402
from sanic import Sanic  # noqa: E402

from actions.registry import ACTIONS  # noqa: E402
from actions.respond import resources  # noqa: E402
from data.errors import DataError  # noqa: E402

LOG = logging.getLogger("actions")
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def application() -> Sanic:
    """The SDK's application with every action: `POST /webhook`, `GET /health`, `GET /actions`; no foreign origin."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action)
    return create_app(executor, cors_origins=None)


def main() -> int:
    """Serves until it is stopped, in this one process; 2 when settings or content cannot be used."""
    try:
        settings = resources().settings
        resources().warm_up()
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(level=settings.log_level, stream=sys.stderr, format=FORMAT)
    for noisy in ("sanic.root", "sanic.server", "sanic.error", "rasa_sdk", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    LOG.info("listening on %s:%d", settings.bind, settings.actions_port)
    application().run(host=settings.bind, port=settings.actions_port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
