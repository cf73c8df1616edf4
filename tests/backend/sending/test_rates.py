# SPDX-License-Identifier: Apache-2.0
"""A rate is one of the campaign, of the workspace or of a vendor, however many workers send: the ledger keeps what is owed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from koodesk.backend.sending.guard import SharedRates
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.database import Database
from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import Workshop, open_workshop


def limit(workshop: Workshop, scope: str, rate: int) -> int:
    """Confirm 500 recipients in chunks of ten, with a rate; return the campaign."""
    if scope != "campaign":
        workshop.ledger.set_shared_rate(scope, rate, workshop.clock.now_ms(), "Li")
    return workshop.confirm(500, chunk_size=10, rate=rate if scope == "campaign" else 0)


def together(workers: list[Worker], clock: FixedClock, until_ms: int) -> None:
    """Let workers take their turns one after the other until an instant of the steady clock; calls come back meanwhile."""
    with workers[0]._running(), workers[1]._running():
        while clock.passed_ms < until_ms:
            for worker in workers:
                worker._dispatcher.turn()
                while worker._dispatcher.calling:
                    worker._dispatcher.turn()
            clock.forward(100)


@pytest.mark.parametrize("scope", ["campaign", "workspace", "HUAWEI"])
def test_two_workers_keep_one_rate(tmp_path: Path, scope: str) -> None:
    """As two workers of a team do; here on one clock."""
    workshop = open_workshop(tmp_path, ScriptedGateway(clock=FixedClock(tick_ms=1)))
    limit(workshop, scope, 10)
    other = Workshop(workshop.database, workshop.ledger, workshop.gateway, workshop.clock)
    together([workshop.worker(), other.worker()], workshop.clock, 20_000)
    left = len(workshop.gateway.accepted)
    assert 0 < left <= 210, "ten a second for twenty seconds, and the chunk that is paid for next"
    workshop.database.close()


def test_a_team_keeps_one_rate(desks: Callable[[], Workshop]) -> None:
    """By the clock of their database: those of the machines may differ."""
    first, second = desks(), desks()
    campaign = first.confirm(100, chunk_size=10, rate=100)
    first.ledger.move(campaign, CampaignMove.START, first.clock.now_ms())
    second.clock.jump(3_600_000)
    begin = time.monotonic()
    calls = 0
    while calls < 6:
        for desk in (first, second):
            jobs = desk.ledger.jobs(campaign, "planned", 1, desk.clock.now_ms())
            paced = [SharedRates().paced(desk.ledger, job, 100, desk.clock.now_ms()) for job in jobs]
            calls += len(desk.ledger.turn((), paced, desk.clock.now_ms(), f"{desk is first}"))
    assert time.monotonic() - begin >= 0.5, "the sixth chunk waits until five are paid for"


@pytest.mark.both_databases
def test_a_clock_that_was_set_back_keeps_nobody_waiting(tmp_path: Path) -> None:
    """What is owed is at most what one chunk costs."""
    workshop = open_workshop(tmp_path)
    campaign = limit(workshop, "campaign", 10)
    _owe(workshop.database, campaign, 1 << 60)
    workshop.ledger.move(campaign, CampaignMove.START, workshop.clock.now_ms())
    (job,) = workshop.ledger.jobs(campaign, "planned", 1, workshop.clock.now_ms())
    job = SharedRates().paced(workshop.ledger, job, 10, workshop.clock.now_ms())
    assert workshop.ledger.turn((), [job], workshop.clock.now_ms(), "me") == {job.chunk_id}
    workshop.database.close()


def _owe(database: Database, campaign: int, ready_ms: int) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO rate_pace (scope, ready_ms) VALUES (?, ?)", (f"campaign:{campaign}", ready_ms)
        )


def test_what_has_no_rate_writes_nothing_of_it(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path)
    workshop.run(workshop.confirm(50))
    with workshop.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM rate_pace").scalar_one() == 0
    workshop.database.close()
