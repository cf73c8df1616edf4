# SPDX-License-Identifier: Apache-2.0
"""Receipts and answers of a team, written beside each other: nobody waits who need not, and nothing is lost between two."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.ports.sending import Job, SentRow, Settlement
from koodesk.backend.storage.stores import (
    sending_dispatch,
    sending_opt_outs,
    sending_receipts,
)
from koodesk.backend.storage.stores.late_counts import LateCounts
from koodesk.backend.storage.stores.receipts_beside import ReadyReceipts, take_known
from koodesk.backend.storage.stores.reports import SqlReportStore
from koodesk.backend.storage.stores.sending_delivery import adopt_strays
from koodesk.domain.problem import Refused
from koodesk.domain.send_state import CampaignMove, ChunkMove
from tests.backend.sending.workshop import Workshop, open_workshop
from tests.databases import TeamServer, on

BEGIN = 1_780_000_000_000
CHUNK = 10


@pytest.fixture
def desk(_team_server: TeamServer, tmp_path: Path) -> Iterator[Workshop]:
    with on(_team_server):
        yield open_workshop(tmp_path)


def _claimed(desk: Workshop, chunks: int) -> tuple[int, list[Job]]:
    """Return a campaign of some chunks with all of them in flight."""
    campaign = desk.confirm(chunks * CHUNK, chunk_size=CHUNK)
    desk.ledger.move(campaign, CampaignMove.START, BEGIN)
    jobs: list[Job] = []
    while len(jobs) < chunks:
        found = desk.ledger.jobs(campaign, "planned", chunks, BEGIN)
        taken = desk.ledger.turn((), found, BEGIN, "me")
        jobs += [job for job in found if job.chunk_id in taken]
    return campaign, sorted(jobs, key=lambda job: job.chunk_no)


def _answer(job: Job) -> Settlement:
    rows = tuple(SentRow(id_, f"m{id_}", "accepted", "", BEGIN) for id_ in _members(job))
    return Settlement(job.chunk_id, job.campaign_id, job.chunk_no, ChunkMove.ACCEPT, rows)


def _members(job: Job) -> range:
    return range(job.first_id, job.first_id + CHUNK)


def _reports(job: Job, kind: str = "sms", status: str = "0", at: int = 0) -> list[Receipt]:
    base = {"sms": 0, "exposed": 1, "reply": 2}[kind] << 32
    return [Receipt(base + id_, f"m{id_}", kind, status, "", BEGIN + at) for id_ in _members(job)]


def _recounts(desk: Workshop, campaign: int) -> dict[str, int]:
    """Return the buckets, and see that they and the counts of reports are what the rows say."""
    assert SqlReportStore(desk.database).recount(silent, never).gaps == ()
    return desk.counts(campaign)


class _Aside(threading.Thread):
    """Something done beside an open transaction."""

    def __init__(self, what: Callable[[], object]) -> None:
        super().__init__()
        self._what = what
        self.start()

    def run(self) -> None:
        self._what()

    def ends(self) -> bool:
        """Wait for its end, or until it waits for a lock."""
        desk_waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while self.is_alive():
            with _looker[0].database.read() as connection:
                if connection.exec_driver_sql(desk_waits).scalar_one():
                    return False
        return True


_looker: list[Workshop] = []


@pytest.fixture(autouse=True)
def _looks(desk: Workshop) -> Iterator[None]:
    _looker.append(desk)
    yield
    _looker.clear()


def _writing(desk: Workshop) -> AbstractContextManager[Connection]:
    return desk.database.write_beside()


def test_a_page_is_taken_while_an_answer_is_being_written(desk: Workshop) -> None:
    campaign, (first, second) = _claimed(desk, 2)
    desk.ledger.turn((_answer(first),), (), BEGIN, "me")
    with _writing(desk) as connection:
        late = LateCounts()
        sending_dispatch.settle(connection, _answer(second), BEGIN, late)
        page = _Aside(lambda: desk.ledger.take("scripted", _reports(first), 1))
        assert page.ends(), "receipts of messages that are known wait for no answer"
        late.put(connection)
    page.join()
    assert desk.ledger.cursor("scripted") == 1
    assert desk.ledger.funnel(campaign, BEGIN).total.delivered == CHUNK
    assert _recounts(desk, campaign) == {"accepted": 2 * CHUNK}


def test_an_answer_is_written_while_a_page_is_being_taken(desk: Workshop) -> None:
    campaign, (first, second) = _claimed(desk, 2)
    desk.ledger.turn((_answer(first),), (), BEGIN, "me")
    with _writing(desk) as connection:
        new, unknown, late = take_known(connection, "scripted", ReadyReceipts(_reports(first)))
        assert (new, unknown) == (CHUNK, frozenset())
        answer = _Aside(lambda: desk.ledger.turn((_answer(second),), (), BEGIN, "other"))
        assert answer.ends(), "a page holds no answer up"
        late.put(connection)
    answer.join()
    assert _recounts(desk, campaign) == {"accepted": 2 * CHUNK}


def test_what_others_count_while_an_answer_is_written_is_counted_once(
    desk: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second half of a chunk's answers comes while a page brings reports of the first. Two looks at the chunk, before and
    after, would either hold the counts, and the page with them, or take its reports for the answer's."""
    campaign, (job,) = _claimed(desk, 1)
    answer, half = _answer(job), CHUNK // 2
    desk.ledger.turn((replace(answer, move=ChunkMove.DOUBT, rows=answer.rows[:half]),), (), BEGIN, "me")
    pages = 0
    adopt = adopt_strays

    def meanwhile(connection: Connection, *span: int, counts: bool) -> None:
        nonlocal pages
        page = _Aside(lambda: desk.ledger.take("scripted", _reports(job)[:half], 1))
        pages += page.ends()
        page.join()
        adopt(connection, *span, counts=counts)

    monkeypatch.setattr(sending_dispatch, "adopt_strays", meanwhile)
    desk.ledger.turn((answer,), (), BEGIN, "me")
    assert pages == 1
    assert _recounts(desk, campaign) == {"accepted": CHUNK}
    assert desk.ledger.funnel(campaign, BEGIN).total.delivered == half


