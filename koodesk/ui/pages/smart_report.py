# SPDX-License-Identifier: Apache-2.0
"""The report of smart messages (智能信息报表): how far messages came, by day, month, task, template or vendor; a funnel, a chart
of the days, the lines, and export. Live with the local engine; a cloud gateway tells a day from 16:00 of the next."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from koodesk.backend.views.reports import SmartLine, SmartReport
from koodesk.domain.report import day_number, day_of
from koodesk.domain.smart_report import RATES, SmartBy, SmartCounts, SmartFilter, rate
from koodesk.domain.vendor import Vendor
from koodesk.ui.exporting import REPORTS, ask_for_file, begin_export
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Figure, button, label
from koodesk.ui.widgets.charts import Funnel
from koodesk.ui.widgets.day_chart import DayChart
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LIVE_MS: Final = 3000
LISTED: Final = 12
PARTS: Final = (("success", "chart_3"), ("failed", "chart_5"), ("unreported", "border_strong"))
"""What a column of the chart is made of, from the bottom up, with its colour."""
STEPS: Final = ("submitted", "supported", "accepted", "success", "resolved", "exposed", "clicked")
COLUMNS: Final = (
    ("submitted", 96),
    ("supported", 94),
    ("accepted", 64),
    ("success", 84),
    ("resolved", 82),
    ("exposed_times", 90),
    ("exposed", 76),
    ("clicked_times", 76),
    ("clicked", 74),
)


def words() -> dict[str, str]:
    """Return what each count and each share is called."""
    return {
        "submitted": tr("提交数"),
        "supported": tr("支持解析数"),
        "accepted": tr("发送数"),
        "success": tr("发送成功数"),
        "failed": tr("失败"),
        "unreported": tr("暂无回执"),
        "resolved": tr("解析成功数"),
        "exposed_times": tr("曝光次数"),
        "exposed": tr("曝光人数"),
        "clicked_times": tr("点击次数"),
        "clicked": tr("点击人数"),
        "replied": tr("上行回复"),
        "supported_rate": tr("支持率"),
        "accepted_rate": tr("发送率"),
        "success_rate": tr("成功率"),
        "resolved_rate": tr("解析率"),
        "exposed_rate": tr("曝光率"),
        "clicked_rate": tr("点击率"),
    }


def share_words() -> dict[str, str]:
    """Return what the share of each step is a share of."""
    return {
        "supported": tr("支持解析 ÷ 提交"),
        "accepted": tr("发送 ÷ 提交"),
        "success": tr("成功 ÷ 发送"),
        "resolved": tr("解析 ÷ 成功"),
        "exposed": tr("曝光人数 ÷ 解析"),
        "clicked": tr("点击人数 ÷ 曝光人数"),
    }


def share(counts: SmartCounts, step: str) -> str:
    """Write the share of a step, a dash where there is nothing it could be a share of."""
    found = rate(counts, step)
    return "—" if found is None else f"{found:.1%}"


class SmartReportPage(Page):
    """Filter above, figures, funnel and chart, then the lines."""

    page_id = "smart_report"
    icon = "chart-column"
    watches: ClassVar[tuple[str, ...]] = ("campaigns", "engine")

    def build(self) -> None:
        """Lay out filter, figures, funnel, chart and table."""
        self.set_title(tr("智能信息报表"), tr("一条信息计入它发出的那一天；人数每人只计一次，次数每次都计"))
        self.heat_button = self.add_action(
            button(tr("点击热力图"), self._heat, icon="mouse-pointer-click", name="report-heat")
        )
        self.export_button = self.add_action(
            button(tr("导出…"), self.export, icon="download", name="report-export")
        )
        self._build_filter()
        grid = QGridLayout()
        grid.setSpacing(16)
        said = words()
        self.figures = {
            name: Figure(said[name])
            for name in ("submitted", "accepted", "success", "resolved", "exposed", "clicked")
        }
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, 0, place)
            grid.setColumnStretch(place, 1)
        self.body.addLayout(grid)
        both = QHBoxLayout()
        both.setSpacing(16)
        self._funnel_card = Card(tr("漏斗"))
        self.funnel = Funnel()
        self._funnel_card.body.addWidget(self.funnel)
        both.addWidget(self._funnel_card, 5)
        self._chart_card = Card(tr("每日结果"))
        self.chart = DayChart()
        self._chart_card.body.addWidget(self.chart)
        self._chart_card.body.addStretch(1)
        both.addWidget(self._chart_card, 6)
        self.body.addLayout(both)
        for card in (self._funnel_card, self._chart_card):
            card.hide()  # until there is something to draw
        columns = (
            Column(tr("名称"), self._name),
            *(Column(said[name], partial(self._figure, name), wide, right=True) for name, wide in COLUMNS),
            Column(said["clicked_rate"], lambda line: share(line.counts, "clicked"), 70, right=True),
        )
        self._empty = EmptyState(
            "chart-column",
            tr("还没有智能信息的结果"),
            tr("发送一个智能信息任务之后，这里按日、月、任务、模板和厂商统计结果。"),
        )
        self.listing = Listing(columns, self._empty, self._opened, key=lambda line: line.key)
        self.body.addWidget(self.listing)
        self._note = label("", "hint", wrap=True)
        self.body.addWidget(self._note)
        self.body.addStretch(1)
        self._report: SmartReport | None = None
        self._shown_by = SmartBy.DAY
        self._asking = self._again = self._troubled = False
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)

    def _build_filter(self) -> None:
        self._by: Choice = choice(
            [
                (tr("按日"), SmartBy.DAY),
                (tr("按月"), SmartBy.MONTH),
                (tr("按任务"), SmartBy.TASK),
                (tr("按模板"), SmartBy.TEMPLATE),
                (tr("按厂商"), SmartBy.VENDOR),
            ],
            self.refresh,
        )
        self._days: Choice = choice(
            [(tr("全部日期"), 0), (tr("最近 7 天"), 7), (tr("最近 30 天"), 30), (tr("最近 365 天"), 365)],
            self.refresh,
        )
        vendors: list[tuple[str, str | None]] = [(tr("全部厂商"), None)]
        vendors += [(self.desk.word(f"vendor.{one.value}"), one.value) for one in Vendor]
        vendors += [(tr("未知"), "")]
        self._vendor: Choice = choice(vendors, self.refresh)
        self._task: Choice = choice([(tr("全部任务"), 0)], self.refresh)
        self._template: Choice = choice([(tr("全部模板"), 0)], self.refresh)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        names = (tr("分组"), tr("日期"), tr("厂商"), tr("任务"), tr("模板"))
        for control, name in zip(self._controls, names, strict=True):
            control.setAccessibleName(name)
            control.setMaximumWidth(200)
            bar.addWidget(control)
        bar.addStretch(1)
        self._as_of = label("", "hint")
        bar.addWidget(self._as_of)
        self.body.addLayout(bar)

    @property
    def _controls(self) -> tuple[Choice, ...]:
        return (self._by, self._days, self._vendor, self._task, self._template)

    def open(self, **arguments: Any) -> None:
        """Show the report of one task where it was asked for, whatever was filtered by before."""
        self._wanted_task = int(arguments.get("campaign_id", 0))
        if self._wanted_task:
            for control in (self._days, self._vendor, self._template):
                control.blockSignals(True)
                control.setCurrentIndex(0)
                control.blockSignals(False)

    _wanted_task = 0

    def refresh(self) -> None:
        """Sum again; what is asked for meanwhile is asked once more afterwards."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        by, where, wanted = self._by.value, self._filter(), self._wanted_task
        if wanted:
            where, self._wanted_task = SmartFilter(task=wanted), 0

        def done(report: SmartReport) -> None:
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
            self._wanted_task = self._wanted_task or wanted  # still to be shown once it can be read
            self.show_problems(problems)

        self.run(lambda service: service.reports.smart(by, where), done, failed)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more while nobody looks; `refresh` is called when the page shows again."""
        self._timer.stop()
        super().hideEvent(event)

    def _filter(self) -> SmartFilter:
        first = None
        if self._days.value and self._report is not None:
            first = self._last_day(self._report) - timedelta(days=self._days.value - 1)
        return SmartFilter(
            first_day=first,
            task=self._task.value or 0,
            template=self._template.value or 0,
            vendor=self._vendor.value,
        )

    @staticmethod
    def _last_day(report: SmartReport) -> Any:
        """Return the day "the last days" end with: today by the gateway's clock, or while that is away the last day of a send."""
        if report.as_of_ms:
            return day_of(day_number(report.as_of_ms))
        return day_of(report.last_day)

    def _show(self, report: SmartReport, wanted: int) -> None:
        self._report = report
        self._offer(self._task, tr("全部任务"), report.tasks, wanted or self._task.value or 0)
        self._offer(self._template, tr("全部模板"), report.templates, self._template.value or 0)
        counts = report.total
        if counts.unreported and self.isVisible():
            self._timer.start()
        said, shares = words(), share_words()
        for name, figure in self.figures.items():
            below = f"{share(counts, name)} · {shares[name]}" if name in RATES else ""
            figure.show_value(f"{getattr(counts, name):,}", below)
        self.funnel.show_steps([(said[name], getattr(counts, name)) for name in STEPS])
        self.chart.show_days(
            [(said[name], role) for name, role in PARTS],
            [(day.name, [getattr(day.counts, name) for name, _ in PARTS]) for day in report.days],
        )
        for card in (self._funnel_card, self._chart_card):
            card.setVisible(bool(report.days))
        self._as_of.setText(
            tr("截至 {when}（引擎时钟）", when=minute(report.as_of_ms))
            if report.as_of_ms
            else tr("引擎没有运行，按已收到的回执统计")
        )
        self._note.setText(
            tr("本地引擎的结果随回执实时更新。云端的报表次日 16:00 起可查前一天的数据。")
            if report.complete_to is None
            else tr(
                "云端的报表次日 16:00 起可查前一天的数据，现在完整到 {day}。",
                day=report.complete_to.isoformat(),
            )
        )
        self.export_button.setEnabled(bool(report.lines))
        self.heat_button.setEnabled(bool(report.tasks))
        if report.tasks:
            self._empty.tell(tr("没有符合条件的结果"), tr("换一个日期、厂商、任务或模板再看。"))
        self.listing.show_rows(report.lines)
        self.listing.fit_rows(LISTED)

    def _offer(
        self, control: Choice, everything: str, found: tuple[tuple[int, str], ...], chosen: int
    ) -> None:
        control.blockSignals(True)
        control.put([(everything, 0), *((name or f"#{number}", number) for number, name in found)], chosen)
        control.blockSignals(False)

    def vendor_words(self) -> dict[str, str]:
        """Return the vendors' names, and what those are called whose vendor is not known."""
        return {"": tr("未知"), **{one.value: self.desk.word(f"vendor.{one.value}") for one in Vendor}}

    def _name(self, line: SmartLine) -> str:
        if self._shown_by is SmartBy.VENDOR:
            return self.vendor_words().get(line.key, line.key)
        return line.name or f"#{line.key}"

    @staticmethod
    def _figure(name: str, line: SmartLine) -> str:
        return f"{getattr(line.counts, name):,}"

    def _opened(self, line: SmartLine) -> None:
        if self._shown_by is SmartBy.TASK:
            self.desk.go("details", campaign_id=int(line.key))
        elif self._shown_by is SmartBy.TEMPLATE:
            self._by.choose(SmartBy.DAY)
            self._template.choose(int(line.key))
            self.refresh()

    def _heat(self) -> None:
        """Show where the card was tapped: of the task or template that is chosen or filtered by, else of the newest task."""
        report, line = self._report, self.listing.table.current()
        if report is None or not report.tasks:
            return
        if line is not None and self._shown_by is SmartBy.TASK:
            self.desk.go("heat", campaign_id=int(line.key))
        elif line is not None and self._shown_by is SmartBy.TEMPLATE:
            self.desk.go("heat", template_id=int(line.key))
        elif self._template.value and not self._task.value:
            self.desk.go("heat", template_id=self._template.value)
        else:
            self.desk.go("heat", campaign_id=self._task.value or report.tasks[0][0])

    def export(self) -> None:
        """Write the lines shown to a file."""
        by, where = self._by, self._filter()
        options = {
            "by": by.value.value,
            "first": where.first_day.isoformat() if where.first_day else "",
            "task": where.task,
            "template": where.template,
            "vendor": where.vendor,
            "title": tr("智能信息报表"),
            "notes": [
                " · ".join(control.currentText() for control in self._controls),
                *([self._as_of.text()] if self._as_of.text() else []),
                self.about_label.text(),
            ],
            "headings": {"name": tr("名称"), "sum": tr("合计"), **words()},
            "names": self.vendor_words(),
        }
        ask_for_file(
            self,
            tr("导出报表"),
            tr("智能信息报表"),
            REPORTS,
            lambda path: begin_export(self, "smart_report", path, options),
        )
