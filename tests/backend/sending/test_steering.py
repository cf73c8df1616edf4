# SPDX-License-Identifier: Apache-2.0
"""Pause, stop, schedules, hours, limits, orphans, changed content, old copies: each as a person meets it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    GatewayClass,
    NotSent,
    NumberResult,
    Outcome,
    RefusedWhole,
    Unknown,
)
from koodesk.backend.sending.fence import Fence
from koodesk.backend.sending.guard import OUTSIDE_HOURS
from koodesk.backend.sending.worker import Worker
from koodesk.backend.testing import Behaviour, FixedClock, ScriptedGateway, accept_all, lost
from koodesk.domain.campaign import STALE_MS
from koodesk.domain.pacing import BACKOFF_FIRST_MS, ErrorLimit
from koodesk.domain.problem import Refused
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop, give_up, open_workshop
from tests.databases import drop_trigger

MIDNIGHT = 20_600 * DAY_MS - BEIJING_OFFSET_MS
HOUR = 3_600_000


def during(workshop: Workshop, campaign: int, move: CampaignMove, after: int = 2) -> None:
    """Make the gateway's n-th call meet a person who moves the campaign while it is in flight."""

    def behave(batch: Batch) -> Outcome:
        if len(workshop.gateway.calls) == after:
            workshop.ledger.move(campaign, move, workshop.clock.now_ms(), by="person")
        return accept_all(batch)

    workshop.gateway.will(*[behave] * 50)


def test_a_pause_lets_what_is_in_flight_end_and_nothing_else_leave(workshop: Workshop) -> None:
    campaign = workshop.confirm(100)
    during(workshop, campaign, CampaignMove.PAUSE)
    workshop.run(campaign)
    counts = workshop.counts(campaign)
    assert workshop.state(campaign) == "paused"
    # Two calls had been committed to beside the one that met the pause: one sender, one waiting.
    assert counts["accepted"] <= 40
    assert counts["accepted"] + counts["pending"] == 100
    workshop.ledger.move(campaign, CampaignMove.RESUME, workshop.clock.now_ms())
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    assert workshop.counts(campaign) == {"accepted": 100}
    assert workshop.gateway.twice() == []


def test_a_stop_cancels_what_has_not_left(workshop: Workshop) -> None:
    campaign = workshop.confirm(100)
    during(workshop, campaign, CampaignMove.STOP)
    workshop.run(campaign)
    counts = workshop.counts(campaign)
    assert workshop.state(campaign) == "stopped"
    assert counts["accepted"] == len(workshop.gateway.accepted)
    assert counts["accepted"] + counts["cancelled"] == 100
    with pytest.raises(Refused):
        workshop.ledger.move(campaign, CampaignMove.RESUME, workshop.clock.now_ms())


def test_after_a_stop_an_unclear_chunk_is_asked_about_and_not_sent_again(workshop: Workshop) -> None:
    campaign = workshop.confirm(100)

    def behave(batch: Batch) -> Outcome:
        workshop.ledger.move(campaign, CampaignMove.STOP, workshop.clock.now_ms(), by="person")
        return accept_all(batch)

    workshop.gateway.will(lost(behave))
    workshop.run(campaign)
    assert workshop.counts(campaign)["unknown"] == 10
    assert workshop.state(campaign) == "unclear"
    worker = workshop.worker()
    with worker._running():
        for _ in range(20):
            workshop.clock.forward(30_000)
            worker._dispatcher.turn()
    assert len([b for b in workshop.gateway.calls if b.key.endswith("000000")]) == 1
    counts = workshop.counts(campaign)
    assert counts["accepted"] == len(workshop.gateway.accepted)
    assert (workshop.state(campaign), counts.get("unknown", 0)) == ("stopped", 0)


