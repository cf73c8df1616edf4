# SPDX-License-Identifier: Apache-2.0
"""Several workers on one team's database: each message once, whoever dies, and no more than a budget allows."""

from __future__ import annotations

import threading
from collections.abc import Callable

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.sending import SentRow, Settlement
from koodesk.backend.sending.dispatcher import ADOPT_MS, WorkerOptions
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.stores import sending_dispatch
from koodesk.domain.send_state import CampaignMove, ChunkMove
from tests.backend.sending.test_budget import EACH, confirm
from tests.backend.sending.workshop import Workshop

BEGIN = 1_780_000_000_000


def _started(desk: Workshop, count: int, chunk_size: int) -> int:
    campaign = desk.confirm(count, chunk_size=chunk_size)
    desk.ledger.move(campaign, CampaignMove.START, desk.clock.now_ms())
    return campaign


def _owners(desk: Workshop) -> set[str]:
    with desk.database.read() as connection:
        return set(connection.exec_driver_sql("SELECT owner FROM chunk WHERE state = 'in_flight'").scalars())


def _soon(ask: Callable[[], int]) -> int:
    """Ask until there is an answer: a server takes a moment to notice that a connection has ended."""
    return next((found for found in (ask() for _ in range(1_000)) if found), 0)


def test_three_workers_send_one_campaign_each_message_once(desks: Callable[[], Workshop]) -> None:
    first, *others = [desks() for _ in range(3)]
    campaign = first.confirm(600, chunk_size=5)
    workers = [
        threading.Thread(target=lambda d=desk: d.worker(senders=2).run_until_idle(campaign))
        for desk in (first, *others)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert first.state(campaign) == "finished"
    assert first.counts(campaign)["accepted"] == 600
    assert (len(first.gateway.accepted), first.gateway.twice()) == (600, [])
    assert len(first.gateway.calls) == 120, "no chunk was handed over by two"


def test_a_chunk_is_claimed_by_one_of_two_that_chose_it(desks: Callable[[], Workshop]) -> None:
    first, second = desks(), desks()
    campaign = _started(first, 20, chunk_size=10)
    jobs = first.ledger.jobs(campaign, "planned", 2, BEGIN)
    assert {job.chunk_id for job in second.ledger.jobs(campaign, "planned", 2, BEGIN)} == {
        j.chunk_id for j in jobs
    }
    mine = first.ledger.turn((), jobs[:1], BEGIN, "first")
    theirs = second.ledger.turn((), jobs, BEGIN, "second")
    assert mine == {jobs[0].chunk_id}
    assert theirs == {jobs[1].chunk_id}


def test_only_what_a_dead_worker_left_is_taken_over(desks: Callable[[], Workshop]) -> None:
    first, second = desks(), desks()
    campaign = _started(first, 20, chunk_size=10)
    (job, _) = first.ledger.jobs(campaign, "planned", 2, BEGIN)
    first.ledger.turn((), [job], BEGIN, "first")
    assert second.ledger.adopt_orphans("second", BEGIN) == 0, "the first still lives, however long it takes"
    assert _owners(second) == {"first"}
    first.database.close()  # as the end of its process ends its connections
    assert _soon(lambda: second.ledger.adopt_orphans("second", BEGIN)) == 1
    assert second.counts(campaign) == {"pending": 10, "unknown": 10}
    # Cut off, not dead: what it knows of its call is still taken.
    answers = tuple(SentRow(job.first_id + n, f"m{n}", "accepted", "", BEGIN) for n in range(10))
    first.ledger.turn(
        (Settlement(job.chunk_id, campaign, job.chunk_no, ChunkMove.ACCEPT, answers),), (), BEGIN, "first"
    )
    assert second.counts(campaign) == {"pending": 10, "accepted": 10}


def test_a_worker_that_runs_takes_over_by_itself(desks: Callable[[], Workshop]) -> None:
    first, second = desks(), desks()
    campaign = _started(first, 30, chunk_size=10)
    worker = Worker(
        second.ledger, second.gateway, clock=second.clock, options=WorkerOptions(senders=1, watch_ms=0)
    )
    with worker._running():  # opened while the first lives: nothing to take over yet
        first.ledger.turn((), first.ledger.jobs(campaign, "planned", 1, BEGIN), BEGIN, "first")
        first.database.close()
        for _ in range(200):
            second.clock.forward(ADOPT_MS)
            worker._turn(threading.Event())
            if second.state(campaign) == "finished":
                break
    assert second.counts(campaign) == {"accepted": 30}
    assert second.gateway.twice() == []


def test_two_that_claim_at_once_stay_within_the_budget(desks: Callable[[], Workshop]) -> None:
    first, second = desks(), desks()
    campaign = confirm(first, 40, 10 * EACH)
    first.ledger.move(campaign, CampaignMove.START, BEGIN)
    jobs = first.ledger.jobs(campaign, "planned", 2, BEGIN)
    claimed: list[frozenset[int]] = []
    other = threading.Thread(target=lambda: claimed.append(second.ledger.turn((), jobs[1:], BEGIN, "second")))
    with first.database.write_beside() as connection:
        mine = sending_dispatch.claim(connection, jobs[:1], BEGIN, "first")
        other.start()
        while other.is_alive() and not _somebody_waits(first):
            pass
    other.join()
    assert mine == {jobs[0].chunk_id}
    assert claimed == [frozenset()], "what was committed to meanwhile counts"
    assert first.ledger.budget(campaign).committed == 10 * EACH


def _somebody_waits(desk: Workshop) -> bool:
    with desk.database.read() as connection:
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(connection.exec_driver_sql(waits).scalar_one())


def test_one_worker_reads_the_receipts_and_another_goes_on_where_it_stopped(
    desks: Callable[[], Workshop],
) -> None:
    first, second = desks(), desks()
    campaign = first.confirm(10)
    first.run(campaign)
    with first.database.read() as connection:
        messages = (
            connection.exec_driver_sql("SELECT message_id FROM sent ORDER BY recipient_id").scalars().all()
        )
    first.gateway.feed.extend(
        Receipt(number, message, "sms", "0", "DELIVRD", BEGIN + number)
        for number, message in enumerate(messages, 1)
    )
    ours, theirs = first.worker().receipts, second.worker().receipts
    assert ours.poll() == 10
    first.gateway.feed.append(Receipt(11, messages[0], "exposed", "0", "", BEGIN))
    assert theirs.poll() == 0, "the first reads them"
    first.database.close()
    assert _soon(theirs.poll) == 1, "from the cursor the first had moved"
    assert second.ledger.funnel(campaign, BEGIN).total.delivered == 10
