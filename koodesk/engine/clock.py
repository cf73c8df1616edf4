# SPDX-License-Identifier: Apache-2.0
"""The engine's clock: real time plus an offset that only grows.

Everything the engine does later (reviews, receipts, expiry) is due at an instant of this clock. Who keeps the offset
across restarts is `store`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

LONGEST_FORWARD_MS: Final = 400 * 24 * 3600 * 1000
"""One step forward may not exceed this; it is longer than anything in Koodesk that has a term."""


def wall_ms() -> int:
    """Return real time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class EngineClock:
    """Milliseconds since the epoch, never running backwards: not after `forward`, not when real time is set back.

    `floor_ms` is the newest instant that a former run recorded.
    """

    def __init__(self, offset_ms: int = 0, floor_ms: int = 0, wall: Callable[[], int] = wall_ms) -> None:
        self._wall = wall
        self._offset_ms = offset_ms
        self._last_ms = floor_ms

    @property
    def offset_ms(self) -> int:
        """How far this clock is ahead of real time by what was asked for."""
        return self._offset_ms

    def now_ms(self) -> int:
        """Return the present instant."""
        self._last_ms = max(self._last_ms, self._wall() + self._offset_ms)
        return self._last_ms

    def forward(self, by_ms: int) -> int:
        """Move ahead and return the new present. Raises ValueError for a step back or a senseless one."""
        if not 0 <= by_ms <= LONGEST_FORWARD_MS:
            raise ValueError(f"a step of {by_ms} ms is not within 0..{LONGEST_FORWARD_MS}")
        self._last_ms = max(self._last_ms + by_ms, self._wall() + self._offset_ms + by_ms)
        self._offset_ms += by_ms
        return self.now_ms()