def test_a_worker_may_run_again(workshop: Workshop) -> None:
    """What a run has remembered ends with it; what is left in the ledger the next one takes up."""
    worker = workshop.worker()
    first = workshop.confirm(100)
    during(workshop, first, CampaignMove.PAUSE)
    worker.run_until_idle(first)
    assert workshop.state(first) == "paused"
    workshop.ledger.move(first, CampaignMove.RESUME, workshop.clock.now_ms())
    worker.run_until_idle(first)
    second = workshop.confirm(100, uuid="u2", audience=False)
    worker.run_until_idle(second)
    for campaign in (first, second):
        assert (workshop.counts(campaign), workshop.state(campaign)) == ({"accepted": 100}, "finished")
    assert len(workshop.gateway.calls) == 20


def test_a_schedule_waits_for_its_time(workshop: Workshop) -> None:
    start = workshop.clock.now_ms() + HOUR
    campaign = workshop.confirm(10, start_at_ms=start)
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.gateway.calls) == ("scheduled", [])
    workshop.clock.forward(HOUR)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"


def test_a_gateway_that_is_outside_its_hours_is_tried_again_soon(tmp_path: Path) -> None:
    """Its clock was further than the desk's reading of it: each such answer has the clock read anew, and none makes the wait
    longer, or a clock that runs fast would be past the hours before the next call. It says nothing of the gateway's health."""
    refusals = 12
    workshop = open_workshop(tmp_path, ScriptedGateway(clock=FixedClock()))
    campaign = workshop.confirm(200)
    workshop.gateway.will(*[NotSent(OUTSIDE_HOURS, 60_000)] * refusals)
    worker = workshop.worker()
    with worker._running():
        start = workshop.clock.passed_ms
        while len(workshop.gateway.calls) <= refusals:
            worker._dispatcher.turn()
            if not worker._dispatcher.calling:
                workshop.clock.forward(50)
        assert workshop.clock.passed_ms - start <= refusals * (BACKOFF_FIRST_MS + 50)
        while workshop.state(campaign) != "finished":
            worker._dispatcher.turn()
            if not worker._dispatcher.calling:
                workshop.clock.forward(1_000)
    assert workshop.counts(campaign) == {"accepted": 200}
    assert workshop.gateway.twice() == []
    workshop.database.close()


def test_a_stale_schedule_asks_and_does_not_fire(workshop: Workshop) -> None:
    campaign = workshop.confirm(10, start_at_ms=workshop.clock.now_ms() + HOUR)
    workshop.clock.forward(HOUR + STALE_MS + 60_000)
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason, workshop.gateway.calls) == ("needs_decision", "stale_schedule", [])
    workshop.ledger.move(campaign, CampaignMove.RESUME, workshop.clock.now_ms(), by="person")
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"


def test_promotion_waits_for_the_morning(tmp_path: Path) -> None:
    clock = FixedClock(MIDNIGHT + 22 * HOUR, tick_ms=5)
    workshop = open_workshop(tmp_path, ScriptedGateway(clock=clock))
    campaign = workshop.confirm(10, promotion=True, window_start=480, window_end=1260)
    workshop.run(campaign)
    assert (workshop.state(campaign), workshop.gateway.calls) == ("running", [])
    assert [e.code for e in workshop.ledger.events(campaign, 0, 50)][-1] == "campaign.held"
    clock.forward(10 * HOUR)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    workshop.database.close()


def test_what_did_not_leave_in_time_expires(workshop: Workshop) -> None:
    campaign = workshop.confirm(50, not_after_ms=workshop.clock.now_ms() + HOUR)

    def slow(batch: Batch) -> Outcome:
        workshop.clock.forward(HOUR)
        return accept_all(batch)

    workshop.gateway.will(slow)
    workshop.run(campaign)
    counts = workshop.counts(campaign)
    assert workshop.state(campaign) == "finished"
    assert counts["accepted"] == len(workshop.gateway.accepted) < 50
    assert counts["accepted"] + counts["expired"] == 50


def test_nothing_leaves_when_the_last_time_has_passed_before_the_first_turn(workshop: Workshop) -> None:
    campaign = workshop.confirm(50, not_after_ms=workshop.clock.now_ms())
    workshop.run(campaign)
    assert workshop.gateway.calls == []
    assert (workshop.counts(campaign), workshop.state(campaign)) == ({"expired": 50}, "finished")


