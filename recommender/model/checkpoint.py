"""A checkpoint: tensors as safetensors beside a config.json that says what they fit and proves that they are whole."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save_file
from torch import Tensor

from data.errors import DataError
from recommender.model.facets import FacetSpace
from recommender.model.ranker import RankerConfig

FORMAT = 3
WEIGHTS, CONFIG = "model.safetensors", "config.json"


@dataclass(frozen=True)
class Checkpoint:
    """A trained ranker: its tensors and all that is needed to use them rightly."""

    pack: str
    inputs: Mapping[str, str]
    """Digests of what it was trained from: catalog, interactions, instructions, code, encoder, profile."""
    network: RankerConfig
    space: FacetSpace
    rating_edges: tuple[float, ...]
    half_life: float
    mix: Mapping[str, Mapping[str, float]]
    metrics: Mapping[str, Any]
    tensors: Mapping[str, Tensor]
    """network.* weights, ease.*, slit.*, counts, and the rating model."""
    digest: str = ""
    """SHA-256 of the tensors' file; the name of this very model."""

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors under `prefix`, without it."""
        return {
            name.removeprefix(f"{prefix}."): value
            for name, value in self.tensors.items()
            if name.startswith(f"{prefix}.")
        }


def folder_of(home: Path, pack: str) -> Path:
    """Where the checkpoint of a pack lies."""
    return home / "models" / "ranker" / pack


def save(checkpoint: Checkpoint, folder: Path) -> Checkpoint:
    """Writes a checkpoint whole or not at all; returns it with its digest. The config, which vouches, goes last."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{WEIGHTS}.partial"
    save_file({name: value.contiguous().cpu() for name, value in checkpoint.tensors.items()}, str(partial))
    finished = dataclasses.replace(checkpoint, digest=_sha256(partial))
    (folder / CONFIG).unlink(missing_ok=True)
    os.replace(partial, folder / WEIGHTS)
    config = folder / f"{CONFIG}.partial"
    config.write_text(json.dumps(_as_dict(finished), indent=1, ensure_ascii=False), encoding="utf-8")
    os.replace(config, folder / CONFIG)
    return finished


def read_inputs(folder: Path) -> Mapping[str, str] | None:
    """The digests that the checkpoint in `folder` was trained from; None when there is no whole one."""
    try:
        content = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        whole = content["format"] == FORMAT and content["digest"] == _sha256(folder / WEIGHTS)
        return dict(content["inputs"]) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def load(folder: Path, expected: Mapping[str, str]) -> Checkpoint:
    """
    The checkpoint in `folder`. Raises DataError when there is none, when it is damaged, or when it was trained from
    something else than `expected` (digests by name): an untrained or foreign model is never served.
    """
    where = f"{folder.name}/{CONFIG}"
    try:
        content = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(
            f"{where}: no trained ranker in {folder}; run: instructrec train --pack {folder.name}"
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(
            f"{where}: cannot be read: {error}; run: instructrec train --pack {folder.name} --force"
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise DataError(
            f"{where}: format {found}, this code reads {FORMAT}; run: instructrec train --pack {folder.name} --force"
        )
    weights = folder / WEIGHTS
    raw = weights.read_bytes() if weights.is_file() else b""  # not mapped: who writes over the file must not kill us
    if hashlib.sha256(raw).hexdigest() != content.get("digest"):
        raise DataError(
            f"{folder.name}/{WEIGHTS}: not the file that {CONFIG} vouches for; "
            f"run: instructrec train --pack {folder.name} --force"
        )
    for name, digest in expected.items():
        found = content.get("inputs", {}).get(name)
        if found != digest:
            raise DataError(
                f"{where}: inputs.{name}: trained from {str(found)[:16]}…, what is here is {digest[:16]}…; "
                f"run: instructrec train --pack {folder.name}"
            )
    return _from_dict(content, load_tensors(raw))


def _as_dict(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "format": FORMAT, "name": "instructrec", "digest": checkpoint.digest, "pack": checkpoint.pack,
        "inputs": dict(checkpoint.inputs), "network": dataclasses.asdict(checkpoint.network),
        "rating_edges": list(checkpoint.rating_edges), "half_life": checkpoint.half_life, "mix": checkpoint.mix,
        "metrics": checkpoint.metrics, "space": checkpoint.space.as_list(),
    }  # fmt: skip


def _from_dict(content: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Checkpoint:
    return Checkpoint(
        content["pack"], content["inputs"], RankerConfig(**content["network"]), FacetSpace.from_list(content["space"]),
        tuple(content["rating_edges"]), content["half_life"], content["mix"], content["metrics"], tensors,
        content["digest"],
    )  # fmt: skip


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def pick_device(setting: str) -> torch.device:
    """`auto` is CUDA where there is one. Raises DataError for a device that is not there."""
    if setting == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(setting)
    except RuntimeError as error:
        raise DataError(f"device: {setting!r} is no device; there are auto, cpu, cuda, cuda:0, …") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise DataError(f"device: {setting!r}: this machine has no CUDA device that torch can use; use auto or cpu")
    return device
