# SPDX-License-Identifier: Apache-2.0
"""Reports count the ledger itself: every line adds up, receipts move them, what cannot change is counted once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from koodesk import paths
from koodesk.backend.operations.reports import Reports
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.ports.reports import CarrierDay, SentTask
from koodesk.backend.storage.reports_step import REPORTS_4
from koodesk.backend.storage.stores.reports import SqlReportStore
from koodesk.domain.access import read_access_rules
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Refused
from koodesk.domain.receipt import TIMEOUT_MS
from koodesk.domain.report import Counts, ReportBy, ReportFilter, day_number, day_of
from tests.backend.sending.workshop import (
    Workshop,
    add_audience,
    add_video_audience,
    open_workshop,
    video_snapshot,
)

RULES = paths.resources() / "rules"
COUNT = 30


class CountingStore(SqlReportStore):
    """The real store, which remembers the tasks it counted."""

    counted: list[int]

    def counts(self, task: SentTask, timed_out_before_ms: int) -> tuple[CarrierDay, ...]:
        """Count, and remember."""
        self.counted.append(task.id)
        return super().counts(task, timed_out_before_ms)


@dataclass
class Office:
    """A ledger with one video SMS to thirty numbers, sent, and its reports."""

    workshop: Workshop
    store: CountingStore
    reports: Reports
    campaign: int

    def messages(self) -> list[str]:
        """Return the ids of the messages, in the order of the recipients."""
        with self.workshop.database.read() as connection:
            found = connection.exec_driver_sql("SELECT message_id FROM sent ORDER BY recipient_id").fetchall()
        return [row[0] for row in found]

    def report(self, *messages: str, status: str = "0", kind: str = "sms", first: int = 1) -> None:
        """Let status reports come in."""
        now = self.workshop.clock.now_ms()
        receipts = [
            Receipt(first + place, message, kind, status, "DELIVRD" if status == "0" else "M2:0045", now)
            for place, message in enumerate(messages)
        ]
        self.workshop.ledger.take("scripted", receipts, first + len(messages))


def reports_of(workshop: Workshop, policies: tuple[str, ...] = ()) -> tuple[CountingStore, Reports]:
    """Return reports on a workshop's ledger, and their store."""
    rules = read_access_rules((RULES / "access.toml").read_text("utf-8"))
    principal = rules.principal("someone", policies) if policies else rules.local_owner()
    store = CountingStore(workshop.database)
    store.counted = []
    return store, Reports(Access(rules, principal), store, workshop.clock.now_ms)


def send_video(workshop: Workshop) -> int:
    """Confirm a video SMS to thirty numbers of three carriers; return the campaign's id."""
    add_video_audience(workshop.database, COUNT)
    changes = {"gateway": workshop.gateway.name, "gateway_class": workshop.gateway.klass.value}
    text = encode(
        video_snapshot("v1", COUNT, name="新车上市", video_template_id=7, video_name="新车视频", **changes)
    )
    return workshop.ledger.create(digest_of(text), text, workshop.clock.now_ms(), "tester")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    workshop = open_workshop(tmp_path)
    campaign = send_video(workshop)
    workshop.run(campaign)
    store, reports = reports_of(workshop)
    yield Office(workshop, store, reports, campaign)
    workshop.database.close()


@pytest.mark.both_databases
def test_receipts_move_the_counts_and_every_line_adds_up(office: Office) -> None:
    assert office.reports.video().total == Counts(total=COUNT, waiting=COUNT)
    messages = office.messages()
    office.report(*messages[:20])
    office.report(*messages[20:25], status="1", first=100)
    office.report(messages[0], kind="reply", status="R", first=200)
    report = office.reports.video()
    assert report.total == Counts(COUNT, 20, 5, 0, 5, 1)
    assert [(line.name, line.counts) for line in report.lines] == [("新车上市", report.total)]
    assert report.tasks == ((office.campaign, "新车上市"),)
    assert report.templates == ((7, "新车视频"),)
    for by in ReportBy:
        lines = office.reports.video(by).lines
        assert sum((line.counts for line in lines), Counts()) == report.total
    assert [(line.key, line.counts.total) for line in office.reports.video(ReportBy.CARRIER).lines] == [
        ("cmcc", 16),
        ("cucc", 7),
        ("ctcc", 7),
    ]
    assert [line.name for line in office.reports.video(ReportBy.TEMPLATE).lines] == ["新车视频"]


def test_no_report_within_72_hours_is_a_timeout_until_a_late_one_comes(office: Office) -> None:
    office.report(*office.messages()[:29])
    office.workshop.clock.forward(TIMEOUT_MS + 60_000)
    assert office.reports.video().total == Counts(COUNT, 29, 0, 1)
    office.report(office.messages()[29], first=500)
    assert office.reports.video().total == Counts(COUNT, COUNT)


def test_a_task_nothing_is_waited_for_is_counted_once(office: Office) -> None:
    office.reports.video()
    office.reports.video()
    assert office.store.counted == [office.campaign] * 2  # what is waited for may run out of time
    office.report(*office.messages())
    office.reports.video()
    office.reports.video(ReportBy.DAY)
    assert office.store.counted == [office.campaign] * 3
    office.report(office.messages()[0], status="1", first=900)
    assert office.store.counted == [office.campaign] * 3
    office.reports.video()
    assert office.store.counted == [office.campaign] * 4  # a receipt came: it may have changed


