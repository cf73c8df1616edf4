# SPDX-License-Identifier: Apache-2.0
"""A short link over its life: whether it can still be resolved, and why not.

A group link (群发) is resolved up to as often as its task says, an individual one (个性化) once; both to the very
millisecond of their expiry (creation + n x 24 h, facts 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DAY_MS: Final = 24 * 3_600_000


class LinkState(StrEnum):
    """How a link stands."""

    ACTIVE = "active"
    USED_UP = "used_up"
    EXPIRED = "expired"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class LinkLife:
    """What decides about a link: how often it may be resolved, how often it was, until when (the first instant at which it no
    longer can be), and whether it was frozen by its owner."""

    most: int
    resolved: int
    expires_ms: int
    frozen: bool = False

    def at(self, now_ms: int) -> LinkState:
        """Return how the link stands at an instant. Expiry comes first: it cannot be undone."""
        if now_ms >= self.expires_ms:
            return LinkState.EXPIRED
        if self.frozen:
            return LinkState.FROZEN
        return LinkState.USED_UP if self.resolved >= self.most else LinkState.ACTIVE


def expiry(created_ms: int, days: int) -> int:
    """Return when a link made at an instant ends: exactly n times 24 hours later, whatever the calendar says."""
    return created_ms + days * DAY_MS
