# SPDX-License-Identifier: Apache-2.0
"""The rows behind one count of 号码解析情况: where each stands in the file, and why it was refused."""

from __future__ import annotations

from typing import Any

from koodesk import messages
from koodesk.domain.recipient import AudienceBucket
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

PAGE_ROWS = 200
REFUSED = (AudienceBucket.INVALID, AudienceBucket.DUPLICATE)


class RowsSheet(Sheet):
    """A list that fetches as one scrolls; `vendors` says that whose phone each is has been asked."""

    def __init__(self, page: Page, audience_id: int, bucket: AudienceBucket, *, vendors: bool = True) -> None:
        super().__init__(page, self._heading(bucket), tr("关闭"), self.accept, width=860)
        self.cancel_button.hide()
        self._page = page
        self._audience_id = audience_id
        self._bucket = bucket
        self._offset = 0
        columns = [
            Column(tr("工作表"), lambda r: r.sheet or "—", 110),
            Column(tr("行"), lambda r: f"{r.row:,}", 90, right=True),
        ]
        if bucket in REFUSED:
            columns += [
                Column(tr("列"), lambda r: f"{r.column} {r.header}".strip() or "—", 120),
                Column(tr("单元格内容"), lambda r: r.text, 180),
                Column(tr("原因"), self._why, tip=self._why),
            ]
        else:
            columns += [
                Column(tr("手机号"), lambda r: r.number, 130),
                Column(tr("参数"), lambda r: "，".join(f"{k}={v}" for k, v in r.params.items()) or "—"),
            ]
            columns += [Column(tr("终端厂商"), self._vendor, 120)] if vendors else []
        empty = EmptyState("check", tr("没有这样的行"), tr("这一项是 0。"))
        self.listing = Listing(columns, empty, key=lambda r: r.row_no, more=self._more)
        self.listing.setMinimumHeight(440)
        self.body.addWidget(self.listing)
        self._more()

    @staticmethod
    def _heading(bucket: AudienceBucket) -> str:
        return {
            AudienceBucket.VALID: tr("有效号码"),
            AudienceBucket.INVALID: tr("无效号码"),
            AudienceBucket.DUPLICATE: tr("重复的行"),
            AudienceBucket.RESOLVABLE: tr("可解析智能信息的号码"),
            AudienceBucket.UNRESOLVABLE: tr("不可解析智能信息的号码"),
        }.get(bucket, tr("号码"))

    def _vendor(self, row: Any) -> str:
        known = {"": tr("未查询"), "-": tr("不可解析")}
        return known.get(row.vendor) or self._page.desk.word(f"vendor.{row.vendor}")

    @staticmethod
    def _why(row: Any) -> str:
        values = {"row": row.first_row, "sheet": row.first_sheet}
        return messages.word(f"row.{row.code}", i18n.language(), **values)

    def _more(self) -> None:
        offset = self._offset

        def add(rows: Any) -> None:
            self._offset = offset + len(rows)
            complete = len(rows) < PAGE_ROWS
            if offset:
                self.listing.model.append(rows, complete=complete)
            else:
                self.listing.show_rows(rows, complete=complete)

        self._page.desk.bridge.call(
            self,
            lambda service, _: service.audiences.rows(self._audience_id, self._bucket, offset, PAGE_ROWS),
            add,
            lambda problems: self.banner.tell(self._page.desk.say(problems)),
        )
