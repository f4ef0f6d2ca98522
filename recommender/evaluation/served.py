"""Our model as it is served: a case becomes a request, and the pipeline that answers requests scores it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data.need import Need
from recommender.evaluation.cases import Case, Scoring
from recommender.pipeline.history import Event
from recommender.pipeline.parsing import MAX_HISTORY
from recommender.pipeline.ranking import PackRanker
from recommender.pipeline.request import RankRequest
from recommender.training.sequences import History

NAME = "instructrec"


def scoring_of(ranker: PackRanker) -> Scoring:
    """The scores that decide what is shown, of every item."""

    def score(cases: Sequence[Case]) -> np.ndarray:
        return np.stack([one.scores for one in ranker.score([request_of(case, ranker) for case in cases])])

    return score


def request_of(case: Case, ranker: PackRanker) -> RankRequest:
    """The request that a front end would send for the case."""
    pack, items = ranker.catalog.pack.name, ranker.catalog.items
    heard = case.heard
    told = set(case.past.items.tolist())
    excluded = tuple(items[int(position)].item_id for position in case.seen if int(position) not in told)
    need = Need(pack, text=heard.text, constraints=heard.constraints, like=heard.like, unlike=heard.unlike)
    return RankRequest(pack, need, events_of(case.past, ranker), excluded)


def events_of(history: History, ranker: PackRanker) -> tuple[Event, ...]:
    """A history as the interactions of a request, the newest ones where there are more than one may send."""
    rows = list(zip(history.items.tolist(), history.ratings.tolist(), history.timestamps.tolist(), strict=True))
    return tuple(
        Event(ranker.catalog.items[position].item_id, None if np.isnan(rating) else float(rating), float(timestamp))
        for position, rating, timestamp in rows[-MAX_HISTORY:]
    )


def instruction_variants(score: Scoring) -> Mapping[str, Scoring]:
    """
    All that is known; the instruction alone; the history alone, as if nothing had been said; and all of it with the
    constraints as they were meant, which shows what misreading costs.
    """
    return {
        NAME: score,
        f"{NAME}/text-only": lambda cases: score([case.without_past() for case in cases]),
        f"{NAME}/history-only": lambda cases: score([case.without_instruction() for case in cases]),
        f"{NAME}/true-constraints": lambda cases: score([case.understood() for case in cases]),
    }
