# SPDX-License-Identifier: Apache-2.0
"""The engine's clock: real time plus an offset that only grows, by steps forward and, at a speed, all the time.

    now = real time + offset         offset = what was kept + (speed - 1) x steady time since

Everything the engine does later (reviews, receipts, expiry) is due at an instant of this clock. At a speed the offset
may not be told further than is kept on the disk, so that no restart takes time back: who keeps it is `clock_api`.
docs/decisions/0048 has the reasons.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

LONGEST_FORWARD_MS: Final = 400 * 24 * 3600 * 1000
"""One step forward may not exceed this; it is longer than anything in Koodesk that has a term."""

FASTEST: Final = 3_600
"""An hour a second. Koodesk's own."""

RESERVE_MS: Final = 3_000
"""How much steady time a clock with a speed may run beyond what was kept last."""


def wall_ms() -> int:
    """Return real time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def steady_ms() -> int:
    """Return milliseconds that nobody sets; only differences mean something."""
    return time.monotonic_ns() // 1_000_000


class EngineClock:
    """Milliseconds since the epoch. For several threads.

    It never runs backwards: not after `change`, not when real time is set back. It never runs faster than its speed
    either: time for which it had to stand, because nothing could be kept, is not made up for.
    `floor_ms` is the newest instant that a former run recorded, `offset_ms` the offset that was kept.
    """

    def __init__(
        self,
        offset_ms: int = 0,
        floor_ms: int = 0,
        *,
        speed: int = 1,
        wall: Callable[[], int] = wall_ms,
        steady: Callable[[], int] = steady_ms,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._lock = threading.Lock()
        self._speed = speed
        self._offset_ms = self._limit_ms = offset_ms
        self._since_ms = steady()
        self._last_ms = floor_ms

    @property
    def speed(self) -> int:
        """How many seconds it runs in a second of real time."""
        return self._speed

    @property
    def offset_ms(self) -> int:
        """How far this clock is ahead of real time by what was asked for."""
        with self._lock:
            return self._run()

    def now_ms(self) -> int:
        """Return the present instant."""
        with self._lock:
            self._last_ms = max(self._last_ms, self._wall() + self._run())
            return self._last_ms

    def to_keep(self, by_ms: int = 0, speed: int | None = None) -> int:
        """Return the offset that has to be kept before `change` is told the same step and speed."""
        fastest = max(self._speed, speed or self._speed)
        with self._lock:
            return self._run() + by_ms + (fastest - 1) * RESERVE_MS

    def change(self, kept_ms: int, by_ms: int = 0, speed: int | None = None) -> None:
        """Go on from here, `by_ms` further and at a speed, up to the offset that was kept.

        Raises ValueError for a step back or a senseless one, and for a speed it does not have.
        """
        speed = speed or self._speed
        if not 0 <= by_ms <= LONGEST_FORWARD_MS:
            raise ValueError(f"a step of {by_ms} ms is not within 0..{LONGEST_FORWARD_MS}")
        if not 1 <= speed <= FASTEST:
            raise ValueError(f"a speed of {speed} is not within 1..{FASTEST}")
        with self._lock:
            self._fold()
            self._last_ms = max(self._last_ms + by_ms, self._wall() + self._offset_ms + by_ms)
            self._offset_ms += by_ms
            self._speed = speed
            self._limit_ms = max(kept_ms, self._offset_ms)

    def stand(self) -> int:
        """Run no further than real time does, and return the offset: what is kept at an end."""
        with self._lock:
            self._fold()
            self._limit_ms = self._offset_ms
            return self._offset_ms

    def _run(self) -> int:
        """Return the offset. At the limit the clock stands, and the time goes by without it."""
        if self._speed == 1:
            return self._offset_ms
        steady = self._steady()
        grown = self._offset_ms + (self._speed - 1) * (steady - self._since_ms)
        if grown < self._limit_ms:
            return grown
        self._offset_ms, self._since_ms = self._limit_ms, steady
        return self._limit_ms

    def _fold(self) -> None:
        self._offset_ms, self._since_ms = self._run(), self._steady()
