# SPDX-License-Identifier: Apache-2.0
"""What one turn of the dispatcher writes: outcomes that have come and calls that leave next, together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import GatewayClass, RefusedWhole
from koodesk.backend.ports.sending import CampaignWork, Job, Settlement
from koodesk.backend.sending.dispatcher import Dispatcher, WorkerOptions
from koodesk.backend.sending.gateway_time import GatewayTime
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all
from koodesk.domain.pacing import ErrorLimit
from tests.backend.sending.workshop import PATIENT, open_workshop

CHUNKS = 30


class Recording(SqlLedger):
    """A ledger that keeps, of each turn that wrote something, how many outcomes and claims it wrote and what was in flight after it."""

    turns: list[tuple[int, int, int]]

    def turn(
        self,
        settled: Sequence[Settlement],
        claims: Sequence[Job],
        now_ms: int,
        owner: str,
        reached: int | None = None,
    ) -> frozenset[int]:
        """Write, and note it."""
        count = len(settled)  # the dispatcher goes on using its list
        taken = super().turn(settled, claims, now_ms, owner, reached)
        with self._database.read() as connection:
            flying = connection.exec_driver_sql(
                "SELECT count(*) FROM chunk WHERE state = 'in_flight'"
            ).scalar_one()
        if count or taken:
            self.turns.append((count, len(taken), flying))
        return taken


@pytest.mark.parametrize("klass", list(GatewayClass))
@pytest.mark.parametrize("senders", [1, 3])
def test_whatever_brings_an_outcome_sends_the_next_call(
    tmp_path: Path, klass: GatewayClass, senders: int
) -> None:
    workshop = open_workshop(tmp_path, ScriptedGateway(klass=klass))
    campaign = workshop.confirm(CHUNKS * 10)
    ledger = Recording(workshop.database)
    ledger.turns = []
    options = WorkerOptions(senders=senders, watch_ms=0, errors=PATIENT)
    Worker(ledger, workshop.gateway, clock=workshop.clock, options=options).run_until_idle(campaign)
    left = CHUNKS
    for outcomes, claims, flying in ledger.turns:
        assert claims or not outcomes or not left, ledger.turns
        left -= claims
        assert flying <= senders + (senders if klass is GatewayClass.IDEMPOTENT else 1)
    assert left == 0
    assert workshop.counts(campaign) == {"accepted": CHUNKS * 10}
    workshop.database.close()


def test_a_campaign_is_over_with_its_last_outcome(tmp_path: Path) -> None:
    """And not when campaigns are looked at the next time, which on a clock that stands still is never."""
    clock = FixedClock()
    workshop = open_workshop(tmp_path, ScriptedGateway(clock=clock))
    campaign = workshop.confirm(10)
    options = WorkerOptions(senders=1, watch_ms=2_000, errors=PATIENT)
    time = GatewayTime(workshop.gateway, clock)
    dispatcher = Dispatcher(workshop.ledger, workshop.gateway, clock, options, time)
    time.refresh(force=True)
    dispatcher.open(trusted=True)
    for _ in range(6):
        if workshop.state(campaign) != "finished":
            dispatcher.turn()
    assert workshop.state(campaign) == "finished"
    dispatcher.close()
    workshop.database.close()


class Looking(SqlLedger):
    """A ledger that counts how often its campaigns are looked at."""

    looks = 0

    def live(self) -> tuple[CampaignWork, ...]:
        """Look, and count it."""
        self.looks += 1
        return super().live()


def turns(ledger: SqlLedger, gateway: ScriptedGateway, errors: ErrorLimit, until: Callable[[], bool]) -> None:
    """Take turns on a clock that stands still, so that no look at the campaigns is due by time."""
    time = GatewayTime(gateway, gateway.clock)
    options = WorkerOptions(senders=1, watch_ms=2_000, errors=errors)
    dispatcher = Dispatcher(ledger, gateway, gateway.clock, options, time)
    time.refresh(force=True)
    dispatcher.open(trusted=True)
    for _ in range(10 * CHUNKS):
        if until():
            break
        dispatcher.turn()
    dispatcher.close()


def test_campaigns_are_not_looked_at_again_for_each_whole_acceptance(tmp_path: Path) -> None:
    """A look counts all chunks of a campaign: with each answer that would be a thousand times a thousand."""
    workshop = open_workshop(tmp_path, ScriptedGateway(clock=FixedClock()))
    campaign = workshop.confirm(CHUNKS * 10)
    ledger = Looking(workshop.database)
    turns(ledger, workshop.gateway, PATIENT, lambda: workshop.state(campaign) == "finished")
    assert workshop.counts(campaign) == {"accepted": CHUNKS * 10}
    assert ledger.looks < CHUNKS / 2
    workshop.database.close()


def test_an_outcome_that_stops_a_campaign_is_looked_at_at_once(tmp_path: Path) -> None:
    gateway = ScriptedGateway(clock=FixedClock())
    gateway.will(*[accept_all] * 4, *[RefusedWhole("E")] * CHUNKS)
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(CHUNKS * 10)
    limit = ErrorLimit(in_a_row=3)
    turns(workshop.ledger, gateway, limit, lambda: workshop.state(campaign) in ("paused", "finished"))
    assert workshop.ledger.campaign(campaign).reason == "too_many_errors"
    assert len(gateway.calls) < CHUNKS / 2  # three in a row and what was intended when they came
    workshop.database.close()
