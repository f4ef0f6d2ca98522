"""Serves the trained assistant on loopback: python -m bot.assistant.serve."""

from __future__ import annotations

import os
import sys

from bot.assistant.paths import CREDENTIALS, ENDPOINTS, model_file
from bot.assistant.quiet import be_quiet
from data.errors import DataError
from data.settings import Settings


def main() -> int:
    """Serves until it is stopped; 2 for bad settings or when there is nothing to serve."""
    try:
        settings = Settings.from_environment()
        model = model_file(settings)
        if not model.is_file():
            raise DataError(f"{model}: no trained assistant; run: python -m bot.assistant.train")
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    serve(settings)
    return 0


def serve(settings: Settings) -> None:
    """Rasa's server with the REST channel and its API, no CORS, one worker; `/status` has a model id when it is ready."""
    be_quiet()
    os.environ["INSTRUCTREC_ACTIONS_URL"] = settings.actions_url  # endpoints.yml names it
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    serve_application(
        model_path=str(model_file(settings)),
        interface=settings.bind,
        port=settings.assistant_port,
        credentials=str(CREDENTIALS),
        endpoints=AvailableEndpoints.read_endpoints(str(ENDPOINTS)),
        cors=None,
        enable_api=True,
        response_timeout=60,
    )


if __name__ == "__main__":
    sys.exit(main())
