# SPDX-License-Identifier: Apache-2.0
"""The queue of a team: jobs come with their campaign, are found again when they are lost, and never send anything themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from procrastinate.schema import SchemaManager

from koodesk.backend.ports.gateway import NotSent, Receipt
from koodesk.backend.sending.dispatcher import WorkerOptions
from koodesk.backend.sending.seats import Seats
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.postgres import queue_worker
from koodesk.backend.storage.postgres.job_worker import JobWorker
from koodesk.backend.storage.postgres.jobs import RECEIVE, SEND, Work, missing
from koodesk.backend.storage.stores.workers import SqlWorkers
from koodesk.backend.testing import accept_all
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import PATIENT, Workshop

PATIENCE_SECONDS = 60.0


READS = Work(RECEIVE, 0, "local")
SENDS = Work(SEND, 7, "local")


@pytest.mark.parametrize(
    ("planned", "workers", "there", "lacks"),
    [
        ({}, 1, [], [READS]),
        ({}, 1, [(READS, "todo")], []),
        ({}, 3, [(READS, "doing")], []),
        ({7: 1}, 1, [(READS, "doing")], [SENDS]),
        ({7: 0}, 1, [(READS, "doing")], [SENDS]),  # what is unknown is asked about
        ({7: 9}, 1, [(READS, "doing"), (SENDS, "todo")], []),
        ({7: 9}, 1, [(READS, "doing"), (SENDS, "doing")], []),
        ({7: 9}, 2, [(READS, "doing"), (SENDS, "doing")], [SENDS]),
        ({7: 9}, 3, [(READS, "doing"), (SENDS, "doing"), (SENDS, "todo")], []),  # one by one
        ({7: 9}, 2, [(READS, "doing"), (SENDS, "doing"), (SENDS, "doing")], []),
        ({7: 4}, 2, [(READS, "doing"), (SENDS, "doing")], []),  # no more than one holds at once
        ({7: 5}, 2, [(READS, "doing"), (SENDS, "doing")], [SENDS]),
        ({7: 9}, 0, [], []),  # nobody is there to take it
        ({7: 1}, 0, [], []),
    ],
)
def test_what_the_queue_lacks(
    planned: Mapping[int, int], workers: int, there: list[tuple[Work, str]], lacks: list[Work]
) -> None:
    assert missing(planned, "local", [(work.key, status) for work, status in there], workers) == lacks


def test_a_job_comes_with_its_campaign_or_not_at_all(desks: Callable[[], Workshop]) -> None:
    desk = desks()
    campaign = desk.confirm(20, chunk_size=10)
    assert _queue(desk) == [("send", campaign, "todo")]
    with suppress(KeyboardInterrupt), desk.database.write() as connection:
        desk.database.announce_campaign(connection, 99, "scripted")
        raise KeyboardInterrupt
    assert _queue(desk) == [("send", campaign, "todo")]


def test_who_has_no_job_sends_nothing(desks: Callable[[], Workshop]) -> None:
    desk = desks()
    campaign = desk.confirm(20, chunk_size=10)
    desk.ledger.move(campaign, CampaignMove.START, desk.clock.now_ms())
    seats, ended = Seats(), threading.Event()
    worker = _worker(desk, seats)
    with worker._running():
        for _ in range(5):
            worker._turn(threading.Event())
        assert desk.gateway.calls == []
        assert seats.sendable == {campaign: 2}
        assert seats.take(campaign, ended.set)
        assert not seats.take(campaign, ended.set), "one seat a campaign"
        _until(lambda: worker._turn(threading.Event()) and ended.is_set())
    assert desk.counts(campaign) == {"accepted": 20}


def test_two_workers_share_a_campaign_by_jobs(desks: Callable[[], Workshop]) -> None:
    first, second = desks(), desks()
    campaign = first.confirm(120, chunk_size=2)
    # Each call waits until the other worker has joined: one alone could send all of it before the other looks.
    both = threading.Event()
    first.gateway.will(lambda batch: accept_all(batch) if both.wait(PATIENCE_SECONDS) else NotSent("late"))
    with _at_work(first), _at_work(second):
        _until(lambda: len([job for job in _queue(first) if job[:2] == ("send", campaign)]) == 2)
        _until(lambda: _queue(first).count(("send", campaign, "doing")) == 2)
        both.set()
        _until(lambda: first.state(campaign) == "finished")
        _until(lambda: _queue(first) == [("receive", 0, "doing")])
    assert first.counts(campaign) == {"accepted": 120}
    assert (len(first.gateway.accepted), first.gateway.twice()) == (120, [])


@pytest.mark.parametrize("state", ["todo", "doing"])
def test_a_job_that_was_deleted_is_found_again(desks: Callable[[], Workshop], state: str) -> None:
    """Before anybody took it, and while it runs; then the worker that runs it ends, and another goes on."""
    first, second = desks(), desks()
    campaign = first.confirm(40, chunk_size=1)
    if state == "todo":
        _delete(first)
        with _at_work(second):
            _until(lambda: first.state(campaign) == "finished")
    else:
        goes_on = threading.Event()
        first.gateway.will(
            lambda batch: accept_all(batch) if goes_on.wait(PATIENCE_SECONDS) else NotSent("late")
        )
        with _at_work(first):
            _until(lambda: first.gateway.calls and ("send", campaign, "doing") in _queue(first))
            _delete(first)
            goes_on.set()
        with _at_work(second):
            _until(lambda: first.state(campaign) == "finished")
    assert first.counts(campaign) == {"accepted": 40}
    assert first.gateway.twice() == []


def test_a_job_that_runs_twice_sends_nothing_twice(desks: Callable[[], Workshop]) -> None:
    first, second = desks(), desks()
    campaign = first.confirm(60, chunk_size=2)
    for _ in range(3):  # somebody put the queue back from a dump, say
        with first.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) "
                "SELECT queue_name, task_name, args FROM procrastinate_jobs ORDER BY id LIMIT 1"
            )
    with _at_work(first), _at_work(second):
        _until(lambda: first.state(campaign) == "finished")
        _until(lambda: _queue(first) == [("receive", 0, "doing")])
    assert first.counts(campaign) == {"accepted": 60}
    assert first.gateway.twice() == []


def test_jobs_of_a_worker_that_is_gone_go_to_another_at_once(desks: Callable[[], Workshop]) -> None:
    """Its heart beats for another hour, its lock is free: nobody waits for half a minute. A worker whose lock is held keeps its
    jobs."""
    first, second, third = desks(), desks(), desks()
    campaign = first.confirm(40, chunk_size=1)
    lives, dead = SqlWorkers(third.database), SqlWorkers(first.database)
    with first.database.write() as connection:
        numbers = [
            connection.exec_driver_sql(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 hour') RETURNING id"
            ).scalar_one()
            for _ in range(2)
        ]
        connection.exec_driver_sql(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = ?", (numbers[0],)
        )
        connection.exec_driver_sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, lock, queueing_lock) "
            "VALUES (?, ?, '{\"number\": 0}', 'doing', ?, ?, ?)",
            ("koodesk-scripted", RECEIVE, numbers[1], *2 * (Work(RECEIVE, 0, "scripted").key,)),
        )
    dead.arrive("dead", "here", 1, "scripted", 1)
    dead.on_queue("dead", numbers[0])
    lives.arrive("lives", "there", 2, "scripted", 2)
    lives.on_queue("lives", numbers[1])
    assert [(one.name, one.alive) for one in lives.workers()] == [("dead", True), ("lives", True)]
    first.database.close()  # as the end of its process ends its connections
    _until(lambda: [one.alive for one in lives.workers()] == [False, True])
    with _at_work(second):
        _until(lambda: second.state(campaign) == "finished")
        assert ("receive", 0, "doing") in _queue(second)
        _until(lambda: "dead" not in [one.name for one in lives.workers()])
    with second.database.read() as connection:
        left = connection.exec_driver_sql("SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing'")
        assert left.scalars().all() == [numbers[1]], "who lives keeps what it does"
    assert second.gateway.twice() == []


@pytest.fixture
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hearts are looked at twice a second: what a worker does when its own is missed is the same."""
    monkeypatch.setattr(queue_worker, "RESCUE_SECONDS", 0.5)
    monkeypatch.setattr(queue_worker, "LOOK_SECONDS", 0.3)


