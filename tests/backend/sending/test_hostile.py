# SPDX-License-Identifier: Apache-2.0
"""What would send a message twice, lose it or report it wrongly, met one by one: each was a hole once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    GatewayClass,
    NotSent,
    NumberResult,
    Outcome,
    Receipt,
    ReceiptPage,
    Unknown,
)
from koodesk.backend.ports.progress import Progress
from koodesk.backend.ports.sending import Job
from koodesk.backend.sending.fence import Fence
from koodesk.backend.sending.receiving import ReceiptReader
from koodesk.backend.sending.settling import settle_outcome
from koodesk.backend.storage.stores import sending_create
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.testing import FixedClock, ScriptedGateway, accept_all, lost
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.problem import Refused, problem
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MS
from koodesk.domain.send_state import CampaignMove
from tests.backend.sending.workshop import FIRST_NUMBER, Workshop, add_audience, open_workshop, snapshot

MIDNIGHT = 20_600 * DAY_MS - BEIJING_OFFSET_MS
HOUR, MINUTE = 3_600_000, 60_000


def turns(workshop: Workshop, count: int) -> None:
    """Run a worker for so many turns, whatever it waits for."""
    worker = workshop.worker()
    with worker._running():
        for _ in range(count):
            worker._dispatcher.turn()


def opted_out(workshop: Workshop) -> list[int]:
    """Return who gets no more."""
    with workshop.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT number FROM opt_out ORDER BY number").fetchall()
    return [row[0] for row in rows]


# --- steering ----------------------------------------------------------------------------------------------------


def test_a_stop_ends_although_what_was_in_flight_never_left(workshop: Workshop) -> None:
    campaign = workshop.confirm(50)

    def stopped_meanwhile(_batch: Batch) -> Outcome:
        workshop.ledger.move(campaign, CampaignMove.STOP, workshop.clock.now_ms(), by="person")
        return NotSent("connection_refused")

    workshop.gateway.will(stopped_meanwhile)
    turns(workshop, 30)
    assert workshop.state(campaign) == "stopped"
    assert workshop.counts(campaign).get("pending", 0) == 0


def test_what_waited_for_a_sender_does_not_leave_after_hours(tmp_path: Path) -> None:
    clock = FixedClock(MIDNIGHT + 20 * HOUR + 58 * MINUTE, tick_ms=1)
    workshop = open_workshop(tmp_path, ScriptedGateway(clock=clock))
    campaign = workshop.confirm(50, promotion=True, window_start=480, window_end=1260)

    def stopped_for_minutes(batch: Batch) -> Outcome:
        clock.forward(10 * MINUTE)
        return accept_all(batch)

    workshop.gateway.will(stopped_for_minutes)
    turns(workshop, 20)
    assert len(workshop.gateway.calls) == 1
    assert workshop.counts(campaign) == {"accepted": 10, "pending": 40}
    workshop.database.close()


def test_a_clock_set_back_does_not_hold_a_chunk_for_a_day(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)

    def then_the_clock_goes_back(_batch: Batch) -> Outcome:
        workshop.clock.jump(-DAY_MS)
        return NotSent("busy", 1_000)

    workshop.gateway.will(NotSent("busy", 1_000), NotSent("busy"), then_the_clock_goes_back)
    turns(workshop, 400)
    assert workshop.counts(campaign) == {"accepted": 30}


def test_a_busy_database_is_no_changed_campaign(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = workshop.confirm(30)
    real, times = SqlLedger.jobs, 0

    def busy_once(self: SqlLedger, campaign_id: int, state: str, limit: int, now_ms: int) -> tuple[Job, ...]:
        nonlocal times
        times += 1
        if times == 1:
            raise Refused(problem("storage.busy", file="koodesk.db", seconds=15))
        return real(self, campaign_id, state, limit, now_ms)

    monkeypatch.setattr(SqlLedger, "jobs", busy_once)
    workshop.run(campaign)
    assert workshop.state(campaign) == "finished"


def test_outcomes_that_cannot_be_stored_at_once_are_stored_later(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full after the gateway accepted, and while the worker ends."""
    campaign = workshop.confirm(10)
    real, failed = SqlLedger.turn, 0

    def full(self: SqlLedger, settled: Sequence[object], *rest: object) -> frozenset[int]:
        nonlocal failed
        if settled and failed < 3:
            failed += 1
            raise Refused(problem("storage.disk_full", file="koodesk.db"))
        return real(self, settled, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(SqlLedger, "turn", full)
    worker = workshop.worker()
    with worker._running():
        while not workshop.gateway.accepted:
            worker._turn(threading.Event())
    assert workshop.counts(campaign) == {"accepted": 10}
    assert failed == 3
    assert len(workshop.gateway.calls) == 1


# --- answers -----------------------------------------------------------------------------------------------------


def test_an_answer_that_makes_no_sense_is_an_unknown_outcome(workshop: Workshop) -> None:
    campaign = workshop.confirm(30)

    def nonsense(_batch: Batch) -> Outcome:
        return Answered((NumberResult([1], True, "m"),))  # type: ignore[arg-type]  # that is the point

    workshop.gateway.will(nonsense)
    turns(workshop, 60)
    # The gateway keeps its answer; the worker neither hangs nor takes it for anything.
    assert workshop.counts(campaign) == {"accepted": 20, "unknown": 10}


# --- receipts ----------------------------------------------------------------------------------------------------


class Reset(ScriptedGateway):
    """A gateway that says where its feed ends, as the engine does."""

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return the feed by position, and its end."""
        page = super().receipts(after, limit)
        return ReceiptPage(page.items, page.next, last=len(self.feed))


def test_receipts_of_an_engine_that_began_anew_are_read_from_the_start(tmp_path: Path) -> None:
    gateway = Reset(clock=FixedClock(tick_ms=50))
    workshop = open_workshop(tmp_path, gateway)
    campaign = workshop.confirm(10)
    workshop.run(campaign)
    workshop.ledger.take(gateway.name, [], 5_000)
    (key, number) = gateway.accepted[0]
    gateway.feed.append(Receipt(9, f"{key}:{number}", "sms", "0", "", workshop.clock.now_ms()))
    reader = ReceiptReader(workshop.ledger, gateway)
    for _ in range(3):
        reader.poll()
    assert workshop.ledger.cursor(gateway.name) == 1
    assert workshop.ledger.funnel(campaign, workshop.clock.now_ms()).total.delivered == 1
    assert reader.resets == 1
    workshop.database.close()


def test_a_campaign_with_unclear_chunks_asks_when_the_engine_began_anew(tmp_path: Path) -> None:
    """Another engine does not know our keys: sending again might be the second time."""
    workshop = open_workshop(tmp_path, Reset(clock=FixedClock(tick_ms=50)))
    campaign = workshop.confirm(10)
    now = workshop.clock.now_ms()
    workshop.ledger.take(workshop.gateway.name, [], 5_000)
    workshop.ledger.move(campaign, CampaignMove.START, now)
    workshop.ledger.turn([], workshop.ledger.jobs(campaign, "planned", 1, now), now, "dead")
    workshop.ledger.adopt_orphans("new", now)
    ReceiptReader(workshop.ledger, workshop.gateway).poll()
    row = workshop.ledger.campaign(campaign)
    assert (row.state, row.reason, row.unknown) == ("needs_decision", "gateway_reset", 10)
    assert "campaign.gateway_reset" in [event.code for event in workshop.ledger.events(campaign, 0, 50)]
    workshop.database.close()


def test_one_bad_page_does_not_end_the_reader(workshop: Workshop) -> None:
    stop = threading.Event()
    asked: list[int] = []

    class Broken(ScriptedGateway):
        def receipts(self, after: int, limit: int) -> ReceiptPage:
            asked.append(after)
            if len(asked) == 1:
                raise RuntimeError("a bug of the gateway")
            stop.set()
            return ReceiptPage((), after)

    reader = ReceiptReader(workshop.ledger, Broken(), unreachable_seconds=0.0)
    reader.run(stop)
    assert len(asked) == 2


@pytest.mark.parametrize(("status", "code"), [("R", ""), ("", " r "), ("退订", "")])
def test_who_replies_r_is_opted_out(workshop: Workshop, status: str, code: str) -> None:
    campaign = workshop.confirm(10)
    workshop.run(campaign)
    key, number = workshop.gateway.accepted[3]
    workshop.ledger.take("scripted", [Receipt(1, f"{key}:{number}", "reply", status, code, 5)], 1)
    assert opted_out(workshop) == [number]


def test_a_reply_that_is_early_opts_out_as_well(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    now = workshop.clock.now_ms()
    workshop.ledger.move(campaign, CampaignMove.START, now)
    job = workshop.ledger.jobs(campaign, "planned", 1, now)[0]
    workshop.ledger.turn([], [job], now, "o")
    outcome = workshop.gateway.send(job.batch)
    key, number = workshop.gateway.accepted[3]
    workshop.ledger.take("scripted", [Receipt(1, f"{key}:{number}", "reply", "R", "", 5)], 1)
    assert opted_out(workshop) == []
    workshop.ledger.turn([settle_outcome(job, outcome, GatewayClass.IDEMPOTENT, now)], [], now, "o")
    assert opted_out(workshop) == [number]


# --- who opted out between confirmation and sending -------------------------------------------------------------


def replies_r(workshop: Workshop, numbers: Sequence[int], receipt_id: int = 1) -> None:
    """Let people who got the first campaign reply R."""
    keys = {number: key for key, number in workshop.gateway.accepted}
    workshop.ledger.take(
        "scripted",
        [
            Receipt(receipt_id + i, f"{keys[number]}:{number}", "reply", "R", "", 5)
            for i, number in enumerate(numbers)
        ],
        1,
    )


def test_who_opts_out_before_the_message_leaves_gets_none(workshop: Workshop) -> None:
    first = workshop.confirm(30)
    workshop.run(first)
    second = workshop.confirm(30, audience=False, uuid="u2")
    leavers = [FIRST_NUMBER, *range(FIRST_NUMBER + 20, FIRST_NUMBER + 30)]
    replies_r(workshop, leavers)
    sent_before = len(workshop.gateway.accepted)
    workshop.gateway.will(NotSent("busy"), lost(accept_all))
    workshop.run(second)
    assert not {n for _, n in workshop.gateway.accepted[sent_before:]} & set(leavers)
    assert workshop.counts(second) == {"accepted": 19, "refused": 11}
    assert workshop.state(second) == "finished"
    assert workshop.ledger.campaign(second).to_send == 30


def test_who_opts_out_between_choosing_and_leaving_gets_none(workshop: Workshop) -> None:
    first = workshop.confirm(10)
    workshop.run(first)
    second = workshop.confirm(10, audience=False, uuid="u2")
    now = workshop.clock.now_ms()
    workshop.ledger.move(second, CampaignMove.START, now)
    job = workshop.ledger.jobs(second, "planned", 1, now)[0]
    replies_r(workshop, [FIRST_NUMBER + 3])
    assert workshop.ledger.turn([], [job], now, "o") == frozenset(), "the bytes in hand name a leaver"
    again = workshop.ledger.jobs(second, "planned", 1, now)[0]
    assert FIRST_NUMBER + 3 not in again.batch.numbers
    assert workshop.ledger.turn([], [again], now, "o") == {again.chunk_id}


def test_an_unclear_chunk_keeps_its_bytes_when_somebody_opts_out_later(workshop: Workshop) -> None:
    first = workshop.confirm(10)
    workshop.run(first)
    second = workshop.confirm(10, audience=False, uuid="u2")

    def then_somebody_leaves(batch: Batch) -> Outcome:
        replies_r(workshop, [FIRST_NUMBER + 3])
        return accept_all(batch)

    workshop.gateway.will(lost(then_somebody_leaves))
    workshop.run(second)
    payloads = {batch.digest for batch in workshop.gateway.calls if batch.key.startswith("u2")}
    assert len(payloads) == 1
    assert workshop.counts(second) == {"accepted": 10}


# --- beside the database -----------------------------------------------------------------------------------------


def test_a_generation_that_cannot_be_written_is_a_refusal(workshop: Workshop, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(Refused) as refused:
        Fence(blocked / "worker.generation").enter(workshop.ledger)
    assert refused.value.problems[0].code == "storage.not_writable"


# --- confirming --------------------------------------------------------------------------------------------------


def test_ids_of_campaigns_written_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    workshop = open_workshop(tmp_path)
    for audience in (1, 2, 3):
        add_audience(workshop.database, 25_000, audience)
    made: dict[str, int] = {}

    def confirm(place: int) -> None:
        made[f"u{place}"] = workshop.confirm(
            25_000, audience=False, uuid=f"u{place}", audience_id=place, chunk_size=1_000
        )

    threads = [threading.Thread(target=confirm, args=(place,)) for place in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made.values())) == 3
    for campaign in made.values():
        assert workshop.counts(campaign) == {"pending": 25_000}
    workshop.database.close()


def test_a_timeout_after_a_refusal_is_settled_by_the_first_answer(workshop: Workshop) -> None:
    campaign = workshop.confirm(10)
    workshop.gateway.will(Unknown("http_502"), NotSent("busy"))
    workshop.run(campaign)
    assert workshop.counts(campaign) == {"accepted": 10}


WRITER = """
import sys, time
from pathlib import Path
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.domain.campaign import digest_of
ledger = SqlLedger(Database(Path(sys.argv[1])))
text = Path(sys.argv[2]).read_text("utf-8")
def told(progress):
    print(progress.done, flush=True)
    if sys.argv[3] == "hang" and progress.done:
        time.sleep(1_000)
print("id", ledger.create(digest_of(text), text, 0, "other", told), flush=True)
"""


def writer(workshop: Workshop, text: Path, how: str) -> subprocess.Popen[str]:
    """Confirm the same campaign in another process; with "hang" it stands still after its first slice."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(workshop.database.path), str(text), how],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[3],
    )