def not_there(_batch: Batch) -> Outcome:
    """The call breaks before the gateway has seen it."""
    return Unknown("reset")


@pytest.mark.parametrize(
    ("behaviour", "counts"),
    [(accept_all, {"accepted": 10, "expired": 40}), (not_there, {"refused": 10, "expired": 40})],
    ids=["it had arrived", "it had not"],
)
def test_after_the_last_time_an_unclear_call_is_asked_about_and_not_made_again(
    workshop: Workshop, behaviour: Behaviour, counts: dict[str, int]
) -> None:
    """With the same key it would be the same message; but where it had not arrived, it would leave too late."""
    campaign = workshop.confirm(50, chunk_size=10, not_after_ms=workshop.clock.now_ms() + HOUR)

    def ends(batch: Batch) -> Outcome:
        workshop.clock.forward(HOUR)
        return behaviour(batch)

    workshop.gateway.will(lost(ends))
    worker = workshop.worker()
    with worker._running():
        for _ in range(20):
            worker._dispatcher.turn()
            workshop.clock.forward(30_000)
    assert len(workshop.gateway.calls) == 1
    assert (workshop.counts(campaign), workshop.state(campaign)) == (counts, "finished")


def test_too_many_refusals_pause_instead_of_burning_the_list(workshop: Workshop) -> None:
    campaign = workshop.confirm(200)
    workshop.gateway.will(*[RefusedWhole("E200030")] * 20)
    workshop.run(campaign, errors=ErrorLimit(at_least=1_000, in_a_row=3))
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason) == ("paused", "too_many_errors")
    assert row.refused <= 50
    workshop.gateway.script.clear()
    workshop.ledger.move(campaign, CampaignMove.RESUME, workshop.clock.now_ms())
    workshop.run(campaign, errors=ErrorLimit(at_least=1_000, in_a_row=3))
    assert workshop.state(campaign) == "finished"


def test_an_account_that_takes_nothing_pauses_and_nobody_is_refused(workshop: Workshop) -> None:
    campaign = workshop.confirm(200)
    workshop.gateway.will(*[NotSent("KD.ACCOUNT_RETENTION", 60_000)] * 20)
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason, row.refused) == ("paused", "account_retention", 0)
    assert len(workshop.gateway.calls) < 20
    workshop.gateway.script.clear()
    workshop.ledger.move(campaign, CampaignMove.RESUME, workshop.clock.now_ms())
    workshop.clock.forward(60_000)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    assert workshop.counts(campaign)["accepted"] == len(workshop.gateway.accepted) == 200


def test_an_orphan_is_sent_again_with_the_same_key_and_bytes(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)
    now = workshop.clock.now_ms()
    workshop.ledger.move(campaign, CampaignMove.START, now)
    job = workshop.ledger.jobs(campaign, "planned", 1, now)[0]
    assert workshop.ledger.turn([], [job], now, "dead") == {job.chunk_id}
    workshop.gateway.send(job.batch)  # the dead worker's call arrived; its outcome was never written
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 30}
    assert workshop.gateway.twice() == []
    assert [b.digest for b in workshop.gateway.calls if b.key == job.batch.key] == [job.batch.digest] * 2


def test_a_chunk_is_claimed_once(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)
    now = workshop.clock.now_ms()
    jobs = workshop.ledger.jobs(campaign, "planned", 1, now)
    assert workshop.ledger.turn([], jobs, now, "early") == frozenset(), "not before it runs"
    workshop.ledger.move(campaign, CampaignMove.START, now)
    assert len(workshop.ledger.turn([], jobs, now, "one")) == 1
    assert workshop.ledger.turn([], jobs, now, "two") == frozenset()


@pytest.mark.both_databases
def test_a_changed_recipient_does_not_leave(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)
    with workshop.database.write() as connection:
        drop_trigger(connection, "recipient_no_update", "recipient")
        connection.exec_driver_sql(
            'UPDATE recipient SET params = \'{"name":"evil"}\' WHERE number = ?', (FIRST_NUMBER + 15,)
        )
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason) == ("needs_decision", "changed")
    assert not [b for b in workshop.gateway.calls if b.key.endswith("000001")]


