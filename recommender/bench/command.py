"""`instructrec bench ranker`: speed, in one run against a bare matrix product of the same bytes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from data.errors import DataError

SIZES = "1682,100000,1000000"

ranker = typer.Typer(add_completion=False)


@ranker.command(
    help="""Measure the ranker's speed on made catalogs, beside a bare matrix product of the same bytes.

    Latency at batch 1 and throughput at batch 64, text encoder included, on the CPU and on a GPU where there is one;
    a million items take about 8 GB of memory and three minutes.

    \b
    instructrec bench ranker --items 1682
    instructrec bench ranker --items 1682,100000 --device cpu --encoder --json
    """
)
def _ranker(
    items: Annotated[str, typer.Option(help="Sizes of the catalogs, comma-separated.")] = SIZES,
    device: Annotated[str, typer.Option(help="cpu, cuda or all.")] = "all",
    requests: Annotated[int, typer.Option(min=20, max=10_000, help="Requests per latency.")] = 200,
    threads: Annotated[int, typer.Option(min=1, max=256, help="Threads of the processor.")] = 1,
    encoder: Annotated[bool, typer.Option("--encoder", help="Also compare torch, ONNX and int8 encoders.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    import torch

    from recommender.bench.encoders import compare
    from recommender.bench.ranker import bench

    torch.set_num_threads(threads)
    found = bench(_sizes(items), _devices(device), requests, lambda line: print(line, file=sys.stderr, flush=True))
    if encoder:
        found["encoder"] = compare()
    print(json.dumps(found, indent=1) if as_json else "\n".join(_table(found)))


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",")]
    except ValueError:
        raise DataError(f"--items: expected whole numbers with commas, got {text!r}") from None
    bad = [size for size in sizes if not 100 <= size <= 10_000_000]
    if bad:
        raise DataError(f"--items: expected sizes from 100 to 10000000, got {bad[0]}")
    return sizes


def _devices(name: str) -> list[Any]:
    import torch

    known = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    if name != "all" and name not in known:
        raise DataError(f"--device: no device {name!r} here; there are all, {', '.join(known)}")
    return [torch.device(one) for one in (known if name == "all" else [name])]


def _table(found: Mapping[str, Any]) -> Iterator[str]:
    machine = found["machine"]
    yield f"{machine['cpu']}, {machine['cores']} cores, {machine['threads']} thread(s), GPU: {machine['gpu']}"
    yield f"{'device':<7}{'items':>9}  {'what':<28}{'p50 ms':>9}{'p95 ms':>9}{'per s':>10}{'recall@10':>11}"
    for run in found["runs"]:
        for what, row in _rows(run):
            numbers = (_cell(row.get(key), width) for key, width in (("p50_ms", 9), ("p95_ms", 9), ("per_s", 10)))
            yield f"{run['device']:<7}{run['items']:>9}  {what:<28}{''.join(numbers)}{_cell(row.get('recall@10'), 11)}"
        if "gpu" in run:
            yield f"{'':<18}exact scoring reads {run['gpu']['share']:.0%} of the card's copy bandwidth"
    for name, row in found.get("encoder", {}).items():
        yield f"encoder {name}: " + ", ".join(f"{key} {value}" for key, value in row.items())


def _rows(run: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield f"bare product, {run['bare']['library']}", run["bare"]
    yield f"recall, {run['recall']['how']}", run["recall"]
    yield "recall, half filtered out", run["recall"]["filtered"]
    yield "served, JSON to JSON", run["served"]


def _cell(value: Any, width: int) -> str:
    return f"{'' if value is None else value:>{width}}"
