# SPDX-License-Identifier: Apache-2.0
"""The report of video SMS (智能信息基础版报表)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from koodesk.ui.i18n import tr
from koodesk.ui.pages.carrier_report import CarrierReportPage

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class VideoReportPage(CarrierReportPage):
    """Counts video SMS."""

    page_id = "video_report"
    exports = "kooMessage:basicReport:export"

    def heading(self) -> str:
        """Name the report."""
        return tr("智能信息基础版报表")

    def nothing_sent(self) -> tuple[str, str]:
        """Say that nothing was sent yet, and what will be counted here."""
        return (
            tr("还没有视频短信的结果"),
            tr("发送一个视频短信任务之后，这里按任务、模板、运营商和日期统计结果。"),
        )

    def ask(self, service: Service, by: Any, where: Any) -> Any:
        """Count what became of the messages."""
        return service.reports.video(by, where)
