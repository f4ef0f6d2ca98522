"""The ranker's commands: `instructrec rank`, from a file of requests to a stream of answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from data.errors import DataError
from data.settings import Settings

BATCH = 64

rank = typer.Typer(add_completion=False)


@rank.command(
    help="""Rank: one RankRequest (JSON) a line → one RankResponse a line, in order.

    A line that cannot be answered gives a problem object (RFC 9457) in its place.

    \b
    echo '{"pack": "movies", "need": {"pack": "movies", "text": "a space adventure"}, "k": 5}' | instructrec rank --requests -
    echo '{"pack": "movies", "history": [{"item_id": "50"}]}' > /tmp/requests.jsonl && instructrec rank --requests /tmp/requests.jsonl
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


def _answer(lines: TextIO, settings: Settings, device: str) -> None:
    import torch
    from recommender.pipeline.service import Ranking

    torch.set_num_threads(1)
    ranking = Ranking.open(settings, device or settings.device)
    for batch in _batches(lines):
        for answer in ranking.rank([_read(line) for line in batch]):
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


def _read(line: str) -> Any:
    """The JSON of a line, or the error that it is not: what cannot be read is answered on its own line."""
    from recommender.pipeline.service import Unreadable

    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"request: not JSON: {error}")