def test_an_answer_from_before_the_send_counts_for_the_day_it_was_confirmed(office: Office) -> None:
    day = 86_400_000
    with office.workshop.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER sent_no_update")
        connection.exec_driver_sql(
            "UPDATE sent SET outcome = 'refused', message_id = NULL, code = 'opted_out', at_ms = at_ms - ? "
            "WHERE recipient_id IN (SELECT recipient_id FROM sent LIMIT 2)",
            (3 * day,),
        )
        connection.exec_driver_sql("DELETE FROM report_count")
        connection.exec_driver_sql(
            next(one for one in REPORTS_4 if one.startswith("INSERT INTO report_count"))
        )
    report = office.reports.video(ReportBy.DAY)
    assert len(report.lines) == 1
    assert (report.total.total, report.total.failed) == (COUNT, 2)


def test_filters_leave_what_they_say(office: Office) -> None:
    today = day_of(day_number(office.workshop.clock.now_ms()))
    total = office.reports.video(where=ReportFilter(first_day=today, last_day=today)).total
    assert total.total == COUNT
    assert office.reports.video(where=ReportFilter(carrier=Carrier.CTCC)).total.total == 7
    for where in (
        ReportFilter(task=office.campaign + 1),
        ReportFilter(template=8),
        ReportFilter(carrier=Carrier.OVERSEA),
        ReportFilter(last_day=day_of(day_number(office.workshop.clock.now_ms()) - 1)),
    ):
        report = office.reports.video(where=where)
        assert (report.lines, report.total) == ((), Counts())
        assert report.tasks == ((office.campaign, "新车上市"),)  # what one may choose stays


def test_smart_messages_and_test_sends_are_not_in_it(office: Office) -> None:
    add_audience(office.workshop.database, 5, audience_id=2)
    office.workshop.confirm(5, audience=False, audience_id=2, uuid="u2")
    assert office.reports.video().tasks == ((office.campaign, "新车上市"),)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_has_the_lines_and_their_sum_and_no_formula(
    office: Office, tmp_path: Path, suffix: str
) -> None:
    office.report(*office.messages()[:15])
    path = tmp_path / f"报表{suffix}"
    headings = {"name": "=名称", "sum": "合计", "total": "总数"}
    prepared = office.reports.prepare_video({"by": "task", "headings": headings, "title": "报表"})
    assert prepared.formats == (".xlsx", ".csv")  # nobody brought what makes a PDF
    assert prepared.write(path, silent, never) == 1
    if suffix == ".csv":
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    else:
        rows = [
            [str(c.value if c.value is not None else "") for c in row]
            for row in load_workbook(path).active.rows
        ]
    assert rows[0][:2] == ["'=名称", "总数"]
    assert rows[1] == ["新车上市", "30", "15", "0", "0", "15", "0", "100.00%"]
    assert rows[2] == ["合计", *rows[1][1:]]
    assert list(tmp_path.glob(".*part")) == []


def test_another_kind_of_file_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        office.reports.prepare_video({"by": "task"}).write(tmp_path / "report.exe", silent, never)
    assert [p.code for p in refused.value.problems] == ["export.kind"]
    assert not (tmp_path / "report.exe").exists()


def test_a_count_can_be_cancelled(office: Office) -> None:
    with pytest.raises(Refused) as refused:
        office.reports.video(cancel=lambda: True)
    assert [p.code for p in refused.value.problems] == ["report.cancelled"]


def test_rights_are_asked_for(office: Office) -> None:
    _, readers = reports_of(office.workshop, ("KooMessage Basic Edition ReadOnlyAccess",))
    assert readers.video().total.total == COUNT
    _, others = reports_of(office.workshop, ("RTC Administrator",))
    with pytest.raises(Refused) as refused:
        others.video()
    assert [p.code for p in refused.value.problems] == ["access.denied"]


@pytest.mark.both_databases
def test_plain_sms_have_a_report_of_their_own(office: Office) -> None:
    workshop = office.workshop
    add_video_audience(workshop.database, COUNT, 2)
    changes = {"gateway": workshop.gateway.name, "gateway_class": workshop.gateway.klass.value}
    text = encode(
        video_snapshot(
            "p1",
            COUNT,
            name="会员日",
            audience_id=2,
            kind="plain",
            params=("p_1",),
            sms_template="5",
            sms_text="${1}",
            **changes,
        )
    )
    sent = workshop.ledger.create(digest_of(text), text, workshop.clock.now_ms(), "tester")
    workshop.run(sent)
    before = office.reports.video()
    report = office.reports.plain(ReportBy.CARRIER)
    assert report.total == Counts(total=COUNT, waiting=COUNT)
    assert [line.key for line in report.lines] == ["cmcc", "cucc", "ctcc"]
    assert (report.tasks, before.tasks) == (((sent, "会员日"),), ((office.campaign, "新车上市"),))
    office.report(*office.messages()[COUNT : COUNT + 20])
    office.report(*office.messages()[COUNT + 20 :], status="1", first=100)
    assert office.reports.plain().total == Counts(total=COUNT, success=20, failed=10)
    assert office.reports.plain(where=ReportFilter(task=office.campaign)).total == Counts()
    assert office.reports.video().total == before.total
    _, basic = reports_of(workshop, ("KooMessage Basic Edition CommonOperations",))
    with pytest.raises(Refused, match=r"access\.denied"):
        basic.plain()
