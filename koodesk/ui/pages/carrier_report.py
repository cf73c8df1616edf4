# SPDX-License-Identifier: Apache-2.0
"""What the reports of video SMS and of plain SMS have in common: totals, by task, template, carrier or day, a chart of the days,
and export."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, ClassVar, Final

from koodesk.backend.views.reports import ReportLine
from koodesk.domain.carrier import Carrier
from koodesk.domain.report import Counts, ReportBy, ReportFilter, day_number, day_of
from koodesk.ui.i18n import tr
from koodesk.ui.report_page import ReportPage
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.tables import Column

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


def _nothing_fits() -> tuple[str, str]:
    return tr("没有符合条件的结果"), tr("换一个日期、运营商、任务或模板再看。")


def rate(counts: Counts) -> str:
    """Write the share of success, a dash while everything is waited for."""
    return "—" if counts.rate is None else f"{counts.rate:.1%}"


class CarrierReportPage(ReportPage):
    """Filter above, figures and chart, then the lines."""

    watches: ClassVar[tuple[str, ...]] = ("campaigns", "engine")
    exports: ClassVar[str] = ""
    """The right to export it."""

    def heading(self) -> str:
        """Name the report."""
        raise NotImplementedError

    def nothing_sent(self) -> tuple[str, str]:
        """Say that nothing was sent yet, and what will be counted here."""
        raise NotImplementedError

    def build(self) -> None:
        """Lay out filter, figures, chart and table."""
        self.set_title(self.heading(), tr("总数 = 成功 + 失败 + 超时 + 等待回执；72 小时没有回执记为超时"))
        self.add_export(self.exports)
        everyone: list[tuple[str, Carrier | None]] = [(tr("全部运营商"), None)]
        everyone += [(name, Carrier(key)) for key, name in carrier_words().items()]
        self._carrier: Choice = choice(everyone, self.refresh)
        self._task: Choice = choice([(tr("全部任务"), 0)], self.refresh)
        self._template: Choice = choice([(tr("全部模板"), 0)], self.refresh)
        self.add_filter(
            [
                (tr("按任务"), ReportBy.TASK),
                (tr("按模板"), ReportBy.TEMPLATE),
                (tr("按运营商"), ReportBy.CARRIER),
                (tr("按日"), ReportBy.DAY),
            ],
            ((tr("运营商"), self._carrier), (tr("任务"), self._task), (tr("模板"), self._template)),
        )
        said = words()
        self.add_figures(
            {name: said[name] for name in ("total", "success", "failed", "timeout", "waiting", "rate")}
        )
        self.body.addWidget(self.chart_card(tr("每日结果")))
        columns = (
            Column(tr("名称"), self._name),
            *(
                Column(said[name], partial(self._figure, name), 110, right=True)
                for name in ("total", "success", "failed", "timeout", "waiting", "replied")
            ),
            Column(said["rate"], lambda line: rate(line.counts), 90, right=True),
        )
        self.add_lines(columns, ("chart-column", *self.nothing_sent()))
        note = label(
            tr("运营商按号段判断。携号转网的号码仍计入原号段的运营商，因此按运营商的数字是估计值。"),
            "hint",
            wrap=True,
        )
        self.body.addWidget(note)
        self.body.addStretch(1)

    def narrowed(self, first: date | None) -> ReportFilter:
        """Return the filter that is chosen."""
        return ReportFilter(
            first_day=first,
            task=self._task.value or 0,
            template=self._template.value or 0,
            carrier=self._carrier.value,
        )

    def of_task(self, task: int) -> ReportFilter:
        """Return the filter of one task."""
        return ReportFilter(task=task)

    def last_day(self) -> date | None:
        """Return today by the gateway's clock."""
        return day_of(day_number(self._report.as_of_ms))

    def show_report(self, wanted: int) -> bool:
        """Show figures and chart; receipts are to come while some are waited for."""
        report = self._report
        self.offer(self._task, (tr("全部任务"), 0), report.tasks, wanted or self._task.value)
        self.offer(self._template, (tr("全部模板"), 0), report.templates, self._template.value)
        counts = report.total
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
        self._empty.tell(*(_nothing_fits() if report.tasks else self.nothing_sent()))
        return bool(counts.waiting)

    def options(self, where: ReportFilter) -> dict[str, Any]:
        """Return what the export needs besides."""
        return {
            "task": where.task,
            "template": where.template,
            "carrier": where.carrier.value if where.carrier else None,
            "headings": {"name": tr("名称"), "sum": tr("合计"), **words()},
            "names": carrier_words(),
        }

    def _name(self, line: ReportLine) -> str:
        return carrier_words().get(line.key, line.name or f"#{line.key}")

    @staticmethod
    def _figure(name: str, line: ReportLine) -> str:
        return f"{getattr(line.counts, name):,}"

    def opened(self, line: ReportLine) -> None:
        """Go to a task's details."""
        if self._shown_by is ReportBy.TASK:
            self.desk.go("details", campaign_id=int(line.key))
