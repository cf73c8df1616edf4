# SPDX-License-Identifier: Apache-2.0
"""What the dispatcher asks before a call leaves and tells after it ended: breaker, quarantine, rates that campaigns share.

For the dispatcher's thread. The rules are `domain.breaker` and `domain.pacing`; nothing here is remembered by a restart.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from koodesk.backend.ports.guarding import Guarding
from koodesk.backend.ports.sending import Job, Settlement
from koodesk.domain.breaker import (
    Breaker,
    BreakerState,
    Suspects,
    answered,
    broke,
    ended,
    left,
    let_go,
    may_leave,
    poisoned,
    told_nothing,
)
from koodesk.domain.guard_rules import GuardRules
from koodesk.domain.pacing import Pace, took, wait_ms
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import ChunkMove

OUTSIDE_HOURS: Final = "KD.QUIET_HOURS"
"""The gateway's code for promotion outside its hours: nothing was taken, and its clock says when it will be."""

NOT_OF_THE_GATEWAY: Final = frozenset({"worker.late", "missing", "orphaned", OUTSIDE_HOURS})
"""Codes of calls that say nothing about the gateway's health: an answer came, or none was asked for."""


_log: Final = logging.getLogger(__name__)


class Guard:
    """Breaker and quarantine of one gateway, with `keys` or without."""

    def __init__(self, rules: GuardRules, *, keys: bool = True) -> None:
        self._rules = rules
        self._keys = keys
        self.breaker = Breaker()
        self._suspects = Suspects()
        self._told = BreakerState.CLOSED

    def room(self, steady_ms: int, calling: int, room: int) -> int:
        """Return how many calls may leave."""
        return may_leave(self.breaker, steady_ms, calling, room)

    def left(self) -> None:
        """A call has left."""
        self.breaker = left(self.breaker)

    def ended(self, settlement: Settlement, steady_ms: int) -> Settlement:
        """A call has come to its end; return what becomes of its chunk: put aside, where its calls break again and again."""
        if settlement.code in NOT_OF_THE_GATEWAY:
            self.breaker = told_nothing(self.breaker)
            return settlement
        chunk, good = settlement.chunk_id, settlement.move not in (ChunkMove.NOT_SENT, ChunkMove.DOUBT)
        self.breaker = ended(self.breaker, self._rules.breaker, chunk, good, steady_ms)
        self._suspects = answered(self._suspects, chunk) if good else broke(self._suspects, chunk)
        if poisoned(self._suspects, chunk, self._rules.breaks):
            self._suspects = let_go(self._suspects, chunk)  # begins anew when a person sends it again
            # Without a key what may have left is not sent again anyhow: put aside, nobody would ask about it.
            return replace(settlement, aside=self._keys or settlement.move is not ChunkMove.DOUBT)
        return settlement

    def tell(self, ledger: Guarding, gateway: str, now_ms: int, steady_ms: int) -> None:
        """Keep in the ledger that the breaker has opened or closed; half open is still open. Raises Refused (storage.*), and
        tells the next time then."""
        state = BreakerState.CLOSED if self.breaker.state is BreakerState.CLOSED else BreakerState.OPEN
        if state is not self._told:
            wait = self.breaker.until_ms - steady_ms
            ledger.breaker(gateway, state.value, now_ms + wait if wait > 0 else 0, now_ms)
            self._told = state
            _log.warning("the breaker of %s is %s", gateway, state)


class SharedRates:
    """The most messages a second of the workspace and of single vendors, beside each campaign's own.

    A chunk mixes vendors, so it goes when all that is limited has been paid for.
    """

    WORKSPACE: Final = "workspace"

    def __init__(self) -> None:
        self._rates: Mapping[str, int] = {}
        self._paces: dict[str, Pace] = {}

    def update(self, rates: Mapping[str, int]) -> None:
        """Take the rates as they are now, by scope: "workspace" or a vendor; one that is gone is no limit."""
        self._rates = {scope: rate for scope, rate in rates.items() if rate > 0}
        for gone in self._paces.keys() - self._rates.keys():
            del self._paces[gone]

    @property
    def limited(self) -> bool:
        """Tell whether anything is limited."""
        return bool(self._rates)

    def waits(self, steady_ms: int) -> bool:
        """Tell whether the next chunk has to wait."""
        return any(wait_ms(pace, steady_ms) > 0 for pace in self._paces.values())

    def paced(self, ledger: Guarding, job: Job, rate: int, real_ms: int) -> Job:
        """Return a job with what it costs of each rate, its campaign's among them; one that has none as it is. Its vendors are counted
        where one of them is limited; where that cannot be read just now, all of it counts for each of them."""
        if not (rate or self._rates):
            return job
        last = job.first_id + len(job.batch.numbers) + len(job.withheld) - 1
        try:
            vendors = ledger.vendors(job.first_id, last) if self._rates.keys() - {self.WORKSPACE} else {}
        except Refused:
            vendors = dict.fromkeys(self._rates, len(job.batch.numbers))
        whole = len(job.batch.numbers)
        costs = [(f"campaign:{job.campaign_id}", rate, whole)] if rate else []
        for scope, most in self._rates.items():
            costs.append((scope, most, whole if scope == self.WORKSPACE else vendors.get(scope, 0)))
        return replace(job, paced=tuple(sorted(cost for cost in costs if cost[2])), real_ms=real_ms)

    def left(self, job: Job, steady_ms: int) -> None:
        """A chunk has left. The ledger keeps what is owed for all workers; here it saves asking too early."""
        for scope, rate, count in job.paced:
            if scope in self._rates:
                self._paces[scope] = took(self._paces.get(scope, Pace()), steady_ms, count, rate)
