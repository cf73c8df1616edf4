# SPDX-License-Identifier: Apache-2.0
"""Frozen rows about how a campaign flows: its waves, the rates that hold, the gateway's breaker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaveRow:
    """Where a campaign that is sent in waves stands. `wave` counts from 1 of `waves`, the last being the rest; `shares` are those
    before it, in thousandths. `waits` is "sending" while the wave leaves, else what it is held for: "hold" until `until_ms`,
    "unknown" outcomes, "ready" (it goes at the worker's next look), a stop rule ("wave_failed", ...), or "" in the last wave.
    The counts are of what has left so far; `rules` by their names."""

    wave: int
    waves: int
    shares: tuple[int, ...]
    waits: str
    since_ms: int
    until_ms: int
    accepted: int
    refused: int
    delivered: int
    failed: int
    unknown: int
    rules: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RateRow:
    """The most messages a second of a scope: "workspace" or a vendor; 0 is no limit."""

    scope: str
    rate: int


@dataclass(frozen=True, slots=True)
class FlowRow:
    """How a campaign flows. `rate` is its own; `open_since_ms` and `open_until_ms` say since when and until when at least the
    gateway's breaker is open (0: it is closed)."""

    rate: int
    shared: tuple[RateRow, ...]
    wave: WaveRow | None = None
    open_since_ms: int = 0
    open_until_ms: int = 0
