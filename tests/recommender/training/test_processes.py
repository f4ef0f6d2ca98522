"""Several processes train one network: each its part of the work, all with the same weights."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.training.processes import Processes

SCRIPT = """
import sys
import torch
from safetensors.torch import save_file
from tests.recommender.training.test_run import make_trainer
torch.set_num_threads(1)
trainer = make_trainer(3)
trainer.train(lambda network: float(trainer.processes.rank), lambda *_: None)
tensors = {**trainer.network.state_dict(), "steps": torch.tensor(trainer.steps)}
save_file(tensors, sys.argv[1] + str(trainer.processes.rank))
"""


def launch(rank: int, port: int, target: Path) -> subprocess.Popen[bytes]:
    own = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    environment = {**os.environ, **{name: str(value) for name, value in own.items()}, "ACCELERATE_USE_CPU": "true"}
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(target)], env=environment)


def test_two_processes_share_the_steps_and_end_with_the_same_weights(tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    from safetensors.torch import load_file

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = [launch(rank, port, tmp_path / "weights") for rank in (0, 1)]
    assert [process.wait(timeout=120) for process in started] == [0, 0]
    first, second = (load_file(str(tmp_path / f"weights{rank}")) for rank in (0, 1))
    assert first["steps"].item() == 3  # of 3 epochs of 3 batches, 1 each; what does not divide is left out
    assert all(first[name].equal(second[name]) for name in first)


def test_a_process_alone_does_all_the_work() -> None:
    assert Processes().share([1, 2, 3]) == [1, 2, 3]


def test_the_parts_of_several_are_disjoint_and_of_one_length() -> None:
    parts = []
    for rank in (0, 1):
        processes = Processes()
        processes.count, processes.rank = 2, rank
        parts.append(processes.share([1, 2, 3, 4, 5]))
    assert parts == [[1, 3], [2, 4]]
