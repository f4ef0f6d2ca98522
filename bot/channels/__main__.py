"""Starts the gateway: `python -m bot.channels`, with settings from the environment."""

from __future__ import annotations

import sys

import structlog
from aiohttp import web

from bot.channels.app import create_app
from bot.channels.logs import configure_logs
from data.errors import DataError
from data.settings import Settings
from data.store import StoreError

SHUTDOWN_S = 2.0


def main() -> None:
    """Serves until SIGTERM or SIGINT; bad settings end it with their problems and status 2."""
    try:
        settings = Settings.from_environment()
        configure_logs(settings.log_level)
        app = create_app(settings)
    except (DataError, StoreError, ValueError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    structlog.get_logger().info("starting", bind=settings.gateway_bind, port=settings.gateway_port)
    web.run_app(
        app,
        host=settings.gateway_bind,
        port=settings.gateway_port,
        print=None,
        access_log=None,
        shutdown_timeout=SHUTDOWN_S,
    )


if __name__ == "__main__":
    main()
