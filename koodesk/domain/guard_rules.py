# SPDX-License-Identifier: Apache-2.0
"""The rules that keep a gateway and a list from harm, read from data: breaker, quarantine, and what waves start with."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field

from koodesk.domain.breaker import DEFAULT_BREAKS, BreakerRules
from koodesk.domain.waves import WaveRules


@dataclass(frozen=True, slots=True)
class GuardRules:
    """`breaks` is how often a chunk's own call may break; `shares` and `waves` are what a send in waves starts with."""

    breaker: BreakerRules = field(default_factory=BreakerRules)
    breaks: int = DEFAULT_BREAKS
    shares: tuple[int, ...] = (10,)
    waves: WaveRules = field(default_factory=WaveRules)


def read_guard_rules(text: str) -> GuardRules:
    """Read the rules from TOML. Raises ValueError, TypeError or KeyError when they are not what is expected."""
    told = tomllib.loads(text)
    waves = dict(told["waves"])
    shares = tuple(int(share) for share in waves.pop("shares"))
    return GuardRules(
        BreakerRules(**told["breaker"]), int(told["quarantine"]["breaks"]), shares, WaveRules(**waves)
    )
