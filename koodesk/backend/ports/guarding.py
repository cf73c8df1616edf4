# SPDX-License-Identifier: Apache-2.0
"""What waves, shared rates and the breaker keep in the ledger; the worker's side, one short transaction a method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from koodesk.domain.waves import WaveFacts, WaveRules


class Guarding(Protocol):
    """Waves, rates and breakers in the ledger."""

    def hold_wave(self, campaign_id: int, at_ms: int) -> bool:
        """Begin to hold: a wave has left. Returns False when it is held already."""
        ...

    def wave_facts(self, campaign_id: int, now_ms: int) -> tuple[WaveRules, WaveFacts]:
        """Return the rules of a held campaign and what became of the waves that have left."""
        ...

    def next_wave(self, campaign_id: int, at_ms: int, by: str) -> bool:
        """Let the next wave leave. Returns False when the campaign holds none."""
        ...

    def rates(self) -> Mapping[str, int]:
        """Return the most messages a second by scope: "workspace" or a vendor."""
        ...

    def vendors(self, first_id: int, last_id: int) -> Mapping[str, int]:
        """Count a range of recipients by vendor."""
        ...

    def breaker(self, gateway: str, state: str, until_ms: int, at_ms: int) -> None:
        """Keep that a gateway's breaker has opened (until when at least) or closed, with an event in its live campaigns."""
        ...