def test_receipts_whose_answer_is_just_being_written_find_it(desk: Workshop) -> None:
    """Neither sees the other's rows: the page waits for the answer, with what nobody knows, and only with that."""
    campaign, (first, second) = _claimed(desk, 2)
    desk.ledger.turn((_answer(first),), (), BEGIN, "me")
    with _writing(desk) as connection:
        late = LateCounts()
        sending_dispatch.settle(connection, _answer(second), BEGIN, late)
        both = [*_reports(first), *_reports(second)]
        page = _Aside(lambda: desk.ledger.take("scripted", both, 7))
        assert not page.ends()
        assert desk.ledger.cursor("scripted") == 0, "not before all of it is stored"
        with desk.database.read() as looking:
            stored = looking.exec_driver_sql("SELECT count(*) FROM receipt").scalar_one()
        assert stored == CHUNK
        late.put(connection)
    page.join()
    assert desk.ledger.cursor("scripted") == 7
    assert desk.ledger.strays() == 0
    assert desk.ledger.funnel(campaign, BEGIN).total.delivered == 2 * CHUNK
    assert _recounts(desk, campaign) == {"accepted": 2 * CHUNK}


def test_the_same_page_taken_twice_at_once_counts_once(desk: Workshop) -> None:
    """A reader that was only cut off, and the one that took over from it."""
    campaign, (job,) = _claimed(desk, 1)
    desk.ledger.turn((_answer(job),), (), BEGIN, "me")
    page = [*_reports(job), *_reports(job, "exposed", at=1)]
    with _writing(desk) as connection:
        _, _, late = take_known(connection, "scripted", ReadyReceipts(page))
        other = _Aside(lambda: desk.ledger.take("scripted", page, 3))
        assert not other.ends()
        late.put(connection)
    other.join()
    assert _recounts(desk, campaign) == {"accepted": CHUNK}
    assert desk.ledger.funnel(campaign, BEGIN).total.delivered == CHUNK


@pytest.mark.parametrize("made_ready", [False, True])
def test_receipts_in_no_order_and_such_as_come_again_are_stored_once_each(
    desk: Workshop, made_ready: bool
) -> None:
    campaign, (job,) = _claimed(desk, 1)
    desk.ledger.turn((_answer(job),), (), BEGIN, "me")
    sms, exposed = _reports(job), _reports(job, "exposed", at=1)
    pages = (
        ([*sms[4:8], *sms[6:8]], 4),  # two of them twice
        ([sms[2], *sms[7:], sms[9]], 3),  # one too late, one again, one twice among the new
        ([*exposed, *sms[:4]], CHUNK + 3),  # the latest before the earliest; one again
        ([*sms, *exposed], 0),
    )
    for cursor, (page, new) in enumerate(pages, 1):
        given = desk.ledger.ready(page) if made_ready else page
        assert list(given) == page
        assert desk.ledger.take("scripted", given, cursor) == new
        assert desk.ledger.cursor("scripted") == cursor
    with desk.database.read() as connection:
        stored = connection.exec_driver_sql("SELECT gateway_receipt_id FROM receipt ORDER BY 1").fetchall()
    assert [row[0] for row in stored] == sorted(one.id for one in (*sms, *exposed))
    assert _recounts(desk, campaign) == {"accepted": CHUNK}
    assert desk.ledger.funnel(campaign, BEGIN).total.delivered == CHUNK


