"""The ranker's commands: `instructrec rank` answers a file of requests, `instructrec evaluate ranker` measures."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from data.errors import DataError
from data.settings import Settings

if TYPE_CHECKING:
    from recommender.evaluation.ranker import Options

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
    help="""Measure the ranker and its opponents on a pack: by history, by instruction, for strangers and new items.

    Trains once per seed (and once more for cold items), by the leave-one-out split; the served model is left alone.
    Progress goes to stderr. `--split validation` leaves everybody's last item out of sight, for development.

    \b
    instructrec evaluate ranker --pack movies
    instructrec evaluate ranker --pack movies --profile full --seeds 5 --report figures.md --figure figures.png
    instructrec evaluate ranker --pack movies --only history --only instruction --split validation --json
    """,
)
def _evaluate_ranker(
    pack: Annotated[str, typer.Option(help="Name of the pack.")] = "movies",
    profile: Annotated[str, typer.Option(help="quick or full; empty: INSTRUCTREC_PROFILE.")] = "",
    seeds: Annotated[str, typer.Option(help="How many seeds, or which: 5 is 0,1,2,3,4.")] = "1",
    only: Annotated[
        list[str],
        typer.Option(
            help="A part; may be repeated: history, instruction, languages, cold_users, cold_items, newcomers, rating."
        ),
    ] = [],  # noqa: B006
    split: Annotated[str, typer.Option(help="test, or validation: as if nobody had their last item.")] = "test",
    rating_seeds: Annotated[int, typer.Option(min=0, help="Seeds of the rating part; 0: as many as --seeds.")] = 0,
    figure: Annotated[Path | None, typer.Option(help="PNG to draw the figures to.")] = None,
    report: Annotated[Path | None, typer.Option(help="Markdown file to write the figures to.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    import torch

    from recommender.evaluation.figure import draw
    from recommender.evaluation.ranker import Options, evaluate
    from recommender.evaluation.report import page, table

    torch.set_num_threads(1)
    settings = Settings.from_environment()
    numbers = _seeds(seeds)
    options = Options(pack, profile or settings.profile, numbers, tuple(only), split, rating_seeds or len(numbers))
    _check(options, report, figure)
    with contextlib.redirect_stdout(sys.stderr):  # what libraries print is not JSON
        found = evaluate(options, settings)
    if report:
        report.write_text(page(found, _command(options, report, figure)), encoding="utf-8")
    if figure:
        draw(found, figure)
    print(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) if as_json else table(found))


def _seeds(text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(seed) for seed in text.split(",") if seed.strip())
    except ValueError:
        raise DataError(f"--seeds: expected whole numbers with commas, got {text!r}") from None
    numbers = numbers if "," in text else tuple(range(numbers[0] if numbers else 0))
    if not numbers or min(numbers) < 0:
        raise DataError(f"--seeds: expected at least one seed, none negative, got {text!r}")
    return numbers


def _check(options: Options, report: Path | None, figure: Path | None) -> None:
    from recommender.evaluation.ranker import PARTS, SPLITS

    problems = [
        f"--{name}: no {what} {value!r}; there are {', '.join(known)}"
        for name, what, value, known in (
            ("profile", "profile", options.profile, ("quick", "full")), ("split", "split", options.split, SPLITS),
            *(("only", "part", part, PARTS) for part in options.only),
        )
        if value not in known
    ]  # fmt: skip
    problems += [
        f"--{name}: no folder {str(path.parent)!r} to write it to"
        for name, path in (("report", report), ("figure", figure))
        if path and not path.parent.is_dir()
    ]
    if problems:
        raise DataError(problems)


def _command(options: Options, report: Path, figure: Path | None) -> str:
    """The command that gives the same figures again."""
    parts = [f"instructrec evaluate ranker --pack {options.pack} --profile {options.profile}"]
    is_count = options.seeds == tuple(range(len(options.seeds)))
    parts.append(f"--seeds {len(options.seeds) if is_count else ','.join(map(str, options.seeds)) + ','}")
    parts += [f"--only {part}" for part in options.only]
    parts += [f"--split {options.split}"] if options.split != "test" else []
    parts += [f"--rating-seeds {options.rating_seeds}", f"--report {report}"]
    return " ".join([*parts, *([f"--figure {figure}"] if figure else [])])


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
