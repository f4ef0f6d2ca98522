"""python -m recommender.training: trains the ranker of a pack, or says that nothing has changed."""

from __future__ import annotations

import argparse
import os
import sys

from data.errors import DataError
from data.settings import Settings

USAGE = """
python -m recommender.training --pack movies
python -m recommender.training --pack movies --profile full --force
accelerate launch --num_processes 2 -m recommender.training --pack movies
"""


def main() -> int:
    """Status 0 when the checkpoint is there, 2 when the content cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m recommender.training", description="Train the ranker of a pack.", epilog=USAGE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--pack", action="append", help="name of a pack; may be repeated (default: the packs of the settings)"
    )
    parser.add_argument("--profile", choices=("quick", "full"), help="amount of work (default: INSTRUCTREC_PROFILE)")
    parser.add_argument("--force", action="store_true", help="train even when nothing has changed")
    parser.add_argument("--seed", type=int, default=0, help="seed of all randomness")
    parser.add_argument(
        "--threads",
        type=int,
        default=int(os.environ.get("OMP_NUM_THREADS", "1")),
        help="torch threads (default: OMP_NUM_THREADS, else 1; more help only on idle cores)",
    )
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", str(arguments.threads))
    try:
        settings = Settings.from_environment()
        from recommender.training.run import train_pack

        for pack in arguments.pack or settings.packs:
            train_pack(
                pack,
                settings,
                arguments.profile or settings.profile,
                arguments.seed,
                arguments.force,
                arguments.threads,
            )
    except DataError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
