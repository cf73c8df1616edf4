# SPDX-License-Identifier: Apache-2.0
"""When promotion may be sent. Minutes of the Beijing day (UTC+8, no summer time); the instant is an argument.

Promotion goes out 08:00-21:00 by default; an administrator may widen it to 22:00, the platform's own limit [msgsms].
A call that could still be running when the window closes is not started.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.domain.problem import Problem, problem

BEIJING_OFFSET_MS: Final = 8 * 3_600_000
MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
DAY_MINUTES: Final = 1_440


@dataclass(frozen=True, slots=True)
class Window:
    """Allowed minutes of the day, `start` included and `end` not; 0..1440 is any time."""

    start: int
    end: int

    @property
    def always(self) -> bool:
        """Tell whether the window never closes."""
        return self.start <= 0 and self.end >= DAY_MINUTES


ANY_TIME: Final = Window(0, DAY_MINUTES)
PROMOTION: Final = Window(8 * 60, 21 * 60)
WIDEST_PROMOTION: Final = Window(8 * 60, 22 * 60)


def check_window(window: Window, promotion: bool) -> tuple[Problem, ...]:
    """Return what is wrong with a window: empty, outside the day, or wider than promotion may ever be."""
    limit = WIDEST_PROMOTION if promotion else ANY_TIME
    if not 0 <= window.start < window.end <= DAY_MINUTES:
        return (problem("campaign.window.empty", "window", start=window.start, end=window.end),)
    if window.start < limit.start or window.end > limit.end:
        return (problem("campaign.window.too_wide", "window", start=limit.start, end=limit.end),)
    return ()


def needed_ms(call_ms: int, speed: int, window: Window) -> int:
    """Return how long before a window closes the last call starts, when calls take up to `call_ms` of real time and the
    gateway's clock runs `speed` seconds in one.

    At a speed it is never more than half of the window, or nothing would ever leave; whatever is late after all the gateway
    does not take, because it holds to the window by its own clock.
    """
    half_ms = (window.end - window.start) * MINUTE_MS // 2
    return call_ms if speed == 1 else min(call_ms * speed, max(call_ms, half_ms))


def opens_at(now_ms: int, window: Window, needs_ms: int = 0) -> int:
    """Return the first instant, `now_ms` or later, at which something that takes up to `needs_ms` may start.

    `needs_ms` longer than the window itself is cut to the window, so that there is always an answer.
    """
    if window.always:
        return now_ms
    start, end = window.start * MINUTE_MS, window.end * MINUTE_MS
    last = max(start, end - needs_ms)
    local = (now_ms + BEIJING_OFFSET_MS) % DAY_MS
    if start <= local < last or local == start:
        return now_ms
    return now_ms + (start - local) % DAY_MS


def may_start(now_ms: int, window: Window, needs_ms: int = 0) -> bool:
    """Tell whether something that takes up to `needs_ms` may start now and end inside the window."""
    return opens_at(now_ms, window, needs_ms) == now_ms
