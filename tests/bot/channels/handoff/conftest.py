"""Handoffs of a gateway, as a desk has them."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.handoff.handoffs import Handoffs
from bot.channels.keys import HANDOFFS


@pytest.fixture
def handoffs(gateway: TestServer) -> Handoffs:
    return gateway.app[HANDOFFS]
