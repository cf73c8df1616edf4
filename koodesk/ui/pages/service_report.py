# SPDX-License-Identifier: Apache-2.0
"""The report of service accounts (智能信息服务号报表): clicks on menus, home pages and shortcuts by account, item and day; billed and
free told apart."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from koodesk.backend.views.reports import ServiceLine, ServiceReport
from koodesk.domain.report import day_of
from koodesk.domain.service_report import KINDS, ServiceBy, ServiceFilter
from koodesk.ui.exporting import REPORTS, ask_for_file, begin_export
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, Figure, button, label
from koodesk.ui.widgets.day_chart import DayChart
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LIVE_MS: Final = 3000
LISTED: Final = 12
ROLES: Final = ("chart_1", "chart_3", "chart_4")


def kind_words() -> dict[str, str]:
    """Name what can be clicked."""
    return {"menu": tr("菜单"), "home": tr("主页"), "shortcut": tr("短消息快捷键")}


def item_word(item: str) -> str:
    """Name an item as it stands on the phone: its part and its number."""
    part, _, number = item.partition(":")
    match part:
        case "menu":
            return tr("菜单 {number}", number=number)
        case "hotline":
            return tr("热线 {number}", number=number)
        case "quick_app":
            return tr("快应用 {number}", number=number)
        case "shortcut":
            return tr("快捷键按钮 {number}", number=number)
        case "logo":
            return tr("进入主页")
    return item


class ServiceReportPage(Page):
    """Filter above, figures and chart, then the lines."""

    page_id = "service_report"
    icon = "chart-column"
    watches: ClassVar[tuple[str, ...]] = ("service_account", "engine")

    def build(self) -> None:
        """Lay out filter, figures, chart and table."""
        self.set_title(
            tr("智能信息服务号报表"), tr("用户在手机上点击菜单、主页和短消息快捷键的次数；计费和免费分开统计")
        )
        self.export_button = self.add_action(
            button(tr("导出…"), self.export, icon="download", name="report-export")
        )
        self._by: Choice = choice(
            [
                (tr("按点击项"), ServiceBy.ITEM),
                (tr("按服务号"), ServiceBy.ACCOUNT),
                (tr("按类型"), ServiceBy.KIND),
                (tr("按日"), ServiceBy.DAY),
            ],
            self.refresh,
        )
        self._days: Choice = choice(
            [(tr("全部日期"), 0), (tr("最近 7 天"), 7), (tr("最近 30 天"), 30), (tr("最近 365 天"), 365)],
            self.refresh,
        )
        self._account: Choice = choice([(tr("全部服务号"), None)], self.refresh)
        kinds = [(tr("全部类型"), "")] + [(name, kind) for kind, name in kind_words().items()]
        self._kind: Choice = choice(kinds, self.refresh)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        names = (tr("分组"), tr("日期"), tr("服务号"), tr("类型"))
        for control, name in zip(self._controls, names, strict=True):
            control.setAccessibleName(name)
            control.setMaximumWidth(220)
            bar.addWidget(control)
        bar.addStretch(1)
        self._state = label("", "hint")
        bar.addWidget(self._state)
        self.body.addLayout(bar)
        grid = QGridLayout()
        grid.setSpacing(16)
        self.figures = {
            "clicks": Figure(tr("点击次数")),
            "billed": Figure(tr("计费点击")),
            "free": Figure(tr("免费点击")),
        }
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, 0, place)
            grid.setColumnStretch(place, 1)
        self.body.addLayout(grid)
        self._chart_card = Card(tr("每日点击"))
        self.chart = DayChart()
        self._chart_card.body.addWidget(self.chart)
        self._chart_card.hide()
        self.body.addWidget(self._chart_card)
        columns = (
            Column(tr("服务号"), self._account_name),
            Column(tr("类型"), lambda line: kind_words().get(line.kind, "—"), 130),
            Column(tr("点击项"), self._item_name, 180),
            Column(tr("点击次数"), lambda line: f"{line.counts.clicks:,}", 110, right=True),
            Column(tr("计费点击"), lambda line: f"{line.counts.billed:,}", 110, right=True),
            Column(tr("免费点击"), lambda line: f"{line.counts.free:,}", 110, right=True),
        )
        self._empty = EmptyState(
            "mouse-pointer-click",
            tr("还没有点击"),
            tr(
                "服务号生效后，用户在信息下方点击菜单、主页或快捷键，次数会统计在这里。可以在终端页面点一点。"
            ),
        )
        self.listing = Listing(columns, self._empty, key=lambda line: (line.account, line.kind, line.item))
        self.body.addWidget(self.listing)
        self.body.addStretch(1)
        self._report: ServiceReport | None = None
        self._shown_by = ServiceBy.ITEM
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)

    @property
    def _controls(self) -> tuple[Choice, ...]:
        return (self._by, self._days, self._account, self._kind)

    def refresh(self) -> None:
        """Fetch new clicks and count; again in a moment while the engine answers and somebody looks."""
        by, where = self._by.value, self._filter()

        def show(report: ServiceReport) -> None:
            if (self._by.value, self._filter()) != (by, where):
                return  # another was asked for meanwhile, and comes
            self._shown_by = by
            self._show(report)

        self.run(lambda service: service.service_reports.clicks(by, where), show)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more while nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    def _filter(self) -> ServiceFilter:
        first = None
        if self._days.value and self._report is not None and self._report.last_day:
            first = day_of(self._report.last_day) - timedelta(days=self._days.value - 1)
        return ServiceFilter(first_day=first, account=self._account.value, kind=self._kind.value)

    def _show(self, report: ServiceReport) -> None:
        self._report = report
        accounts = [(tr("全部服务号"), None), *((name or f"#{id_}", id_) for id_, name in report.accounts)]
        self._account.put(accounts, self._account.value)
        for name, figure in self.figures.items():
            value = getattr(report.total, name)
            whole = report.total.clicks
            figure.show_value(f"{value:,}", f"{value / whole:.1%}" if whole and name != "clicks" else "")
        words = kind_words()
        self.chart.show_days(
            [(words[kind], role) for kind, role in zip(KINDS, ROLES, strict=True)], list(report.days)
        )
        self._chart_card.setVisible(bool(report.days))
        self._state.setText("" if report.complete else tr("引擎没有运行，统计到上次取回的点击"))
        self.export_button.setEnabled(bool(report.lines))
        if report.last_day:
            self._empty.tell(tr("没有符合条件的结果"), tr("换一个日期、服务号或类型再看。"))
        self.listing.show_rows(report.lines)
        self.listing.fit_rows(LISTED)
        if report.complete and self.isVisible():
            self._timer.start()

    def _account_name(self, line: ServiceLine) -> str:
        if self._shown_by in (ServiceBy.KIND, ServiceBy.DAY):
            return tr("全部服务号")
        return line.name or (f"#{line.account}" if line.account else tr("未知"))

    @staticmethod
    def _item_name(line: ServiceLine) -> str:
        return item_word(line.item) if line.item else "—"

    def export(self) -> None:
        """Write the lines shown to a file."""
        where = self._filter()
        lines = self._report.lines if self._report is not None else ()
        options = {
            "by": self._by.value.value,
            "first": where.first_day.isoformat() if where.first_day else "",
            "account": where.account,
            "kind": where.kind,
            "title": tr("智能信息服务号报表"),
            "notes": [" · ".join(control.currentText() for control in self._controls)],
            "headings": {
                "account": tr("服务号"),
                "kind": tr("类型"),
                "item": tr("点击项"),
                "clicks": tr("点击次数"),
                "billed": tr("计费点击"),
                "free": tr("免费点击"),
                "sum": tr("合计"),
            },
            "names": {**kind_words(), **{line.item: item_word(line.item) for line in lines if line.item}},
        }
        ask_for_file(
            self,
            tr("导出报表"),
            tr("智能信息服务号报表"),
            REPORTS,
            lambda path: begin_export(self, "service_report", path, options),
        )
