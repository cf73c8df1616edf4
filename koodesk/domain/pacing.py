# SPDX-License-Identifier: Apache-2.0
"""How much may go now, how long to wait after a failure, and when too many failures pause a campaign.

Pure: the clock is an argument (a steady one: pace is about real seconds, whatever the gateway's clock says).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CALL_MS: Final = 60_000
"""The longest a call can take: none starts later than that before its campaign's hours end."""

BACKOFF_FIRST_MS: Final = 200
BACKOFF_MOST_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Pace:
    """What is owed: `ready_ms` is the steady instant at which the next call may start."""

    ready_ms: int = 0


def wait_ms(pace: Pace, now_ms: int) -> int:
    """Return how long to wait before the next call; 0 means now."""
    return max(0, pace.ready_ms - now_ms)


def took(pace: Pace, now_ms: int, messages: int, rate: int) -> Pace:
    """Return the pace after `messages` went at `now_ms` with at most `rate` a second; 0 means no limit.

    A rate changed meanwhile counts from the next call. A pause is not saved up: no burst makes up for it.
    """
    if rate <= 0:
        return Pace(now_ms)
    start = max(pace.ready_ms, now_ms)
    return Pace(start + -(-messages * 1000 // rate))


def backoff_ms(failures: int) -> int:
    """Return the wait after the n-th failure in a row (from 1): doubling, at most 30 s."""
    if failures <= 0:
        return 0
    return min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS << min(failures - 1, 16))


@dataclass(frozen=True, slots=True)
class ErrorLimit:
    """Pause when at least `at_least` messages were answered and more than `share` of them were refused, or when
    `in_a_row` calls in a row were refused whole."""

    at_least: int = 1_000
    share: float = 0.5
    in_a_row: int = 3

    def exceeded(self, answered: int, refused: int, refused_calls_in_a_row: int) -> bool:
        """Tell whether to pause rather than burn the list."""
        if refused_calls_in_a_row >= self.in_a_row:
            return True
        return answered >= self.at_least and refused > answered * self.share
