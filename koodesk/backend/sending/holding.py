# SPDX-License-Identifier: Apache-2.0
"""Waves while a campaign runs: when one has left, hold; look at what became of it; let the next go, or ask a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from koodesk.backend.ports.guarding import Guarding
from koodesk.backend.ports.sending import CampaignWork
from koodesk.domain.send_state import CampaignMove
from koodesk.domain.waves import WaveMove, judge

LOOK_MS: Final = 1_000
"""How often what became of a wave is counted, in ms of the steady clock."""


class Waves:
    """The waves of the campaigns of one worker. `move` moves a campaign for a reason; for the dispatcher's thread."""

    def __init__(self, ledger: Guarding, move: Callable[[CampaignWork, CampaignMove, str], bool]) -> None:
        self._ledger = ledger
        self._move = move
        self._looked: dict[int, int] = {}
        self.held: set[int] = set()
        """Campaigns whose wave has left and whose next may not go yet."""

    def step(self, work: CampaignWork, now_ms: int, steady_ms: int) -> bool:
        """Do what is due for a running campaign; return whether anything moved."""
        if not work.wave_limited or work.wave_planned or work.in_flight:
            self.held.discard(work.id)
            return False
        if not work.wave_since_ms:
            return self._ledger.hold_wave(work.id, now_ms)
        if work.id in self.held and steady_ms - self._looked.get(work.id, -LOOK_MS) < LOOK_MS:
            return False
        self._looked[work.id] = steady_ms
        rules, facts = self._ledger.wave_facts(work.id, now_ms)
        found = judge(rules, facts)
        if found.move is WaveMove.WAIT:
            self.held.add(work.id)
            return False
        self.held.discard(work.id)
        if found.move is WaveMove.GO:
            return self._ledger.next_wave(work.id, now_ms, "worker")
        return self._move(work, CampaignMove.PAUSE, found.reason)
