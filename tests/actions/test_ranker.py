"""The client of the ranker over a real socket, in good and bad times."""

from __future__ import annotations

import pytest

from actions.ranker import Ranker, RankerDown
from actions.ranking import RankRequest
from data.need import Constraint, Need

REQUEST = RankRequest(Need("teas", constraints=(Constraint("kind", "is", "Green"),)), exclude=("4",), k=2)


@pytest.fixture
async def client(ranker):
    client = Ranker(ranker.url, timeout_s=0.2)
    yield client
    await client.close()


async def test_it_asks_what_the_contract_says_and_reads_the_answer(ranker, client: Ranker):
    ranking = await client.rank(REQUEST)
    assert ranking.item_ids == ("5", "6")
    assert ranking.eligible == 5
    assert set(ranker.requests[0]) == {"pack", "need", "history", "exclude", "k"}


async def test_one_failure_of_the_server_is_tried_again(ranker, client: Ranker):
    ranker.trouble = "once"
    assert (await client.rank(REQUEST)).item_ids == ("5", "6")
    assert len(ranker.requests) == 2


async def test_a_server_that_keeps_failing_is_asked_twice_and_no_more(ranker, client: Ranker):
    ranker.trouble = "down"
    with pytest.raises(RankerDown, match="/v1/rank: _ServerError: status 500"):
        await client.rank(REQUEST)
    assert len(ranker.requests) == 2


async def test_a_slow_server_is_not_waited_for(ranker, client: Ranker):
    ranker.trouble = "slow"
    with pytest.raises(RankerDown, match="TimeoutError"):
        await client.rank(REQUEST)
    assert len(ranker.requests) == 1


async def test_a_refusal_is_not_tried_again(ranker, client: Ranker):
    ranker.trouble = "refuses"
    with pytest.raises(RankerDown, match="status 400"):
        await client.rank(REQUEST)
    assert len(ranker.requests) == 1


async def test_an_answer_that_is_no_ranking_counts_as_down(ranker, client: Ranker):
    ranker.trouble = "nonsense"
    with pytest.raises(RankerDown, match="not a RankResponse"):
        await client.rank(REQUEST)


async def test_nobody_listening_counts_as_down(unused_tcp_port: int):
    client = Ranker(f"http://127.0.0.1:{unused_tcp_port}", timeout_s=0.2)
    with pytest.raises(RankerDown, match="ClientConnectorError"):
        await client.rank(REQUEST)
    await client.close()


async def test_it_recovers_by_itself(ranker, client: Ranker):
    ranker.trouble = "down"
    with pytest.raises(RankerDown):
        await client.rank(REQUEST)
    ranker.trouble = ""
    assert (await client.rank(REQUEST)).item_ids == ("5", "6")