@pytest.mark.both_databases
def test_a_changed_snapshot_does_not_start(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)
    with workshop.database.write() as connection:
        drop_trigger(connection, "campaign_is_frozen", "campaign")
        connection.exec_driver_sql("UPDATE campaign SET snapshot = replace(snapshot, '红包', '大奖')")
    workshop.run(campaign)
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason, workshop.gateway.calls) == ("needs_decision", "changed", [])


@pytest.mark.parametrize("klass", [GatewayClass.IDEMPOTENT, GatewayClass.LISTABLE])
def test_a_restored_backup_sends_nobody_twice(tmp_path: Path, klass: GatewayClass) -> None:
    """The database of before the send comes back; the gateway has accepted everything meanwhile."""
    home = tmp_path / "home"
    home.mkdir()
    gateway = ScriptedGateway(klass=klass, clock=FixedClock(tick_ms=50))
    workshop = open_workshop(home, gateway)
    campaign = workshop.confirm(30)
    fence = Fence(home / "worker.generation")
    assert fence.enter(workshop.ledger)  # a worker was there before the backup was made
    workshop.database.close()
    shutil.copy(home / "koodesk.db", tmp_path / "backup.db")
    workshop = open_workshop(home, gateway)
    run(workshop, fence, campaign)
    assert workshop.state(campaign) == "finished"
    workshop.database.close()
    for name in ("koodesk.db", "koodesk.db-wal", "koodesk.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup.db", home / "koodesk.db")
    workshop = open_workshop(home, gateway)
    run(workshop, fence, campaign)
    assert gateway.twice() == []
    if klass is GatewayClass.IDEMPOTENT:
        assert workshop.counts(campaign) == {"accepted": 30}
    else:
        assert workshop.ledger.campaign(campaign).reason == "restored"
    workshop.database.close()


def run(workshop: Workshop, fence: Fence, campaign: int) -> None:
    """Run a worker with a fence until a campaign waits."""
    Worker(workshop.ledger, workshop.gateway, clock=workshop.clock, fence=fence).run_until_idle(campaign)


def test_a_person_settles_what_a_blind_gateway_leaves_open(tmp_path: Path) -> None:
    gateway = ScriptedGateway(klass=GatewayClass.BLIND, clock=FixedClock(tick_ms=50)).will(Unknown("timeout"))
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(30)
    workshop.run(campaign)
    assert workshop.state(campaign) == "unclear"
    workshop.clock.forward(100 * DAY_MS)
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 20, "unknown": 10}, "time alone settles nothing"
    give_up(workshop.database, campaign, workshop.clock.now_ms())
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    assert workshop.counts(campaign) == {"accepted": 20, "refused": 10}
    assert workshop.ledger.events(campaign, 0, 50)[-2].by == "Li"
    workshop.database.close()


def test_a_gateway_that_goes_away_costs_nothing_but_time(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)

    def leave(batch: Batch) -> Outcome:
        workshop.gateway.reachable = False
        return NotSent("connection_refused")

    workshop.gateway.will(leave, NotSent("connection_refused"), NotSent("connection_refused"))
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"
    assert workshop.counts(campaign) == {"accepted": 30}


def test_nothing_starts_before_the_gateway_told_its_clock(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)
    workshop.gateway.reachable = False
    worker = workshop.worker()
    with worker._running():
        for _ in range(5):
            worker._dispatcher.turn()
    assert (workshop.state(campaign), workshop.gateway.calls) == ("scheduled", [])


@pytest.mark.both_databases
def test_a_message_id_given_to_two_leaves_the_second_unknown(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)

    def same(batch: Batch) -> Outcome:
        return Answered(tuple(NumberResult(n, True, "one-for-all") for n in batch.numbers))

    workshop.gateway.will(same)
    workshop.run(campaign)
    assert workshop.state(campaign) == "unclear"
    assert workshop.counts(campaign) == {"accepted": 21, "unknown": 9}
