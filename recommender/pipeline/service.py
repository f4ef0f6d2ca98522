"""Every served pack behind one door: raw requests in, answers or problems out, one forward pass per pack."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.errors import DataError
from data.settings import Settings
from recommender.model.checkpoint import pick_device
from recommender.model.encoder import TextEncoder
from recommender.pipeline.computing import Best
from recommender.pipeline.ranking import PackRanker, Prepared, check_packs
from recommender.pipeline.request import RankRequest, pack_of, parse_explain, parse_rate, parse_request
from recommender.pipeline.split import best_split
from recommender.pipeline.strict_json import NotJson, read_json
from recommender.pipeline.text_vectors import TextVectors

TITLES = {
    400: "This is not JSON", 404: "There is no such thing", 405: "This is asked in another way",
    413: "This is too large", 500: "The ranker failed", 503: "Too many requests are waiting",
}  # fmt: skip
MAX_PROBLEMS = 60


@dataclass(frozen=True)
class Parsed:
    """A checked request and the ranker that it was checked for: a reload in between changes nothing for it."""

    ranker: PackRanker
    request: RankRequest


@dataclass(frozen=True)
class Ready:
    """A request that waits for the device."""

    ranker: PackRanker
    prepared: Prepared
    prepare_ms: float


def problem(error: DataError, status: int = 422) -> dict[str, Any]:
    """RFC 9457 problem JSON; `where` names the first place, `problems` all of them, with their JSON pointers."""
    rows = [_row(line) for line in error.problems[:MAX_PROBLEMS]] or [{"where": "request", "pointer": "", "what": ""}]
    return {
        "type": "about:blank", "title": TITLES.get(status, "This cannot be ranked"), "status": status,
        "where": rows[0]["where"], "detail": "; ".join(error.problems)[:2000], "problems": rows,
    }  # fmt: skip


def _row(line: str) -> dict[str, str]:
    where, _, what = line.partition(": ")
    path = "" if where.split(".")[0] == "request" and "." not in where else where.removeprefix("request.")
    steps = [one or two for one, two in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)]
    escaped = [step.strip('"').replace("~", "~0").replace("/", "~1") for step in steps]
    return {"where": where, "pointer": "".join(f"/{step}" for step in escaped), "what": what}


class Ranking:
    """The rankers of all served packs. `packs` may be changed at any time: a request keeps the ranker it came to."""

    def __init__(self, packs: Mapping[str, PackRanker]):
        self.packs = dict(packs)

    @classmethod
    def open(cls, settings: Settings, device: str, tell: Callable[[str], None] = lambda what: None) -> Ranking:
        """Opens every pack of the settings with one encoder. Raises DataError with everything that does not fit."""
        check_packs(settings.packs)
        encoder = TextEncoder(settings.encoder, pick_device(device))
        texts = TextVectors(encoder)
        packs: dict[str, PackRanker] = {}
        problems: list[str] = []
        for name in settings.packs:
            try:
                packs[name] = PackRanker.open(name, settings.home, encoder, texts, tell)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)
        return cls(packs)

    def parse(self, body: Any) -> Parsed:
        """A raw request, checked. Raises DataError."""
        ranker = self._ranker(body)
        return Parsed(ranker, parse_request(body, ranker.catalog))

    def prepare(self, batch: Sequence[Parsed]) -> list[Ready]:
        """What can be done off the device's thread: filters, and the vectors of texts, encoded together."""
        began = time.perf_counter()
        found: dict[int, Prepared] = {}
        for ranker in _rankers(batch):
            own = [index for index, one in enumerate(batch) if one.ranker is ranker]
            found |= zip(own, ranker.prepare([batch[index].request for index in own]), strict=True)
        spent = _ms(began)
        return [Ready(one.ranker, found[index], spent) for index, one in enumerate(batch)]

    def compute(self, batch: Sequence[Ready]) -> list[tuple[Best, Mapping[str, Any]]]:
        """The device's part: one forward pass for the requests of a pack. The best items and what it took."""
        found: dict[int, tuple[Best, Mapping[str, Any]]] = {}
        for ranker in _rankers(batch):
            began = time.perf_counter()
            own = [index for index, one in enumerate(batch) if one.ranker is ranker]
            best = ranker.compute([batch[index].prepared for index in own])
            timing = {"compute": _ms(began), "batch": len(own)}
            found |= {index: (one, timing) for index, one in zip(own, best, strict=True)}
        return [found[index] for index in range(len(batch))]

    def answer(self, ready: Ready, found: tuple[Best, Mapping[str, Any]]) -> dict[str, Any]:
        """The response of DESIGN.md 5.4 to one request."""
        return ready.ranker.answer(ready.prepared, found[0], {"prepare": ready.prepare_ms, **found[1]})

    def rank(self, bodies: Sequence[Any]) -> list[dict[str, Any]]:
        """An answer or a problem for each request that was read from JSON, in order."""
        answers: list[dict[str, Any]] = [{} for _ in bodies]
        parsed: dict[int, Parsed] = {}
        for index, body in enumerate(bodies):
            try:
                if isinstance(body, NotJson):
                    raise body
                parsed[index] = self.parse(body)
            except DataError as error:
                answers[index] = problem(error, 400 if isinstance(error, NotJson) else 422)
        ready = self.prepare(list(parsed.values()))
        for index, one, found in zip(parsed, ready, self.compute(ready), strict=True):
            answers[index] = self.answer(one, found)
        return answers

    def rank_lines(self, lines: Sequence[str | bytes]) -> list[dict[str, Any]]:
        """An answer or a problem for each line of JSON, in order."""
        return self.rank([_read(line) for line in lines])

    def explain(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """/v1/explain. Raises DataError."""
        ranker = self._ranker(body)
        return ranker.explain(*parse_explain(body, ranker.catalog))

    def split(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """/v1/split. Raises DataError."""
        one = self.parse(body)
        return best_split(one.ranker.catalog, one.ranker.eligibility, one.request.need.constraints)

    def rate(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """/v1/rate. Raises DataError."""
        ranker = self._ranker(body)
        return ranker.rate(*parse_rate(body, ranker.catalog))

    def elicit(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """/v1/elicit. Raises DataError."""
        one = self.parse(body)
        return one.ranker.elicit(one.request)

    def warm_up(self) -> None:
        """One real request per pack: what is slow the first time is done before anybody waits for it."""
        for ranker in list(self.packs.values()):
            warm_up(ranker)

    def _ranker(self, body: Any) -> PackRanker:
        packs = dict(self.packs)
        return packs[pack_of(body, packs)]


def warm_up(ranker: PackRanker) -> None:
    """A request with text and history through the whole of a ranker. Raises DataError when it fails."""
    name, items = ranker.catalog.pack.name, ranker.catalog.items
    body = {
        "need": {"text": "warm up", "like": [items[0].item_id] if items else []},
        "history": [{"item_id": item.item_id} for item in items[:1]], "k": 1,
    }  # fmt: skip
    try:
        ranker.rank([parse_request(body, ranker.catalog)])
    except (DataError, ArithmeticError, RuntimeError, IndexError, KeyError) as error:
        raise DataError(f"{name}: the warm-up request failed: {error}") from error


def _rankers(batch: Sequence[Parsed] | Sequence[Ready]) -> list[PackRanker]:
    return list({id(one.ranker): one.ranker for one in batch}.values())


def _read(line: str | bytes) -> Any:
    try:
        return read_json(line)
    except NotJson as error:
        return error


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
