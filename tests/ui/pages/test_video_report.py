# SPDX-License-Identifier: Apache-2.0
"""The page of the video SMS report on a real ledger: filters, grouping, chart, export, and what it says of nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from koodesk.backend.ports.gateway import Receipt
from koodesk.domain.campaign import digest_of, encode
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.receipt import TIMEOUT_MS
from koodesk.domain.report import ReportBy, day_number, day_of
from tests.backend.operations.export_desk import exports_of
from tests.backend.operations.test_reports import CountingStore, reports_of
from tests.backend.sending.workshop import Workshop, add_video_audience, open_workshop, video_snapshot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog
    from pytestqt.qtbot import QtBot

    from koodesk.backend.operations.reports import Reports
    from koodesk.ui.desk import Desk
    from koodesk.ui.pages.video_report import VideoReportPage

pytestmark = pytest.mark.gui

DAY_MS = 86_400_000


class Desktop:
    """A ledger, its reports behind a real bridge, and the page on top. `gone` is said instead of an answer."""

    def __init__(self, folder: Path) -> None:
        self.workshop: Workshop = open_workshop(folder / "ledger")
        self.store: CountingStore
        self._reports: Reports
        self.store, self._reports = reports_of(self.workshop)
        self.exports = exports_of(self.workshop, {"video_report": self._reports.prepare_video}, folder)
        self.gone: Problem | None = None
        self.closed = False
        self._sent = 0

    @property
    def reports(self) -> Reports:
        """What a service has under this name."""
        if self.gone is not None:
            raise Refused(self.gone)
        return self._reports

    def close(self) -> None:
        """Close the ledger, as a service does."""
        if not self.closed:
            self.closed = True
            self.exports.close()
            self.workshop.database.close()

    def send(self, name: str, count: int = 30, template: int = 7, template_name: str = "新车视频") -> int:
        """Send a video SMS to numbers of three carriers; return the task."""
        self._sent += 1
        audience = self._sent
        add_video_audience(self.workshop.database, count, audience)
        changes = {"gateway": self.workshop.gateway.name, "gateway_class": self.workshop.gateway.klass.value}
        text = encode(
            video_snapshot(
                f"v{audience}",
                count,
                name=name,
                audience_id=audience,
                video_template_id=template,
                video_name=template_name,
                **changes,
            )
        )
        made = self.workshop.ledger.create(digest_of(text), text, self.workshop.clock.now_ms(), "tester")
        self.workshop.run(made)
        return made

    def report(self, task: int, success: int, failed: int = 0, replied: int = 0) -> None:
        """Let status reports of a task come in, for its first messages."""
        query = (
            "SELECT s.message_id FROM sent s JOIN recipient r ON r.id = s.recipient_id "
            "WHERE r.campaign_id = ? ORDER BY r.id"
        )
        with self.workshop.database.read() as connection:
            found = [row[0] for row in connection.exec_driver_sql(query, (task,))]
            first = int(
                connection.exec_driver_sql("SELECT coalesce(max(after), 0) FROM receipt_cursor").scalar_one()
            )
        now = self.workshop.clock.now_ms()
        kinds = [("sms", "0", "DELIVRD")] * success + [("sms", "1", "M2:0045")] * failed
        said = list(zip(found, kinds, strict=False)) + [(one, ("reply", "R", "")) for one in found[:replied]]
        receipts = [Receipt(first + n + 1, message, *kind, now) for n, (message, kind) in enumerate(said)]
        self.workshop.ledger.take("scripted", receipts, first + len(receipts))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desktop]:
    (tmp_path / "ledger").mkdir()
    made = Desktop(tmp_path)
    yield made
    made.close()


@pytest.fixture
def desk(look: None, office: Desktop, tmp_path: Path) -> Iterator[Desk]:
    from koodesk.backend.workspace import Workspace
    from koodesk.settings import SettingsFile
    from koodesk.ui.bridge import Bridge
    from koodesk.ui.desk import Desk

    bridge = Bridge(lambda: office)  # type: ignore[arg-type, return-value]  # the page asks for nothing but the reports
    yield Desk(Workspace(tmp_path / "ws"), bridge, SettingsFile(tmp_path / "settings.toml"))
    bridge.close()


@pytest.fixture
def make_page(qtbot: QtBot, desk: Desk) -> Callable[[], VideoReportPage]:
    from koodesk.ui.pages.video_report import VideoReportPage

    def make() -> VideoReportPage:
        page = VideoReportPage(desk)
        qtbot.addWidget(page)
        page.resize(1096, 740)
        page.show()
        page.refresh()
        settle(page)
        return page

    return make


def settle(page: VideoReportPage) -> None:
    from koodesk.demo.robot import pause

    pause(1)
    while page.desk.bridge.busy or page._asking:
        pause(5)
    pause(1)


def choose(page: VideoReportPage, control: str, value: Any) -> None:
    getattr(page, f"_{control}").choose(value)
    settle(page)


def figures(page: VideoReportPage) -> dict[str, str]:
    return {name: figure._value.text() for name, figure in page.figures.items()}


def lines(page: VideoReportPage) -> list[list[str]]:
    model = page.listing.model
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def texts(widget: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget))


# --- what it shows -----------------------------------------------------------------------------------------------


def test_before_the_first_send_it_says_what_will_be_here(make_page: Callable[[], VideoReportPage]) -> None:
    page = make_page()
    assert page.listing.currentWidget() is page.listing.empty
    assert "还没有视频短信的结果" in texts(page.listing)
    assert not page.chart.isVisible()
    assert not page.export_button.isEnabled()
    assert figures(page)["rate"] == "—"


def test_figures_lines_and_chart_are_those_of_the_ledger(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    task = office.send("新车上市")
    page = make_page()
    assert figures(page) == dict(zip(page.figures, ("30", "0", "0", "0", "30", "—"), strict=True)), (
        "everything is waited for"
    )
    office.report(task, 20, 5, replied=2)
    page.refresh()
    settle(page)
    assert list(page.figures) == ["total", "success", "failed", "timeout", "waiting", "rate"]
    assert list(figures(page).values()) == ["30", "20", "5", "0", "5", "80.0%"]
    assert lines(page) == [["新车上市", "30", "20", "5", "0", "5", "2", "80.0%"]]
    day = day_of(day_number(office.workshop.clock.now_ms())).isoformat()
    assert page.chart.accessibleName() == f"{day}, 成功 20, 失败 5, 超时 0, 等待回执 5"
    assert page.chart.isVisible()
    assert page.export_button.isEnabled()
    office.workshop.clock.forward(TIMEOUT_MS + 60_000)
    page.refresh()
    settle(page)
    assert list(figures(page).values()) == ["30", "20", "5", "5", "0", "66.7%"]


def test_the_days_between_have_an_empty_column(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    office.send("新车上市")
    office.workshop.clock.forward(3 * DAY_MS)
    office.send("试驾提醒", 10)
    page = make_page()
    days = page.chart.accessibleName().split("; ")
    assert len(days) == 4
    assert days[1].endswith("成功 0, 失败 0, 超时 0, 等待回执 0")
    choose(page, "by", ReportBy.DAY)
    assert [line[1] for line in lines(page)] == ["30", "10"], "a day without a send is no line"


# --- grouping and filters ----------------------------------------------------------------------------------------


def test_each_grouping_has_lines_of_the_same_sum_by_names_people_know(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    office.send("新车上市")
    office.send("试驾提醒", 10, template=8, template_name="")
    page = make_page()
    expected = {
        ReportBy.TASK: [("试驾提醒", "10"), ("新车上市", "30")],
        ReportBy.TEMPLATE: [("#8", "10"), ("新车视频", "30")],
        ReportBy.CARRIER: [("中国移动", "22"), ("中国联通", "9"), ("中国电信", "9")],
        ReportBy.DAY: [(day_of(day_number(office.workshop.clock.now_ms())).isoformat(), "40")],
    }
    for by, found in expected.items():
        choose(page, "by", by)
        assert [(line[0], line[1]) for line in lines(page)] == found
        assert figures(page)["total"] == "40"


def test_filters_narrow_figures_lines_and_chart_together(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    first = office.send("新车上市")
    office.workshop.clock.forward(10 * DAY_MS)
    second = office.send("试驾提醒", 10, template=8, template_name="试驾")
    page = make_page()
    assert [page._task.itemText(n) for n in range(page._task.count())] == ["全部任务", "试驾提醒", "新车上市"]
    choose(page, "task", first)
    assert [line[0] for line in lines(page)] == ["新车上市"]
    assert page._task.value == first
    choose(page, "task", 0)
    choose(page, "template", 8)
    assert [line[0] for line in lines(page)] == ["试驾提醒"]
    choose(page, "template", 0)
    choose(page, "days", 7)
    assert [line[0] for line in lines(page)] == ["试驾提醒"]
    assert len(page.chart.accessibleName().split("; ")) == 1
    choose(page, "days", 30)
    assert [line[0] for line in lines(page)] == ["试驾提醒", "新车上市"]
    choose(page, "carrier", Carrier.CTCC)
    assert figures(page)["total"] == "9"
    assert second != first


def test_a_day_filter_counts_today_as_its_last_day(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    office.send("新车上市")
    page = make_page()
    today = day_of(day_number(office.workshop.clock.now_ms()))
    choose(page, "days", 7)
    assert page._filter().first_day == today - timedelta(days=6)
    assert figures(page)["total"] == "30"
    office.workshop.clock.forward(7 * DAY_MS)
    page.refresh()
    settle(page)
    page.refresh()  # the day is the one of the report before
    settle(page)
    assert figures(page)["total"] == "0"


def test_nothing_found_is_not_the_same_as_nothing_sent(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    office.send("新车上市")
    page = make_page()
    choose(page, "carrier", Carrier.OVERSEA)
    assert "没有符合条件的结果" in texts(page.listing)
    assert not page.chart.isVisible()
    assert not page.export_button.isEnabled()
    assert page._task.count() == 2, "what one may choose stays"


def test_the_task_asked_for_shows_whatever_was_filtered_and_counted_before(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    first = office.send("新车上市")
    office.send("试驾提醒", 10, template=8)
    page = make_page()
    choose(page, "carrier", Carrier.CTCC)
    choose(page, "template", 8)
    page.refresh()  # still under way when the task is asked for
    page.open(campaign_id=first)
    page.refresh()
    settle(page)
    assert page._task.value == first
    assert (page._carrier.value, page._template.value) == (None, 0)
    assert [(line[0], line[1]) for line in lines(page)] == [("新车上市", "30")]
    page.refresh()
    settle(page)
    assert [line[0] for line in lines(page)] == ["新车上市"], "it stays until another is chosen"
    choose(page, "task", 0)
    assert len(lines(page)) == 2


def test_a_line_leads_to_the_details_of_its_task(
    office: Desktop, make_page: Callable[[], VideoReportPage], desk: Desk
) -> None:
    task = office.send("新车上市")
    gone: list[tuple[str, dict[str, Any]]] = []
    desk.navigated.connect(lambda page, arguments: gone.append((page, arguments)))
    page = make_page()
    page.opened(page.listing.model.rows[0])
    assert gone == [("details", {"campaign_id": task})]
    choose(page, "by", ReportBy.TEMPLATE)
    page.opened(page.listing.model.rows[0])
    page._by.choose(ReportBy.TASK)  # the lines of the templates still show
    page.opened(page.listing.model.rows[0])
    assert len(gone) == 1
    settle(page)


# --- an engine that does not answer ------------------------------------------------------------------------------


def test_an_engine_that_does_not_answer_is_said_and_the_figures_stay(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    first = office.send("新车上市")
    office.send("试驾提醒", 10)
    page = make_page()
    office.gone = problem("gateway.unreachable")
    page.open(campaign_id=first)
    page.refresh()
    settle(page)
    assert page.banner.isVisible()
    assert figures(page)["total"] == "40"
    office.gone = None
    page.refresh()
    settle(page)
    assert figures(page)["total"] == "30", "the task that was asked for meanwhile"
    assert not page.banner.isVisible()


def test_it_counts_again_only_while_something_is_waited_for(
    office: Desktop, make_page: Callable[[], VideoReportPage]
) -> None:
    task = office.send("新车上市")
    page = make_page()
    assert page._timer.isActive(), "receipts are waited for"
    page.hide()
    assert not page._timer.isActive(), "nobody looks at it"
    page.refresh()
    settle(page)
    assert not page._timer.isActive()
    page.show()
    office.report(task, 30)
    page._timer.timeout.emit()
    settle(page)
    assert figures(page)["success"] == "30"
    assert not page._timer.isActive(), "a send tells the page by itself"


# --- export ------------------------------------------------------------------------------------------------------


def save_as(page: VideoReportPage, path: Path) -> QFileDialog:
    from PySide6.QtWidgets import QFileDialog

    page.export()
    (dialog,) = (one for one in page.findChildren(QFileDialog) if one.isVisible())
    dialog.fileSelected.emit(str(path))
    settle(page)
    dialog.close()
    return dialog


def test_what_shows_is_exported_in_the_words_of_the_page(
    office: Desktop, make_page: Callable[[], VideoReportPage], tmp_path: Path
) -> None:
    task = office.send("新车上市")
    office.report(task, 15)
    page = make_page()
    choose(page, "by", ReportBy.CARRIER)
    choose(page, "carrier", Carrier.CMCC)
    save_as(page, tmp_path / "报表.csv")
    rows = list(csv.reader((tmp_path / "报表.csv").read_text("utf-8-sig").splitlines()))
    heads = ["名称", "总数", "成功", "失败", "超时", "等待回执", "上行回复", "成功率"]
    assert rows == [heads, [*lines(page)[0][:-1], "100.00%"], ["合计", *lines(page)[0][1:-1], "100.00%"]]
    assert rows[1][:3] == ["中国移动", "16", "8"]
    assert page.banner.accessibleName() == "已导出 1 行到 报表.csv。"


def test_a_name_without_an_ending_gets_one_and_a_failure_is_said(
    office: Desktop, make_page: Callable[[], VideoReportPage], tmp_path: Path
) -> None:
    office.send("新车上市")
    page = make_page()
    save_as(page, tmp_path / "2026.12")
    assert (tmp_path / "2026.12.xlsx").read_bytes().startswith(b"PK")
    save_as(page, tmp_path / "nowhere" / "报表.csv")
    assert "报表.csv" in page.banner.accessibleName()
