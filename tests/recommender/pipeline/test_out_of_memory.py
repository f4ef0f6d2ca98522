"""A batch that the device cannot hold is answered all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
import torch

from data.need import Need
from recommender.pipeline.out_of_memory import within_memory
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.request import RankRequest


@dataclass
class Device:
    """Holds at most `room` requests."""

    room: int
    calls: list[int] = field(default_factory=list)

    def __call__(self, batch: Sequence[int]) -> list[str]:
        self.calls.append(len(batch))
        if len(batch) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [f"device {one}" for one in batch]


def on_cpu(batch: Sequence[int]) -> list[str]:
    return [f"cpu {one}" for one in batch]


def test_what_fits_is_computed_at_once() -> None:
    device = Device(5)
    assert within_memory([1, 2, 3, 4, 5], device, on_cpu) == [f"device {n}" for n in (1, 2, 3, 4, 5)]
    assert device.calls == [5]


def test_what_does_not_fit_is_halved_once_and_keeps_its_order() -> None:
    device = Device(3)
    assert within_memory([1, 2, 3, 4, 5], device, on_cpu) == [f"device {n}" for n in (1, 2, 3, 4, 5)]
    assert device.calls == [5, 3, 2]


def test_what_does_not_fit_by_half_goes_to_the_processor() -> None:
    device, told = Device(1), list[str]()
    assert within_memory([1, 2, 3, 4], device, on_cpu, told.append) == [f"cpu {n}" for n in (1, 2, 3, 4)]
    assert device.calls == [4, 2]
    assert told == ["halved", "cpu"]


def test_one_request_is_not_halved() -> None:
    device, told = Device(0), list[str]()
    assert within_memory([1], device, on_cpu, told.append) == ["cpu 1"]
    assert told == ["cpu"]


def test_another_error_of_the_device_is_not_hidden() -> None:
    def broken(batch: Sequence[int]) -> list[str]:
        raise RuntimeError("device lost")

    with pytest.raises(RuntimeError, match="device lost"):
        within_memory([1], broken, on_cpu)


def test_a_ranker_whose_device_is_full_answers_the_same(lamps: PackRanker, monkeypatch: pytest.MonkeyPatch) -> None:
    requests = [RankRequest("lamps", Need("lamps", text=text)) for text in ("modern", "rustic", "vintage")]
    expected = [answer["items"] for answer in lamps.rank(requests)]

    def full(batch: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(lamps.scorer, "features", full)
    assert [answer["items"] for answer in lamps.rank(requests)] == expected
