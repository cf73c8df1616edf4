# SPDX-License-Identifier: Apache-2.0
"""The report of video SMS (智能信息基础版报表): totals, by task, template, carrier or day, a chart of the days, and export."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from koodesk.backend.views.reports import ReportLine, VideoReport
from koodesk.domain.carrier import Carrier
from koodesk.domain.report import Counts, ReportBy, ReportFilter, day_number, day_of
from koodesk.ui.exporting import REPORTS, ask_for_file, begin_export
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Figure, button, label
from koodesk.ui.widgets.day_chart import DayChart
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LIVE_MS: Final = 3000
LISTED: Final = 12
PARTS: Final = (
    ("success", "chart_3"),
    ("failed", "chart_5"),
    ("timeout", "chart_4"),
    ("waiting", "border_strong"),
)
"""What a column of the chart is made of, from the bottom up, with its colour."""


def words() -> dict[str, str]:
    """Return what each count is called."""
    return {
        "total": tr("总数"),
        "success": tr("成功"),
        "failed": tr("失败"),
        "timeout": tr("超时"),
        "waiting": tr("等待回执"),
        "replied": tr("上行回复"),
        "rate": tr("成功率"),
    }


def carrier_words() -> dict[str, str]:
    """Return the carriers' names."""
    return {
        Carrier.CMCC.value: tr("中国移动"),
        Carrier.CUCC.value: tr("中国联通"),
        Carrier.CTCC.value: tr("中国电信"),
        Carrier.OVERSEA.value: tr("境外"),
        Carrier.UNKNOWN.value: tr("其他或未知"),
    }


def _nothing_sent() -> tuple[str, str]:
    return (
        tr("还没有视频短信的结果"),
        tr("发送一个视频短信任务之后，这里按任务、模板、运营商和日期统计结果。"),
    )


def _nothing_fits() -> tuple[str, str]:
    return tr("没有符合条件的结果"), tr("换一个日期、运营商、任务或模板再看。")


def rate(counts: Counts) -> str:
    """Write the share of success, a dash while everything is waited for."""
    return "—" if counts.rate is None else f"{counts.rate:.1%}"


