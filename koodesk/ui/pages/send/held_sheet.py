# SPDX-License-Identifier: Apache-2.0
"""The numbers a frequency limit holds back from a send: how often each was written to, and when last."""

from __future__ import annotations

from typing import Any, Final

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

PAGE_ROWS: Final = 200


class HeldSheet(Sheet):
    """A list that fetches as one scrolls, of one confirmation."""

    def __init__(self, page: Page, confirmation: Any) -> None:
        super().__init__(page, tr("因频次上限不发送的号码"), tr("关闭"), self.accept, width=720)
        self.cancel_button.hide()
        self._page = page
        self._digest = confirmation.digest
        day, week, month = (str(most) if most else tr("不限") for most in confirmation.frequency)
        self.body.addWidget(
            label(
                tr(
                    "签名【{sign}】对同一号码的推广信息上限：1 天 {day} 条，7 天 {week} 条，30 天 {month} 条。"
                    "已确认而还没有发出的也算在内。",
                    sign=confirmation.signature,
                    day=day,
                    week=week,
                    month=month,
                ),
                "second",
                wrap=True,
            )
        )
        columns = (
            Column(tr("手机号"), lambda r: r.number, 140),
            Column(tr("1 天"), lambda r: f"{r.counts[0]:,}", 80, right=True),
            Column(tr("7 天"), lambda r: f"{r.counts[1]:,}", 80, right=True),
            Column(tr("30 天"), lambda r: f"{r.counts[2]:,}", 80, right=True),
            Column(tr("最近一次"), lambda r: minute(r.last_ms) if r.last_ms else tr("还没有发出")),
        )
        empty = EmptyState("check", tr("没有这样的行"), tr("这一项是 0。"))
        self.listing = Listing(columns, empty, key=lambda r: r.row_no, more=self._more)
        self.listing.setMinimumHeight(400)
        self.body.addWidget(self.listing)
        self._after = 0
        self._more()

    def _more(self) -> None:
        after = self._after

        def add(rows: Any) -> None:
            complete = len(rows) < PAGE_ROWS
            if rows:
                self._after = rows[-1].row_no
            if after:
                self.listing.model.append(rows, complete=complete)
            else:
                self.listing.show_rows(rows, complete=complete)

        self._page.desk.bridge.call(
            self,
            lambda service, _: service.campaigns.held(self._digest, after, PAGE_ROWS),
            add,
            lambda problems: self.banner.tell(self._page.desk.say(problems)),
        )
