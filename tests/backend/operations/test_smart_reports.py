# SPDX-License-Identifier: Apache-2.0
"""The report of smart messages on a real ledger: what is in it, its filters, its export, its proof, and whose it is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from koodesk import paths
from koodesk.backend.operations.reports import Reports
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.gateway import Receipt
from koodesk.backend.ports.progress import never, silent
from koodesk.backend.storage.stores.reports import SqlReportStore
from koodesk.domain.access import read_access_rules
from koodesk.domain.problem import Refused, problem
from koodesk.domain.report import day_number, day_of
from koodesk.domain.smart_report import SmartBy, SmartCounts, SmartFilter
from tests.backend.operations.test_reports import send_video
from tests.backend.sending.workshop import Workshop, open_workshop

COUNT = 20
RULES = paths.resources() / "rules"


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """A ledger with one smart message to twenty phones of one vendor, sent, ten of them reported and one tapped twice."""
    opened = open_workshop(tmp_path)
    campaign = opened.confirm(COUNT, name="双十一红包", card_id=4)
    opened.run(campaign)
    with opened.database.read() as connection:
        messages = [
            row[0] for row in connection.exec_driver_sql("SELECT message_id FROM sent ORDER BY recipient_id")
        ]
    now = opened.clock.now_ms()
    receipts = [Receipt(n, message, "sms", "0", "DELIVRD", now) for n, message in enumerate(messages[:10], 1)]
    receipts += [Receipt(50, messages[0], "shortchain", "0", "", now)]
    receipts += [Receipt(60 + n, messages[0], "exposed", "0", "", now) for n in range(3)]
    receipts += [Receipt(70 + n, messages[0], "clicked", "0", "button:7", now) for n in range(2)]
    opened.ledger.take("scripted", receipts, 80)
    yield opened
    opened.database.close()


def reports_of(workshop: Workshop, *policies: str, live: bool = True) -> Reports:
    """Return reports on a ledger for somebody with these policies, or for the person at the keyboard."""
    rules = read_access_rules((RULES / "access.toml").read_text("utf-8"))
    principal = rules.principal("someone", policies) if policies else rules.local_owner()
    store = SqlReportStore(workshop.database)
    return Reports(Access(rules, principal), store, workshop.clock.now_ms, live=live)


def test_the_report_says_how_far_messages_came(workshop: Workshop) -> None:
    report = reports_of(workshop).smart(SmartBy.TASK)
    assert report.total == SmartCounts(COUNT, COUNT, COUNT, 10, 0, 1, 1, 3, 1, 2, 0)
    assert [(line.name, line.counts) for line in report.lines] == [("双十一红包", report.total)]
    assert (report.templates, report.complete_to) == (((4, ""),), None)
    assert [day.name for day in report.days] == [day_of(day_number(workshop.clock.now_ms())).isoformat()]
    for by in SmartBy:
        lines = reports_of(workshop).smart(by).lines
        assert sum((line.counts for line in lines), SmartCounts()) == report.total


def test_test_sends_and_video_sms_are_not_in_it(tmp_path: Path) -> None:
    opened = open_workshop(tmp_path)
    opened.run(send_video(opened))
    assert reports_of(opened).smart().total == SmartCounts()
    assert reports_of(opened).verify().gaps == ()
    opened.database.close()


def test_what_is_counted_can_be_read_while_the_engine_is_away(workshop: Workshop) -> None:
    def away() -> int:
        raise Refused(problem("gateway.unreachable", gateway="local", reason="engine.not_running"))

    reports = reports_of(workshop)
    reports._now_ms = away
    report = reports.smart()
    assert (report.total.submitted, report.as_of_ms) == (COUNT, 0)


def test_a_gateway_that_reports_the_next_day_says_to_which_day(workshop: Workshop) -> None:
    complete = reports_of(workshop, live=False).smart().complete_to
    assert isinstance(complete, date)
    assert complete < day_of(day_number(workshop.clock.now_ms()))


def test_filters_leave_what_they_say(workshop: Workshop) -> None:
    reports = reports_of(workshop)
    assert reports.smart(where=SmartFilter(vendor="HUAWEI")).total.submitted == COUNT
    for where in (SmartFilter(vendor="OPPO"), SmartFilter(task=99), SmartFilter(template=9)):
        report = reports.smart(where=where)
        assert (report.lines, report.total) == ((), SmartCounts())
        assert len(report.tasks) == 1  # what one may choose stays


def test_an_export_has_the_lines_and_their_sum(workshop: Workshop, tmp_path: Path) -> None:
    path = tmp_path / "报表.csv"
    headings = {"name": "=名称", "sum": "合计", "submitted": "提交数"}
    options = {"by": "vendor", "headings": headings, "names": {"HUAWEI": "华为"}}
    assert reports_of(workshop).prepare_smart(options).write(path, silent, never) == 1
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert rows[0][:2] == ["'=名称", "提交数"]
    assert rows[1][:7] == ["华为", "20", "20", "20", "10", "0", "1"]
    assert rows[2] == ["合计", *rows[1][1:]]


def test_rights_are_asked_for(workshop: Workshop) -> None:
    reader = reports_of(workshop, "KooMessage ReadOnlyAccess")
    assert reader.smart().total.submitted == COUNT
    assert reader.verify().messages == COUNT
    with pytest.raises(Refused) as refused:
        reader.prepare_smart({"by": "day"})
    assert [p.code for p in refused.value.problems] == ["access.denied"]
    with pytest.raises(Refused):
        reports_of(workshop, "RTC Administrator").smart()


@pytest.mark.both_databases
def test_where_a_card_was_tapped(workshop: Workshop) -> None:
    report = reports_of(workshop).heat(task=1)
    assert (report.title, report.tasks, report.template) == ("双十一红包", ("双十一红包",), None)
    assert [(one.vendor, one.code, one.times, one.people) for one in report.clicks] == [
        ("HUAWEI", "button:7", 2, 1)
    ]
    assert report.exposed == (("HUAWEI", 1),)
    assert reports_of(workshop).heat(template=4).clicks == report.clicks
    with pytest.raises(Refused) as refused:
        reports_of(workshop).heat(task=99)
    assert [p.code for p in refused.value.problems] == ["report.heat.nothing"]


def test_clicks_are_read_by_their_index(workshop: Workshop) -> None:
    with workshop.database.read() as connection:
        from koodesk.backend.storage.stores.reports import _CLICKS

        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {_CLICKS}", (1, 9)).fetchall()
    assert "receipt_clicked" in plan[0][3]
    assert "SEARCH" in plan[0][3]
