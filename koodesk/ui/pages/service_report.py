# SPDX-License-Identifier: Apache-2.0
"""The report of service accounts (智能信息服务号报表): clicks on menus, home pages and shortcuts by account, item and day; billed and
free told apart."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final

from koodesk.backend.views.reports import ServiceLine
from koodesk.domain.report import day_of
from koodesk.domain.service_report import KINDS, ServiceBy, ServiceFilter
from koodesk.ui.i18n import tr
from koodesk.ui.report_page import ReportPage
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service

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


class ServiceReportPage(ReportPage):
    """Filter above, figures and chart, then the lines."""

    page_id = "service_report"
    watches: ClassVar[tuple[str, ...]] = ("service_account", "engine")

    def build(self) -> None:
        """Lay out filter, figures, chart and table."""
        self.set_title(
            tr("智能信息服务号报表"), tr("用户在手机上点击菜单、主页和短消息快捷键的次数；计费和免费分开统计")
        )
        self.add_export("kooMessage:aimSaReport:export")
        self._account: Choice = choice([(tr("全部服务号"), None)], self.refresh)
        kinds = [(tr("全部类型"), ""), *((name, kind) for kind, name in kind_words().items())]
        self._kind: Choice = choice(kinds, self.refresh)
        self.add_filter(
            [
                (tr("按点击项"), ServiceBy.ITEM),
                (tr("按服务号"), ServiceBy.ACCOUNT),
                (tr("按类型"), ServiceBy.KIND),
                (tr("按日"), ServiceBy.DAY),
            ],
            ((tr("服务号"), self._account), (tr("类型"), self._kind)),
            width=220,
        )
        self.add_figures({"clicks": tr("点击次数"), "billed": tr("计费点击"), "free": tr("免费点击")})
        self.body.addWidget(self.chart_card(tr("每日点击")))
        columns = (
            Column(tr("服务号"), self._account_name),
            Column(tr("类型"), lambda line: kind_words().get(line.kind, "—"), 130),
            Column(tr("点击项"), self._item_name, 260),
            Column(tr("点击次数"), lambda line: f"{line.counts.clicks:,}", 110, right=True),
            Column(tr("计费点击"), lambda line: f"{line.counts.billed:,}", 110, right=True),
            Column(tr("免费点击"), lambda line: f"{line.counts.free:,}", 110, right=True),
        )
        self.add_lines(
            columns,
            (
                "mouse-pointer-click",
                tr("还没有点击"),
                tr(
                    "服务号生效后，用户在信息下方点击菜单、主页或快捷键，次数会统计在这里。可以在终端页面点一点。"
                ),
            ),
        )
        self.body.addStretch(1)

    def narrowed(self, first: date | None) -> ServiceFilter:
        """Return the filter that is chosen."""
        return ServiceFilter(first_day=first, account=self._account.value, kind=self._kind.value)

    def ask(self, service: Service, by: Any, where: Any) -> Any:
        """Fetch new clicks and count."""
        return service.service_reports.clicks(by, where)

    def last_day(self) -> date | None:
        """Return the last day of a click."""
        return day_of(self._report.last_day) if self._report.last_day else None

    def show_report(self, wanted: int) -> bool:
        """Show figures and chart; clicks may come while the engine answers."""
        del wanted  # clicks are counted by service account, not by task
        report = self._report
        self.offer(self._account, (tr("全部服务号"), None), report.accounts, self._account.value)
        whole = report.total.clicks
        for name, figure in self.figures.items():
            value = getattr(report.total, name)
            figure.show_value(f"{value:,}", f"{value / whole:.1%}" if whole and name != "clicks" else "")
        words = kind_words()
        self.chart.show_days(
            [(words[kind], role) for kind, role in zip(KINDS, ROLES, strict=True)], list(report.days)
        )
        self._chart_card.setVisible(bool(report.days))
        self._as_of.setText("" if report.complete else tr("引擎没有运行，统计到上次取回的点击"))
        if report.last_day:
            self._empty.tell(tr("没有符合条件的结果"), tr("换一个日期、服务号或类型再看。"))
        return bool(report.complete)

    def key(self, line: ServiceLine) -> object:
        """Return what a line is told from the others by."""
        return (line.account, line.kind, line.item)

    def options(self, where: ServiceFilter) -> dict[str, Any]:
        """Return what the export needs besides."""
        lines = self._report.lines if self._report is not None else ()
        return {
            "account": where.account,
            "kind": where.kind,
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

    def _account_name(self, line: ServiceLine) -> str:
        if self._shown_by in (ServiceBy.KIND, ServiceBy.DAY):
            return tr("全部服务号")
        return line.name or (f"#{line.account}" if line.account else tr("未知"))

    @staticmethod
    def _item_name(line: ServiceLine) -> str:
        return " · ".join(filter(None, (line.words, item_word(line.item)))) if line.item else "—"
