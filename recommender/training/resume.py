"""The state of an interrupted training run, as safetensors, bound to what was being trained."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file


def save_state(path: Path, state: Mapping[str, Any]) -> None:
    """Writes `facts` (JSON) and `tensors` whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    tensors = {name: value.detach().cpu().clone().contiguous() for name, value in state["tensors"].items()}
    save_file(tensors, str(partial), metadata={"facts": json.dumps(state["facts"])})
    os.replace(partial, path)


def load_state(path: Path) -> dict[str, Any] | None:
    """What `save_state` wrote; None when there is nothing, or nothing whole."""
    try:
        with safe_open(str(path), framework="pt") as file:  # type: ignore[no-untyped-call]
            facts = json.loads((file.metadata() or {})["facts"])
            return {"facts": facts, "tensors": {name: file.get_tensor(name) for name in file.keys()}}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
