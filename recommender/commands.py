"""The ranker's commands: `instructrec rank` answers a file of requests, `instructrec evaluate ranker` measures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer

from data.errors import DataError
from data.settings import Settings

BATCH = 64

rank = typer.Typer(add_completion=False)


@rank.command(
    help="""Rank: one RankRequest (JSON) a line → one RankResponse a line, in order.

    A line that cannot be answered gives a problem object (RFC 9457) in its place.

    \b
    echo '{"pack": "movies", "k": 3}' | instructrec rank --requests -
    echo '{"pack": "movies"}' > r.jsonl; instructrec rank --requests r.jsonl
    """
)
def _rank(
    requests: Annotated[Path, typer.Option(help="File with one request a line; - reads standard input.")],
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N; empty: INSTRUCTREC_DEVICE.")] = "",
) -> None:
    settings = Settings.from_environment()
    if str(requests) == "-":
        _answer(sys.stdin, settings, device)
        return
    if not requests.is_file():
        raise DataError(f"--requests: no file {str(requests)!r}; give a file with one JSON object a line, or -")
    with requests.open(encoding="utf-8", errors="replace") as file:
        _answer(file, settings, device)


evaluate_ranker = typer.Typer(add_completion=False)


@evaluate_ranker.command(
    help="""Measure the ranker against popularity, EASE-recency and SLIT on the test items of a pack.

    Trains once per seed, by the leave-one-out split; the served model is left alone.

    \b
    instructrec evaluate ranker --pack movies
    instructrec evaluate ranker --pack movies --profile full --seeds 0,1 --json
    """,
)
def _evaluate_ranker(
    pack: Annotated[str, typer.Option(help="Name of the pack.")] = "movies",
    profile: Annotated[str, typer.Option(help="quick or full; empty: INSTRUCTREC_PROFILE.")] = "",
    seeds: Annotated[str, typer.Option(help="Seeds, comma-separated.")] = "0",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    import torch

    from recommender.evaluation.ranker import evaluate as measure
    from recommender.evaluation.report import table

    torch.set_num_threads(1)
    settings = Settings.from_environment()
    try:
        numbers = [int(seed) for seed in seeds.split(",")]
    except ValueError:
        raise DataError(f"--seeds: expected whole numbers with commas, got {seeds!r}") from None
    if (profile or settings.profile) not in ("quick", "full"):
        raise DataError(f"--profile: no profile {profile or settings.profile!r}; there are quick, full")
    found = measure(pack, settings, profile or settings.profile, numbers)
    print(json.dumps(found, indent=1, ensure_ascii=False) if as_json else table(found))


def _answer(lines: TextIO, settings: Settings, device: str) -> None:
    import torch

    from recommender.pipeline.service import Ranking

    torch.set_num_threads(1)
    ranking = Ranking.open(settings, device or settings.device)
    for batch in _batches(lines):
        for answer in ranking.rank_lines(batch):
            print(json.dumps(answer, ensure_ascii=False), flush=False)
        sys.stdout.flush()


def _batches(lines: TextIO) -> Iterator[list[str]]:
    batch: list[str] = []
    for line in lines:
        if line.strip():
            batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