class VideoReportPage(Page):
    """Filter above, figures and chart, then the lines."""

    page_id = "video_report"
    icon = "chart-column"
    watches: ClassVar[tuple[str, ...]] = ("campaigns", "engine")

    def build(self) -> None:
        """Lay out filter, figures, chart and table."""
        self.set_title(
            tr("智能信息基础版报表"), tr("总数 = 成功 + 失败 + 超时 + 等待回执；72 小时没有回执记为超时")
        )
        self.export_button = self.add_action(
            button(tr("导出…"), self.export, icon="download", name="report-export"),
            "kooMessage:basicReport:export",
        )
        self._by: Choice = choice(
            [
                (tr("按任务"), ReportBy.TASK),
                (tr("按模板"), ReportBy.TEMPLATE),
                (tr("按运营商"), ReportBy.CARRIER),
                (tr("按日"), ReportBy.DAY),
            ],
            self.refresh,
        )
        self._days: Choice = choice(
            [(tr("全部日期"), 0), (tr("最近 7 天"), 7), (tr("最近 30 天"), 30), (tr("最近 365 天"), 365)],
            self.refresh,
        )
        everyone: list[tuple[str, Carrier | None]] = [(tr("全部运营商"), None)]
        everyone += [(name, Carrier(key)) for key, name in carrier_words().items()]
        self._carrier: Choice = choice(everyone, self.refresh)
        self._task: Choice = choice([(tr("全部任务"), 0)], self.refresh)
        self._template: Choice = choice([(tr("全部模板"), 0)], self.refresh)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        names = (tr("分组"), tr("日期"), tr("运营商"), tr("任务"), tr("模板"))
        for control, name in zip(self._controls, names, strict=True):
            control.setAccessibleName(name)
            control.setMaximumWidth(200)
            bar.addWidget(control)
        bar.addStretch(1)
        self._as_of = label("", "hint")
        bar.addWidget(self._as_of)
        self.body.addLayout(bar)
        grid = QGridLayout()
        grid.setSpacing(16)
        self.figures = {
            name: Figure(words()[name])
            for name in ("total", "success", "failed", "timeout", "waiting", "rate")
        }
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, 0, place)
        self.body.addLayout(grid)
        self._chart_card = Card(tr("每日结果"))
        self.chart = DayChart()
        self._chart_card.body.addWidget(self.chart)
        self.body.addWidget(self._chart_card)
        said = words()
        columns = (
            Column(tr("名称"), self._name),
            *(
                Column(said[name], partial(self._figure, name), 110, right=True)
                for name in ("total", "success", "failed", "timeout", "waiting", "replied")
            ),
            Column(said["rate"], lambda line: rate(line.counts), 90, right=True),
        )
        self._empty = EmptyState("chart-column", *_nothing_sent())
        self.listing = Listing(columns, self._empty, self._opened, key=lambda line: line.key)
        self.body.addWidget(self.listing)
        note = label(
            tr("运营商按号段判断。携号转网的号码仍计入原号段的运营商，因此按运营商的数字是估计值。"),
            "hint",
            wrap=True,
        )
        self.body.addWidget(note)
        self.body.addStretch(1)
        self._report: VideoReport | None = None
        self._shown_by = ReportBy.TASK
        self._asking = self._again = self._troubled = False
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)

    @property
    def _controls(self) -> tuple[Choice, ...]:
        return (self._by, self._days, self._carrier, self._task, self._template)

    def open(self, **arguments: Any) -> None:
        """Show the report of one task where it was asked for, whatever was filtered by before."""
        self._wanted_task = int(arguments.get("campaign_id", 0))
        if self._wanted_task:
            for control in (self._days, self._carrier, self._template):
                control.blockSignals(True)
                control.setCurrentIndex(0)
                control.blockSignals(False)

    _wanted_task = 0

    def refresh(self) -> None:
        """Count again; what is asked for while counting is asked once more afterwards."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        by, where, wanted = self._by.value, self._filter(), self._wanted_task
        if wanted:
            where, self._wanted_task = ReportFilter(task=wanted), 0

        def done(report: VideoReport) -> None:
            self._asking = False
            self._shown_by = by
            if self._troubled:  # what is said of an export stays
                self._troubled = False
                self.banner.hide()
            self._show(report, wanted)
            if self._again:
                self._again = False
                self.refresh()

        def failed(problems: Any) -> None:
            self._asking = self._again = False
            self._troubled = True
            self._wanted_task = self._wanted_task or wanted  # still to be shown once it can be counted
            self.show_problems(problems)

        self.run(lambda service: service.reports.video(by, where), done, failed)

    def export(self) -> None:
        """Write the lines shown to a file."""
        where = self._filter()
        options = {
            "by": self._by.value.value,
            "first": where.first_day.isoformat() if where.first_day else "",
            "task": where.task,
            "template": where.template,
            "carrier": where.carrier.value if where.carrier else None,
            "title": tr("智能信息基础版报表"),
            "notes": [
                " · ".join(control.currentText() for control in self._controls),
                *([self._as_of.text()] if self._as_of.text() else []),
                self.about_label.text(),
            ],
            "headings": {"name": tr("名称"), "sum": tr("合计"), **words()},
            "names": carrier_words(),
        }
        ask_for_file(
            self,
            tr("导出报表"),
            tr("智能信息基础版报表"),
            REPORTS,
            lambda path: begin_export(self, "video_report", path, options),
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more while nobody looks; `refresh` is called when the page shows again."""
        self._timer.stop()
        super().hideEvent(event)

    def _filter(self) -> ReportFilter:
        first = None
        if self._days.value and self._report is not None:
            first = day_of(day_number(self._report.as_of_ms)) - timedelta(days=self._days.value - 1)
        return ReportFilter(
            first_day=first,
            task=self._task.value or 0,
            template=self._template.value or 0,
            carrier=self._carrier.value,
        )

    def _show(self, report: VideoReport, wanted: int) -> None:
        self._report = report
        self._offer(self._task, tr("全部任务"), report.tasks, wanted or self._task.value or 0)
        self._offer(self._template, tr("全部模板"), report.templates, self._template.value or 0)
        counts = report.total
        if counts.waiting and self.isVisible():
            self._timer.start()
        for name, figure in self.figures.items():
            if name == "rate":
                figure.show_value(rate(counts), tr("成功 ÷（总数 − 等待回执）"))
            else:
                value = getattr(counts, name)
                share = f"{value / counts.total:.1%}" if counts.total and name != "total" else ""
                figure.show_value(f"{value:,}", share)
        said = words()
        self.chart.show_days(
            [(said[name], role) for name, role in PARTS],
            [(day.name, [getattr(day.counts, name) for name, _ in PARTS]) for day in report.days],
        )
        self._chart_card.setVisible(bool(report.days))
        self._as_of.setText(tr("截至 {when}（引擎时钟）", when=minute(report.as_of_ms)))
        self.export_button.setEnabled(bool(report.lines))
        self._empty.tell(*(_nothing_fits() if report.tasks else _nothing_sent()))
        self.listing.show_rows(report.lines)
        self.listing.fit_rows(LISTED)

    def _offer(
        self, control: Choice, everything: str, found: tuple[tuple[int, str], ...], chosen: int
    ) -> None:
        control.blockSignals(True)
        control.put([(everything, 0), *((name or f"#{number}", number) for number, name in found)], chosen)
        control.blockSignals(False)

    def _name(self, line: ReportLine) -> str:
        return carrier_words().get(line.key, line.name or f"#{line.key}")

    @staticmethod
    def _figure(name: str, line: ReportLine) -> str:
        return f"{getattr(line.counts, name):,}"

    def _opened(self, line: ReportLine) -> None:
        if self._shown_by is ReportBy.TASK:
            self.desk.go("details", campaign_id=int(line.key))
