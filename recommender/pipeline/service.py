"""Every served pack behind one door: raw requests in, answers or problems out, one forward pass per pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.errors import DataError
from data.settings import Settings
from recommender.model.checkpoint import pick_device
from recommender.model.encoder import TextEncoder
from recommender.pipeline.ranking import PackRanker, check_packs
from recommender.pipeline.request import RankRequest, pack_of, parse_item_id, parse_item_ids, parse_request
from recommender.pipeline.split import best_split


@dataclass(frozen=True)
class Unreadable:
    """A request that is not even JSON."""

    problem: str


def problem(error: DataError, status: int = 422) -> dict[str, Any]:
    """RFC 9457 problem JSON; `where` names the first place, `problems` all of them."""
    rows = [dict(zip(("where", "what"), line.split(": ", 1), strict=False)) for line in error.problems]
    first = rows[0] if rows else {"where": "request"}
    title = {400: "This is not JSON", 404: "There is no such thing", 413: "This is too large"}.get(
        status, "This cannot be ranked"
    )
    return {
        "type": "about:blank", "title": title, "status": status, "where": first["where"],
        "detail": "; ".join(error.problems)[:2000], "problems": rows,
    }  # fmt: skip


class Ranking:
    """The rankers of all served packs. Not thread-safe: one thread uses it."""

    def __init__(self, packs: Mapping[str, PackRanker]):
        self.packs = packs

    @classmethod
    def open(cls, settings: Settings, device: str) -> Ranking:
        """Opens every pack of the settings with one encoder. Raises DataError with everything that does not fit."""
        check_packs(settings.packs)
        encoder = TextEncoder(settings.encoder, pick_device(device))
        packs: dict[str, PackRanker] = {}
        problems: list[str] = []
        for name in settings.packs:
            try:
                packs[name] = PackRanker.open(name, settings.home, encoder)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)
        return cls(packs)

    def parse(self, body: Any) -> RankRequest:
        """A raw request, checked. Raises DataError."""
        if isinstance(body, Unreadable):
            raise DataError(body.problem)
        return parse_request(body, self.packs[pack_of(body, self.packs)].catalog)

    def rank(self, bodies: Sequence[Any]) -> list[dict[str, Any]]:
        """An answer or a problem for each raw request, in order."""
        answers: list[dict[str, Any]] = [{} for _ in bodies]
        requests: dict[int, RankRequest] = {}
        for index, body in enumerate(bodies):
            try:
                requests[index] = self.parse(body)
            except DataError as error:
                answers[index] = problem(error, 400 if isinstance(body, Unreadable) else 422)
        for index, answer in zip(requests, self.rank_parsed(list(requests.values())), strict=True):
            answers[index] = answer
        return answers

    def rank_parsed(self, requests: Sequence[RankRequest]) -> list[dict[str, Any]]:
        """The answer to each checked request; those of one pack share a forward pass."""
        answers: list[dict[str, Any]] = [{} for _ in requests]
        for name, ranker in self.packs.items():
            own = [index for index, request in enumerate(requests) if request.pack == name]
            for index, answer in zip(own, ranker.rank([requests[index] for index in own]) if own else [], strict=True):
                answers[index] = answer
        return answers

    def explain(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """/v1/explain. Raises DataError."""
        request = self.parse(body)
        ranker = self.packs[request.pack]
        return ranker.explain(request, parse_item_id(body, ranker.catalog))

    def split(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """/v1/split. Raises DataError."""
        request = self.parse(body)
        ranker = self.packs[request.pack]
        return best_split(ranker.catalog, ranker.eligibility, request.need.constraints)

    def rate(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """/v1/rate. Raises DataError."""
        request = self.parse(body)
        ranker = self.packs[request.pack]
        return ranker.rate(request, parse_item_ids(body, ranker.catalog))

    def warm_up(self) -> None:
        """One real request per pack: what is slow the first time is done before anybody waits for it."""
        for name in self.packs:
            answer = self.rank([{"pack": name, "need": {"pack": name, "text": "warm up"}, "k": 1}])[0]
            if "items" not in answer:
                raise DataError(f"{name}: the warm-up request failed: {answer.get('detail')}")
