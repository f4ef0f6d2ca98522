"""A new checkpoint takes over under load; a damaged or foreign one changes nothing but the log and a counter."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import logging
import pickle
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from recommender.model.checkpoint import CONFIG, WEIGHTS, Checkpoint, folder_of, load, save
from recommender.model.encoder import TextEncoder
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.service import Ranking
from recommender.serving.app import Watching, make_app
from tests.recommender.serving.client import Client, listening

BODY = {"pack": "lamps", "need": {"text": "a modern lamp"}, "k": 3}


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    shutil.copytree(home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def folder(own_home: Path) -> Path:
    return folder_of(own_home, "lamps")


@pytest.fixture
async def client(own_home: Path, encoder: TextEncoder) -> AsyncIterator[Client]:
    ranking = Ranking({"lamps": PackRanker.open("lamps", own_home, encoder)})
    async with listening(make_app(ranking, watching=Watching(own_home, 0.02))) as client:
        yield client


def other(folder: Path) -> Checkpoint:
    """The checkpoint of that folder with other popularity: another model of the same catalog."""
    found = load(folder, {})
    return dataclasses.replace(found, tensors={**found.tensors, "counts": found.tensors["counts"] + 1})


async def digest(client: Client) -> str:
    return str(json.loads((await client.get("/readyz"))[1])["models"]["lamps"])


async def until_told(client: Client, line: str) -> None:
    while line not in (await client.get("/metrics"))[1]:
        await asyncio.sleep(0.01)


async def test_a_new_checkpoint_takes_over_without_a_failed_request(client: Client, folder: Path) -> None:
    before, statuses, models, is_over = await digest(client), list[int](), list[str](), asyncio.Event()

    async def keep_asking() -> None:
        while not is_over.is_set():
            status, answer = await client.post("/v1/rank", BODY)
            statuses.append(status)
            models.append(answer["model"]["digest"])

    asking = [asyncio.create_task(keep_asking()) for _ in range(8)]
    await asyncio.sleep(0.05)
    saved = save(other(folder), folder)
    await until_told(client, 'ranker_reloads_total{pack="lamps",result="swapped"} 1.0')
    await client.post("/v1/rank", BODY)
    await asyncio.sleep(0.05)
    is_over.set()
    await asyncio.gather(*asking)
    assert set(statuses) == {200}
    assert set(models) == {before, saved.digest[:16]}
    assert await digest(client) == saved.digest[:16]


def truncate(folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: len(whole) // 2])


def forge(folder: Path) -> None:
    """A pickle under the name of the weights, with a config that vouches for it."""
    (folder / WEIGHTS).write_bytes(pickle.dumps({"weights": [1.0]}))
    content = json.loads((folder / CONFIG).read_text())
    content["digest"] = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    (folder / CONFIG).write_text(json.dumps(content))


def of_another_catalog(folder: Path) -> None:
    found = other(folder)
    save(dataclasses.replace(found, inputs={**found.inputs, "catalog": "0" * 64}), folder)


def of_another_shape(folder: Path) -> None:
    found = other(folder)
    save(dataclasses.replace(found, network=dataclasses.replace(found.network, width=32)), folder)


def no_json(folder: Path) -> None:
    (folder / CONFIG).write_text("{")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (truncate, "not the file that config.json vouches for"),
        (forge, "the checkpoint is of another version of the network"),
        (of_another_catalog, "inputs.catalog: trained from 0000000000000000"),
        (of_another_shape, "the checkpoint is of another version of the network"),
        (no_json, "cannot be read"),
    ],
)
async def test_a_checkpoint_that_does_not_fit_leaves_the_old_one_serving(
    client: Client, folder: Path, damage: object, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = await digest(client)
    with caplog.at_level(logging.ERROR, logger="recommender"):
        damage(folder)  # type: ignore[operator]
        await until_told(client, 'ranker_reloads_total{pack="lamps",result="refused"} 1.0')
    assert reason in caplog.text
    status, answer = await client.post("/v1/rank", BODY)
    assert (status, answer["model"]["digest"]) == (200, before)


async def test_after_a_refused_checkpoint_a_good_one_still_takes_over(client: Client, folder: Path) -> None:
    good = other(folder)
    truncate(folder)
    await until_told(client, 'result="refused"} 1.0')
    saved = save(good, folder)
    await until_told(client, 'result="swapped"} 1.0')
    assert await digest(client) == saved.digest[:16]


async def test_a_checkpoint_that_is_still_being_written_is_waited_for(client: Client, folder: Path) -> None:
    before = await digest(client)
    (folder / CONFIG).unlink()
    await asyncio.sleep(0.1)
    assert "ranker_reloads_total{" not in (await client.get("/metrics"))[1]
    assert await digest(client) == before