@pytest.fixture
def prepared(workshop: Workshop, tmp_path: Path) -> Path:
    """Return the file of a snapshot to 25,000 recipients, which take several slices."""
    add_audience(workshop.database, 25_000)
    path = tmp_path / "snapshot.json"
    path.write_text(encode(snapshot("u1", 25_000, chunk_size=1_000)), "utf-8")
    return path


def rows_left(workshop: Workshop) -> tuple[int, ...]:
    with workshop.database.read() as connection:
        return tuple(
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("campaign", "recipient", "chunk")
        )


def test_two_processes_that_confirm_the_same_make_one_campaign(workshop: Workshop, prepared: Path) -> None:
    with writer(workshop, prepared, "go") as one, writer(workshop, prepared, "go") as two:
        told = {process.communicate(timeout=60)[0].splitlines()[-1] for process in (one, two)}
    assert len(told) == 1
    (row,) = workshop.ledger.campaigns(tests=True, limit=10)
    assert told == {f"id {row.id}"}
    assert workshop.counts(row.id) == {"pending": 25_000}
    assert rows_left(workshop) == (1, 25_000, 25)


def test_what_a_killed_confirmation_left_is_seen_by_nobody_and_goes(
    workshop: Workshop, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writer(workshop, prepared, "hang") as dead:
        assert dead.stdout is not None
        while dead.stdout.readline() == "0\n":
            continue
        assert rows_left(workshop)[0] == 1
        assert workshop.ledger.campaigns(tests=True, limit=10) == ()
        assert workshop.ledger.live() == ()
        with pytest.raises(Refused):
            workshop.ledger.move(1, CampaignMove.PAUSE, 0)
        assert workshop.ledger.clean() == 0, "it may be alive"
        dead.kill()
    monkeypatch.setattr(sending_create, "SILENT_MS", -1)
    assert workshop.ledger.clean() == 1
    assert rows_left(workshop) == (0, 0, 0)
    text = prepared.read_text("utf-8")
    campaign = workshop.ledger.create(digest_of(text), text, 0, "again")
    assert workshop.counts(campaign) == {"pending": 25_000}


def test_a_writer_that_was_taken_for_dead_finishes_nothing(
    workshop: Workshop, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = prepared.read_text("utf-8")
    taken: list[int] = []

    def somebody_else(_progress: Progress) -> None:
        if not taken:
            taken.append(0)
            with monkeypatch.context() as patched:
                patched.setattr(sending_create, "SILENT_MS", -1)
                SqlLedger(workshop.database).clean()

    with pytest.raises(Refused):
        workshop.ledger.create(digest_of(text), text, 0, "slow", somebody_else)
    assert rows_left(workshop) == (0, 0, 0)


def test_who_opts_out_while_a_campaign_is_written_is_found(workshop: Workshop, prepared: Path) -> None:
    text = prepared.read_text("utf-8")

    def opts_out(_progress: Progress) -> None:
        with workshop.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO opt_out (number, signature, at_ms) VALUES (?, '雅居', 0)",
                (FIRST_NUMBER,),
            )

    with pytest.raises(Refused) as refused:
        workshop.ledger.create(digest_of(text), text, 0, "Li", opts_out)
    assert refused.value.problems[0].code == "campaign.changed"
    assert rows_left(workshop) == (0, 0, 0)