@pytest.mark.usefixtures("_looks_often")
def test_a_worker_that_others_took_for_dead_begins_anew(desks: Callable[[], Workshop]) -> None:
    """As after a night in which its machine slept."""
    first = desks()
    with _at_work(first):
        _until(lambda: _queue(first) == [("receive", 0, "doing")])
        with first.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM procrastinate_workers")
        campaign = first.confirm(40, chunk_size=1)
        _until(lambda: first.state(campaign) == "finished")
        with first.database.read() as connection:
            numbers = connection.exec_driver_sql(
                "SELECT count(*) FROM procrastinate_workers p JOIN desk_worker d ON d.queue_id = p.id"
            )
            assert numbers.scalar_one() == 1
    assert first.counts(campaign) == {"accepted": 40}
    assert first.gateway.twice() == []


@pytest.mark.usefixtures("_looks_often")
def test_a_worker_that_was_taken_off_the_list_is_on_it_again(desks: Callable[[], Workshop]) -> None:
    """Its connections broke, its name was free, and others said good-bye for it. What is offered goes by the list: nobody would have
    anything to do again."""
    first = desks()
    with _at_work(first):
        _until(lambda: _queue(first) == [("receive", 0, "doing")])
        campaign = first.confirm(40, chunk_size=1)
        with first.database.write() as connection:
            for table in ("desk_worker", "procrastinate_jobs", "procrastinate_workers"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        _until(lambda: first.state(campaign) == "finished")
        _until(lambda: _queue(first) == [("receive", 0, "doing")])
        assert [one.alive for one in SqlWorkers(first.database).workers()] == [True]
    assert first.counts(campaign) == {"accepted": 40}
    assert SqlWorkers(first.database).workers() == []


def test_who_reads_receipts_no_more_lets_another(desks: Callable[[], Workshop]) -> None:
    """A worker that stood still for long lives on without the job: with the lock it would keep all receipts from everybody."""
    first, second = desks(), desks()
    first.gateway.feed.append(Receipt(1, "nobody's", "sms", "0", "", 1))
    stop = threading.Event()
    reading = threading.Thread(target=_worker(first, Seats()).receipts.run, args=(stop,))
    reading.start()
    _until(lambda: first.ledger.strays() == 1)
    assert not second.ledger.receives("scripted")
    stop.set()
    reading.join()
    assert second.ledger.receives("scripted")


def test_minutes_and_jobs_are_told(desks: Callable[[], Workshop]) -> None:
    desk = desks()
    campaign = desk.confirm(40, chunk_size=10)
    store = SqlWorkers(desk.database)
    (job,) = store.jobs()
    assert (job.task, job.number, job.status, job.worker, job.subject) == (
        "send", campaign, "todo", "", desk.ledger.campaign(campaign).name,
    )  # fmt: skip
    assert abs(job.since_ms - time.time_ns() // 1_000_000) < 600_000
    desk.run(campaign)
    now = desk.clock.now_ms()
    assert sum(one.accepted for one in store.minutes(now - 600_000, now + 60_000)) == 40
    assert store.minutes(now + 60_000, now + 120_000) == []


def test_an_older_queue_is_brought_up_to_date(
    desks: Callable[[], Workshop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step once, in their order."""
    database = desks().database
    (steps := tmp_path / "steps").mkdir()
    for name, words in (
        ("00.01.00_01_old", "CREATE TABLE never_again (id INT)"),
        ("99.00.00_02_then", "INSERT INTO newer VALUES (1); SELECT 1"),
        ("99.00.00_01_first", "CREATE TABLE newer (id INT)"),
    ):
        (steps / f"{name}.sql").write_text(words, "utf-8")
    monkeypatch.setattr(SchemaManager, "get_migrations_path", staticmethod(lambda: str(steps)))
    for _ in range(2):
        database.prepare()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM newer").scalar_one() == 1
        assert connection.exec_driver_sql("SELECT to_regclass('never_again')").scalar_one() is None
        last = connection.exec_driver_sql("SELECT step FROM koodesk_jobs_schema").scalars().all()
    assert last == ["99.00.00_02_then"]


# --- what they share ---------------------------------------------------------------------------------------------


def _worker(desk: Workshop, seats: Seats) -> Worker:
    return Worker(
        desk.ledger,
        desk.gateway,
        clock=desk.clock,
        options=WorkerOptions(senders=2, watch_ms=0, errors=PATIENT),
        seats=seats,
    )


@contextmanager
def _at_work(desk: Workshop) -> Iterator[None]:
    """A worker of a team on threads of this process, until the block ends."""
    seats, stop, workers = Seats(), threading.Event(), SqlWorkers(desk.database)
    worker = _worker(desk, seats)
    workers.arrive(seats.name, "here", 1, "scripted", 1)
    url = desk.database.engine.url.render_as_string(hide_password=False)
    with ExitStack() as ends:
        ends.enter_context(JobWorker(url, "scripted", seats, worker.receipts.run, workers))
        sending = threading.Thread(target=worker.run_forever, args=(stop,))
        sending.start()
        ends.callback(sending.join)
        ends.callback(stop.set)
        yield
    workers.leave(seats.name)


def _queue(desk: Workshop) -> list[tuple[str, int, str]]:
    return [(job.task, job.number, job.status) for job in SqlWorkers(desk.database).jobs()]


def _delete(desk: Workshop) -> None:
    with desk.database.write() as connection:
        deleted = connection.exec_driver_sql("DELETE FROM procrastinate_jobs WHERE task_name = ?", (SEND,))
        assert deleted.rowcount == 1


def _until(true: Callable[[], object]) -> None:
    """Ask until it is true: what other threads and the server do comes when it comes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
