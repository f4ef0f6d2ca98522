"""`python -m bot.channels.console add NAME`: the command `instructrec agent`, where that is not installed."""

from __future__ import annotations

import sys

from bot.channels.console.commands import agent_app
from data.errors import DataError

if __name__ == "__main__":
    try:
        agent_app()
    except DataError as error:
        sys.exit(str(error))
