# SPDX-License-Identifier: Apache-2.0
"""Time as something handed in. Campaign rules follow the gateway's clock; waiting and pacing follow a steady one."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Two readings and one wait, so that a test can own time."""

    def now_ms(self) -> int:
        """Return the instant: milliseconds since the epoch, UTC. It may jump."""
        ...

    def steady_ms(self) -> int:
        """Return milliseconds that never go back and never jump; only differences mean something."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now_ms(self) -> int:
        """Return the machine's wall clock."""
        return time.time_ns() // 1_000_000

    def steady_ms(self) -> int:
        """Return the machine's monotonic clock."""
        return time.monotonic_ns() // 1_000_000