def test_a_page_of_which_half_was_stored_is_taken_again(
    desk: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies between what it stores beside others and what it stores alone."""
    campaign, (first, second) = _claimed(desk, 2)
    desk.ledger.turn((_answer(first),), (), BEGIN, "me")
    page = [*_reports(first), *_reports(second), *_reports(first, "reply", "R")]

    def dies(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending_receipts, "take", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.ledger.take("scripted", page, 9)
    assert desk.ledger.cursor("scripted") == 0
    desk.ledger.turn((_answer(second),), (), BEGIN, "me")
    assert desk.ledger.take("scripted", page, 9) > 0
    assert desk.ledger.cursor("scripted") == 9
    assert desk.ledger.funnel(campaign, BEGIN).total.delivered == 2 * CHUNK
    assert _recounts(desk, campaign) == {"accepted": 2 * CHUNK}
    with desk.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM opt_out").scalar_one() == CHUNK


def test_a_number_that_opts_out_while_its_chunk_is_claimed_is_not_told_apart(desk: Workshop) -> None:
    """Whoever is first wins: a chunk that has just been claimed leaves whole, and nobody says of it what is not so."""
    campaign, _ = _claimed(desk, 1)
    other = desk.confirm(CHUNK, audience=False, uuid="u2", chunk_size=CHUNK)
    desk.ledger.move(other, CampaignMove.START, BEGIN)
    (job,) = desk.ledger.jobs(other, "planned", 1, BEGIN)
    number = job.batch.numbers[0]
    with desk.database.read() as connection:
        signature = connection.exec_driver_sql(
            "SELECT signature FROM campaign WHERE id = ?", (other,)
        ).scalar_one()

    def withhold() -> None:
        with _writing(desk) as beside:
            sending_opt_outs.withhold(beside, number, signature, BEGIN)

    with _writing(desk) as connection:
        assert sending_dispatch.claim(connection, [job], BEGIN, "me") == {job.chunk_id}
        reply = _Aside(withhold)
        assert not reply.ends()
    reply.join()
    desk.ledger.turn((_answer(job),), (), BEGIN, "me")
    assert _recounts(desk, other) == {"accepted": CHUNK}
    assert desk.counts(campaign) == {"in_flight": CHUNK}


@pytest.mark.parametrize("theirs", ["its own", "another's"])
def test_a_message_id_that_comes_twice_is_one_recipients(desk: Workshop, theirs: str) -> None:
    """Written in one go as a rule; where that meets a conflict the first answer stands, and the other stays unknown."""
    campaign, (first, second) = _claimed(desk, 2)
    if theirs == "another's":
        desk.ledger.turn((_answer(first),), (), BEGIN, "me")
    taken = f"m{second.first_id + 1}" if theirs == "its own" else f"m{first.first_id}"
    answer = _answer(second)
    rows = (SentRow(second.first_id, taken, "accepted", "", BEGIN), *answer.rows[1:])
    desk.ledger.turn((replace(answer, rows=rows),), (), BEGIN, "me")
    rest = {"in_flight": CHUNK} if theirs == "its own" else {"accepted": CHUNK}
    left = desk.counts(campaign)
    assert left.pop("unknown") == 1
    assert left.pop("accepted") == CHUNK - 1 + rest.pop("accepted", 0)
    assert left == rest
    assert _recounts(desk, campaign)


@pytest.mark.parametrize("takers", [1, 2])
def test_answers_and_pages_at_once_come_to_the_same_as_one_after_the_other(
    desk: Workshop, takers: int
) -> None:
    """Two workers write answers, others take pages of the same campaign, in part twice and before the answer."""
    campaign, jobs = _claimed(desk, 12)
    failed: list[BaseException] = []

    def doing(what: Callable[[], None]) -> Callable[[], None]:
        def done() -> None:
            try:
                what()
            except Exception as failure:  # noqa: BLE001 - told below, whatever it is
                failed.append(failure)

        return done

    def answers(of: Sequence[Job]) -> None:
        for job in of:
            desk.ledger.turn((_answer(job),), (), BEGIN, "me")

    def pages() -> None:
        for place, job in enumerate(jobs):
            near = jobs[max(0, place - 1) : place + 2]
            page = [r for one in near for r in (*_reports(one), *_reports(job, "exposed", at=2))]
            for _ in range(100):
                try:
                    desk.ledger.take("scripted", page, place)
                except Refused:
                    continue  # two that waited for each other: the server sends one back, and it comes again
                break

    writers = [
        threading.Thread(target=doing(lambda of=jobs[start::2]: answers(of)))  # type: ignore[misc]
        for start in (0, 1)
    ]
    writers += [threading.Thread(target=doing(pages)) for _ in range(takers)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []
    assert desk.ledger.strays() == 0
    assert _recounts(desk, campaign) == {"accepted": 12 * CHUNK}
    with desk.database.read() as connection:
        sums = connection.exec_driver_sql(
            "SELECT sum(success), sum(exposed), sum(exposed_times) FROM report_count"
        ).one()
    assert tuple(sums) == (12 * CHUNK,) * 3
