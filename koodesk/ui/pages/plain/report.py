# SPDX-License-Identifier: Apache-2.0
"""The report of plain SMS (普通短信报表): the same counts as of video SMS, by carrier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koodesk.domain.platform import Platform
from koodesk.ui.i18n import tr
from koodesk.ui.pages.carrier_report import CarrierReportPage
from koodesk.ui.send_kinds import no_reports_words
from koodesk.ui.widgets.basics import label

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class PlainReportPage(CarrierReportPage):
    """Counts plain SMS."""

    page_id = "plain_report"
    exports = "kooMessage:devTemplateReport:export"

    def build(self) -> None:
        """Lay it out; at the real cloud say first why nothing is ever reported."""
        super().build()
        if self.desk.platform is Platform.CLOUD:
            self.body.insertWidget(0, label(no_reports_words(), "warning", wrap=True))

    def heading(self) -> str:
        """Name the report."""
        return tr("普通短信报表")

    def nothing_sent(self) -> tuple[str, str]:
        """Say that nothing was sent yet, and what will be counted here."""
        return (
            tr("还没有普通短信的结果"),
            tr("发送一个普通短信任务之后，这里按任务、模板、运营商和日期统计结果。"),
        )

    def ask(self, service: Service, by: Any, where: Any) -> Any:
        """Count what became of the messages."""
        return service.reports.plain(by, where)
