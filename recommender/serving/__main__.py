"""python -m recommender.serving: serves the rankers of the configured packs on loopback or a private network."""

from __future__ import annotations

import argparse
import logging
import os
import sys

from data.errors import DataError
from data.settings import Settings

USAGE = """
python -m recommender.serving
INSTRUCTREC_PACKS=movies INSTRUCTREC_RANKER_PORT=6000 python -m recommender.serving
"""


def main() -> int:
    """Serves until SIGTERM or SIGINT; status 2 when a setting, a pack or a checkpoint cannot be used."""
    argparse.ArgumentParser(
        prog="python -m recommender.serving", description="Serve the ranker; settings come from the environment.",
        epilog=USAGE, formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()  # fmt: skip
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        settings = Settings.from_environment()
        logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s")
        return _serve(settings)
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2


def _serve(settings: Settings) -> int:
    import torch
    from aiohttp import web

    from recommender.pipeline.service import Ranking
    from recommender.serving.app import Watching, make_app
    from recommender.serving.batching import Limits
    from recommender.serving.metrics import Metrics

    torch.set_num_threads(1)
    counted = Metrics()
    ranking = Ranking.open(settings, settings.device, counted.out_of_memory)
    watching = Watching(settings.home, settings.ranker_reload_s) if settings.ranker_reload_s > 0 else None
    app = make_app(ranking, Limits.of(settings), watching, counted)
    web.run_app(app, host=settings.bind, port=settings.ranker_port, access_log=None, print=None, shutdown_timeout=5.0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
