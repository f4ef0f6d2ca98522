"""What a ranking request asks for, and what is refused before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.catalog import Catalog
from data.errors import DataError
from data.need import Need
from recommender.pipeline.history import Event
from recommender.pipeline.parsing import MAX_EXCLUDED, MAX_K, Parser, kind, short

KEYS = ("pack", "need", "history", "exclude", "k", "item_id", "item_ids")


@dataclass(frozen=True)
class RankRequest:
    """POST /v1/rank: a need, what the person did before, what not to show, how many."""

    pack: str
    need: Need
    history: tuple[Event, ...] = ()
    exclude: tuple[str, ...] = ()
    k: int = 10


def pack_of(body: Any, packs: Mapping[str, Any]) -> str:
    """
    The pack that a request is about: its own key, else that of its need. Raises DataError that lists what is served,
    and whatever else is wrong with the form.
    """
    if not isinstance(body, Mapping):
        raise DataError(f"request: expected an object, got {kind(body)}")
    need = body.get("need")
    name = body.get("pack", need.get("pack") if isinstance(need, Mapping) else None)
    if name is None and len(packs) == 1:
        return next(iter(packs))
    if not isinstance(name, str) or name not in packs:
        parser = Parser(None)
        parser.problems.append(f"pack: no pack {short(name)}; there are {', '.join(packs)}")
        _request(body, parser)
        parser.refuse_if_bad()
    return str(name)


def parse_request(body: Mapping[str, Any], catalog: Catalog) -> RankRequest:
    """A request for `catalog`. Raises DataError with every problem: where, what, what exists."""
    parser = Parser(catalog)
    request = _request(body, parser)
    parser.refuse_if_bad()
    return request


def parse_explain(body: Mapping[str, Any], catalog: Catalog) -> tuple[RankRequest, str]:
    """An explain request: the same and the `item_id` that it asks about."""
    parser = Parser(catalog)
    request, item_id = _request(body, parser), parser.item_id(body.get("item_id"), "item_id")
    parser.refuse_if_bad()
    return request, item_id


def parse_rate(body: Mapping[str, Any], catalog: Catalog) -> tuple[RankRequest, tuple[str, ...]]:
    """A rating request: the same and the `item_ids` to rate, at least one."""
    parser = Parser(catalog)
    request, item_ids = _request(body, parser), parser.item_ids(body.get("item_ids"), "item_ids", MAX_K)
    if not body.get("item_ids"):
        parser.problems.append("item_ids: expected at least one item_id")
    parser.refuse_if_bad()
    return request, item_ids


def _request(body: Mapping[str, Any], parser: Parser) -> RankRequest:
    parser.known_keys(body, "", KEYS)
    return RankRequest(
        parser.catalog.pack.name if parser.catalog else "", parser.need(body.get("need")),
        parser.history(body.get("history")), parser.item_ids(body.get("exclude"), "exclude", MAX_EXCLUDED),
        parser.number_of_items(body.get("k", 10)),
    )  # fmt: skip
