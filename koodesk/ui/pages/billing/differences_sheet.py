# SPDX-License-Identifier: Apache-2.0
"""What is behind a line of the settlement report: the hours that do not agree, and the recipients of each."""

from __future__ import annotations

from typing import Any

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.billing.words import item_word, money
from koodesk.ui.times import minute, moment
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.tables import Column, RowsModel, Table

LISTED = 8


class DifferencesSheet(Sheet):
    """One campaign and item: its numbers, and where they differ."""

    def __init__(self, page: Page, row: Any) -> None:
        super().__init__(page, f"{row.name} · {item_word(row.item)}", tr("关闭"), self.accept, width=680)
        self.cancel_button.hide()
        self._page = page
        self._row = row
        self.body.addWidget(
            label(
                tr(
                    "台账 {ledger} · 账单 {billed} · 未到结算时间 {unsettled} · 金额 {amount}",
                    ledger=f"{row.ledger:,}",
                    billed=f"{row.billed:,}",
                    unsettled=f"{row.unsettled:,}",
                    amount=money(row.amount),
                )
            )
        )
        if row.agrees:
            self.body.addWidget(
                label(tr("每个小时都一致。回执还没有收全时会暂时不同，收全后自动一致。"), "second", wrap=True)
            )
            self.body.addStretch(1)
            return
        hours = RowsModel(
            (
                Column(tr("小时（北京时间）"), lambda r: minute(r.hour_ms)),
                Column(tr("台账"), lambda r: f"{r.ledger:,}", 120, right=True),
                Column(tr("账单"), lambda r: f"{r.billed:,}", 120, right=True),
                Column(tr("差"), lambda r: f"{r.billed - r.ledger:+,}", 120, right=True),
            )
        )
        hours.show(row.differences)
        self.hours = Table(hours, self._behind)
        self.hours.fit_rows(LISTED)
        self.body.addWidget(self.hours)
        self.body.addWidget(
            label(
                tr("这一小时的号码：台账已计入的，和已受理但还没有回执的（平台可能已经计费）。"),
                "hint",
                wrap=True,
            )
        )
        self.people = RowsModel(
            (
                Column(tr("号码"), lambda r: r.number, 140),
                Column(
                    tr("台账怎么看"),
                    lambda r: tr("已计入") if r.what == "counted" else tr("还没有回执"),
                    150,
                    kind=lambda r: "success" if r.what == "counted" else "warning",
                ),
                Column(tr("时间"), lambda r: moment(r.at_ms)),
            )
        )
        self.list = Table(self.people)
        self.body.addWidget(self.list)
        self.hours.selectionModel().currentRowChanged.connect(
            lambda *_: self._behind(self.hours.current()) if self.hours.current() else None
        )
        self.hours.selectRow(0)

    def _behind(self, hour: Any) -> None:
        row = self._row

        def show(found: Any) -> None:
            self.people.show(list(found))
            self.list.fit_rows(LISTED)

        self._page.run(lambda service: service.bills.behind(row.campaign_id, row.item, hour.hour_ms), show)
