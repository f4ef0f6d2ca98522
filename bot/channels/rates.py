"""Rate limits: how often somebody may do something, counted in the memory of this process."""

from __future__ import annotations

import time
from math import ceil

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from data.settings import Settings

ALL_CODES = "200/10 minutes"
"""A code has nine digits and is good for ten minutes: at this rate nobody meets one by chance."""
SLOW_DOWN = "1/30 seconds"


class Rates:
    """Counts what was done, by rate and by who did it.

    The rates are `session` (messages of a conversation), `address` (requests), `newcomer` (new conversations of an
    address), `code` (guesses of a person at the code that links two chats) `all_codes` (guesses of all people)
    and `slow_down` (requests of ours to write less).
    """

    def __init__(self, settings: Settings):
        self._items = {
            "session": parse(settings.session_rate),
            "address": parse(settings.address_rate),
            "newcomer": parse(settings.newcomer_rate),
            "code": parse(settings.code_rate),
            "all_codes": parse(ALL_CODES),
            "slow_down": parse(SLOW_DOWN),
        }
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait_s(self, rate: str, who: str) -> int:
        """Counts one more and gives 0; beyond the rate nothing is counted, and it is the seconds to wait."""
        item = self._items[rate]
        if self._limiter.hit(item, rate, who):
            return 0
        reset = self._limiter.get_window_stats(item, rate, who).reset_time
        return max(1, min(ceil(reset - time.time()), item.get_expiry()))

    def described(self, rate: str) -> str:
        """The rate in words, such as "300 per 60 s"."""
        item = self._items[rate]
        return f"{item.amount} per {item.get_expiry()} s"
