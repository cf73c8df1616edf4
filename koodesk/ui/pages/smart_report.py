# SPDX-License-Identifier: Apache-2.0
"""The report of smart messages (智能信息报表): how far messages came, by day, month, task, template or vendor; a funnel, a chart
of the days, the lines, and export. Live with the local engine; a cloud gateway tells a day from 16:00 of the next."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout

from koodesk.backend.views.reports import SmartLine
from koodesk.domain.report import day_number, day_of
from koodesk.domain.smart_report import RATES, SmartBy, SmartCounts, SmartFilter, rate
from koodesk.domain.vendor import Vendor
from koodesk.ui.i18n import tr
from koodesk.ui.report_page import ReportPage
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.charts import Funnel
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service

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


class SmartReportPage(ReportPage):
    """Filter above, figures, funnel and chart, then the lines."""

    page_id = "smart_report"
    watches: ClassVar[tuple[str, ...]] = ("campaigns", "engine")

    def build(self) -> None:
        """Lay out filter, figures, funnel, chart and table."""
        self.set_title(tr("智能信息报表"), tr("一条信息计入它发出的那一天；人数每人只计一次，次数每次都计"))
        self.heat_button = self.add_action(
            button(tr("点击热力图"), self._heat, icon="mouse-pointer-click", name="report-heat")
        )
        self.add_export("kooMessage:devTemplateReport:export")
        vendors: list[tuple[str, str | None]] = [(tr("全部厂商"), None)]
        vendors += [(self.desk.word(f"vendor.{one.value}"), one.value) for one in Vendor]
        vendors += [(tr("未知"), "")]
        self._vendor: Choice = choice(vendors, self.refresh)
        self._task: Choice = choice([(tr("全部任务"), 0)], self.refresh)
        self._template: Choice = choice([(tr("全部模板"), 0)], self.refresh)
        self.add_filter(
            [
                (tr("按日"), SmartBy.DAY),
                (tr("按月"), SmartBy.MONTH),
                (tr("按任务"), SmartBy.TASK),
                (tr("按模板"), SmartBy.TEMPLATE),
                (tr("按厂商"), SmartBy.VENDOR),
            ],
            ((tr("厂商"), self._vendor), (tr("任务"), self._task), (tr("模板"), self._template)),
        )
        said = words()
        self.add_figures(
            {
                name: said[name]
                for name in ("submitted", "accepted", "success", "resolved", "exposed", "clicked")
            }
        )
        both = QHBoxLayout()
        both.setSpacing(16)
        self._funnel_card = Card(tr("漏斗"))
        self.funnel = Funnel()
        self._funnel_card.body.addWidget(self.funnel)
        self._funnel_card.hide()
        both.addWidget(self._funnel_card, 5)
        chart = self.chart_card(tr("每日结果"))
        chart.body.addStretch(1)
        both.addWidget(chart, 6)
        self.body.addLayout(both)
        columns = (
            Column(tr("名称"), self._name),
            *(Column(said[name], partial(self._figure, name), wide, right=True) for name, wide in COLUMNS),
            Column(said["clicked_rate"], lambda line: share(line.counts, "clicked"), 70, right=True),
        )
        self.add_lines(
            columns,
            (
                "chart-column",
                tr("还没有智能信息的结果"),
                tr("发送一个智能信息任务之后，这里按日、月、任务、模板和厂商统计结果。"),
            ),
        )
        self._note = label("", "hint", wrap=True)
        self.body.addWidget(self._note)
        self.body.addStretch(1)

    def narrowed(self, first: date | None) -> SmartFilter:
        """Return the filter that is chosen."""
        return SmartFilter(
            first_day=first,
            task=self._task.value or 0,
            template=self._template.value or 0,
            vendor=self._vendor.value,
        )

    def of_task(self, task: int) -> SmartFilter:
        """Return the filter of one task."""
        return SmartFilter(task=task)

    def ask(self, service: Service, by: Any, where: Any) -> Any:
        """Sum the counts."""
        return service.reports.smart(by, where)

    def last_day(self) -> date | None:
        """Return today by the gateway's clock, or while that is away the last day of a send."""
        report = self._report
        return day_of(day_number(report.as_of_ms) if report.as_of_ms else report.last_day)

    def show_report(self, wanted: int) -> bool:
        """Show figures, funnel and chart; receipts are to come while some are missing."""
        report = self._report
        self.offer(self._task, (tr("全部任务"), 0), report.tasks, wanted or self._task.value)
        self.offer(self._template, (tr("全部模板"), 0), report.templates, self._template.value)
        counts = report.total
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
        self.heat_button.setEnabled(bool(report.tasks))
        if report.tasks:
            self._empty.tell(tr("没有符合条件的结果"), tr("换一个日期、厂商、任务或模板再看。"))
        return bool(counts.unreported)

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

    def opened(self, line: SmartLine) -> None:
        """Go to a task's details, or narrow the report to a template."""
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

    def options(self, where: SmartFilter) -> dict[str, Any]:
        """Return what the export needs besides."""
        return {
            "task": where.task,
            "template": where.template,
            "vendor": where.vendor,
            "headings": {"name": tr("名称"), "sum": tr("合计"), **words()},
            "names": self.vendor_words(),
        }
